import { Injectable } from '@nestjs/common';
import type { ContentsEntry } from '@bookorbit/book-files';
import { type BookSpine, fragmentsOf } from '@bookorbit/domain-positions';
import type { EntityManager } from 'typeorm';
import { openRecorded } from './lend-book.ts';
import { PositionIndexRepository, type RecordedFile } from './position-index.repository.ts';

/** A place as KOReader writes it. Callers have checked that the user may read the file. */
export interface PlaceInFile {
  readonly bookFileId: number;
  readonly xpointer?: string;
  /** crengine's DOM version it was written for; the usual one unless told. */
  readonly domVersion?: number;
}

/** The headings of a book, and its reading order. */
interface Contents {
  readonly spine: BookSpine;
  readonly entries: readonly ContentsEntry[];
}

const USUAL_DOM_VERSION = 20240114;
/** Books whose contents are kept at hand. */
const MOST_KEPT = 200;
/** A slow disk must not hold up a page for a heading. */
const LONGEST_WAIT_MS = 2_000;

/** Says under which heading of its book a place stands. A chapter that is not certain is not named. */
@Injectable()
export class ChapterNames {
  private readonly kept = new Map<string, Promise<Contents | undefined>>();

  constructor(private readonly files: PositionIndexRepository) {}

  /** The heading of each of `places`, in their order; undefined where there is none or it cannot be told. One statement. */
  async find(tx: EntityManager, places: readonly PlaceInFile[]): Promise<(string | undefined)[]> {
    const asked = new Set(places.flatMap(({ bookFileId, xpointer }) => (xpointer === undefined ? [] : [bookFileId])));
    if (asked.size === 0) return places.map(() => undefined);
    const files = await this.files.findFiles(tx, [...asked]);
    const contents = new Map(
      await Promise.all(files.map(async (file) => [file.bookFileId, await this.contentsOf(file)] as const)),
    );
    return places.map((place) => {
      const of = contents.get(place.bookFileId);
      return of && headingAt(of, place);
    });
  }

  private async contentsOf(file: RecordedFile): Promise<Contents | undefined> {
    if ((file.format !== 'epub' && file.format !== 'kepub') || file.isMissing) return undefined;
    const key = `${file.bookFileId} ${file.content}`;
    const reading = this.kept.get(key) ?? read(file).catch(() => this.forget(key));
    // What was asked for last stays longest.
    this.kept.delete(key);
    this.kept.set(key, reading);
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= MOST_KEPT) break;
      this.kept.delete(oldest);
    }
    return Promise.race([reading, patience()]);
  }

  /** A file that cannot be reached now may be there again the next time. */
  private forget(key: string): undefined {
    this.kept.delete(key);
  }
}

async function read(file: RecordedFile): Promise<Contents> {
  const epub = await openRecorded(file);
  try {
    const { packagePath, spineStep, spine: items } = epub;
    return { spine: { packagePath, spineStep, items }, entries: await epub.readContents() };
  } finally {
    await epub.close();
  }
}

function patience(): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), LONGEST_WAIT_MS).unref());
}

function headingAt({ spine, entries }: Contents, { xpointer, domVersion }: PlaceInFile): string | undefined {
  const found = /^\/body(?:\[1\])?\/DocFragment(?:\[(\d{1,6})\])?(?:[/.]|$)/.exec(xpointer ?? '');
  // A fragment without a number is the only one.
  const fragment = found ? Number(found[1] ?? 1) : NaN;
  const spineIndex = fragmentsOf(spine, domVersion ?? USUAL_DOM_VERSION)[fragment - 1];
  if (spineIndex === undefined) return undefined;
  const reached = Math.max(...entries.filter((one) => one.spineIndex <= spineIndex).map((one) => one.spineIndex));
  const here = entries.filter((one) => one.spineIndex === reached);
  const depth = Math.min(...here.map((one) => one.depth));
  const outermost = here.filter((one) => one.depth === depth);
  // Of several chapters in one document which it is depends on more than the document; past it, only the last can be open.
  if (outermost.length === 1) return outermost[0]?.title;
  return reached < spineIndex ? outermost.at(-1)?.title : undefined;
}
