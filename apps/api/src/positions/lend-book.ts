import { BookFileProblem, type EpubFile, openEpub } from '@bookorbit/book-files';
import { onlyPageOf } from '@bookorbit/domain-positions';
import type { EntityManager } from 'typeorm';
import { absolutePath, isInside, statFile, withPlainPath } from '../libraries/index.ts';
import type { JobLender } from './ask-worker.ts';
import { type DamagedChapter, MOST_KEPT_CHAPTERS } from './damaged-chapter.repository.ts';
import {
  type IndexedFile,
  indexedKey,
  type PackedIndex,
  type PositionIndexRepository,
  type RecordedFile,
} from './position-index.repository.ts';
import type { Borrowing, BuiltIndex, Lending, LentSpine } from './worker-messages.ts';

/** Of packed indexes, for the jobs of one request: about eight times as much XHTML. */
const MOST_LENT_BYTES = 16 * 1024 * 1024;

/** What is on record of the books several jobs are about: asked for in one statement, by the first job that needs any of it. */
export class IndexShelf {
  private loading: Promise<ReadonlyMap<string, PackedIndex[]>> | undefined;

  constructor(
    private readonly tx: EntityManager,
    private readonly indexes: PositionIndexRepository,
    private readonly asked: readonly IndexedFile[],
  ) {}

  /** Of one book alone only what is asked for is fetched: a place in it needs a document or two. */
  async find(of: IndexedFile, spineIndexes: readonly number[] | undefined): Promise<PackedIndex[]> {
    if (this.asked.length === 1)
      return this.indexes.findIndexes(this.tx, of.file, of.domRules, spineIndexes, MOST_LENT_BYTES);
    this.loading ??= this.indexes.findIndexesOf(this.tx, this.asked, MOST_LENT_BYTES / this.asked.length);
    const found = (await this.loading).get(indexedKey(of)) ?? [];
    return spineIndexes ? found.filter(({ spineIndex }) => spineIndexes.includes(spineIndex)) : found;
  }
}

/** Lends one book to one job: indexes from the table, or else chapters from the file, which is opened when first needed. */
export class BookLending implements JobLender {
  private opened: Promise<EpubFile> | undefined;
  /** What was built in the course of the job. */
  readonly built: PackedIndex[] = [];
  /** Chapters that turned out to be damaged in the course of the job. */
  readonly damaged: DamagedChapter[] = [];

  constructor(
    private readonly shelf: IndexShelf,
    private readonly book: IndexedFile,
  ) {}

  async lend(what: Borrowing): Promise<Lending> {
    switch (what.kind) {
      case 'spine':
        return spineOf(await this.open());
      case 'indexes':
        return this.shelf.find(this.book, what.spineIndexes);
      case 'entry':
        return this.readEntry(await this.open(), what.zipPath);
    }
  }

  keep(index: BuiltIndex): void {
    this.built.push(index);
  }

  async close(): Promise<void> {
    const file = await this.opened?.catch(() => undefined);
    await file?.close().catch(() => undefined);
  }

  private async readEntry(epub: EpubFile, zipPath: string): Promise<Uint8Array> {
    try {
      return await epub.readEntry(zipPath);
    } catch (error) {
      // What is too large, or packed in a way nobody reads, is as whoever made the file wanted it.
      if (error instanceof BookFileProblem && error.code === 'damaged_content') await this.noteDamage(epub, zipPath);
      throw error;
    }
  }

  private async noteDamage({ spine }: EpubFile, zipPath: string): Promise<void> {
    const spineIndex = spine.findIndex((item) => item.zipPath === zipPath);
    const isKnown = this.damaged.some((chapter) => chapter.spineIndex === spineIndex);
    // No chapter, but a style sheet: the book is read without it.
    if (spineIndex < 0 || isKnown || this.damaged.length >= MOST_KEPT_CHAPTERS) return;
    // A file that is just being written anew is damaged for a moment only.
    if (await isAsRecorded(this.book.file)) this.damaged.push({ spineIndex, zipPath });
  }

  private open(): Promise<EpubFile> {
    return (this.opened ??= openRecorded(this.book.file));
  }
}

/** Opens a file that must be the one on record: what is built of it is kept under that name. */
export async function openRecorded(file: RecordedFile): Promise<EpubFile> {
  const path = absolutePath(file);
  if (!(await isInside(path, file.folderPath))) throw new Error('the file is not in its library');
  const epub = await withPlainPath(path, file.path, openEpub);
  if (await isAsRecorded(file)) return epub;
  await epub.close();
  throw new Error('the file has changed since it was scanned');
}

async function isAsRecorded(file: RecordedFile): Promise<boolean> {
  const stat = await statFile(absolutePath(file));
  return stat?.size === file.size && stat.mtimeMs === file.mtimeMs;
}

function spineOf({ packagePath, spineStep, spine, mimetype, entryNames }: EpubFile): LentSpine {
  const items = spine.map(({ linear: _linear, size: _size, ...item }) => item);
  const onlyPage = onlyPageOf(mimetype, entryNames);
  return { packagePath, spineStep, items, onlyPage, sizes: spine.map(({ size = 0 }) => size) };
}
