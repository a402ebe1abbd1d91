import { randomBytes } from 'node:crypto';
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { proseOf } from '../prose.ts';
import { makeBook } from './make-book.ts';

/** Long settled, so that a scan reads them at once. */
const WRITTEN_AT = new Date('2026-01-01T00:00:00Z');
const BOOKS_A_SERIES = 5;
const SERIES_AN_AUTHOR = 2;
const SHARED_CHAPTERS = 60;
const CHAPTER_CHARACTERS = 16_000;
const COVERS = 8;

/** Books of a library made for a scan. */
export interface GeneratedLibrary {
  /** Absolute paths. */
  readonly files: readonly string[];
  readonly bytes: number;
  /** Writes some of the books anew, with another text and a later time: one out of `one in`. Answers with how many. */
  change(oneIn: number): Promise<number>;
}

/** Fills a folder with distinct EPUBs of 270 to 400 kB in folders by author: text that deflates like a novel's, and a cover. */
export async function makeLibrary(folder: string, count: number): Promise<GeneratedLibrary> {
  const source = await textsAndCovers();
  const files = Array.from({ length: count }, (_, n) => join(folder, `Author ${authorOf(n)}`, `Book ${n}.epub`));
  let bytes = 0;
  for (const [n, file] of files.entries()) bytes += await writeBook(file, n, 'first edition', WRITTEN_AT, source);
  return {
    files,
    bytes,
    async change(oneIn) {
      const changed = [...files.entries()].filter(([n]) => n % oneIn === 0);
      const later = new Date(WRITTEN_AT.getTime() + 86_400_000);
      for (const [n, file] of changed) await writeBook(file, n, 'second edition', later, source);
      return changed.length;
    },
  };
}

interface Source {
  readonly texts: readonly string[];
  readonly covers: readonly Buffer[];
}

/** Making text is slow, so books share chapters behind a paragraph that is each book's own. */
async function textsAndCovers(): Promise<Source> {
  const covers = Array.from({ length: COVERS }, () =>
    sharp(randomBytes(300 * 450 * 3), { raw: { width: 300, height: 450, channels: 3 } })
      .resize(600, 900)
      .jpeg({ quality: 70 })
      .toBuffer(),
  );
  return {
    texts: Array.from({ length: SHARED_CHAPTERS }, (_, n) => proseOf(`chapter ${n}`, CHAPTER_CHARACTERS)),
    covers: await Promise.all(covers),
  };
}

async function writeBook(file: string, n: number, edition: string, writtenAt: Date, source: Source): Promise<number> {
  const chapters = Array.from({ length: 6 + ((n * 7) % 19) }, (_, chapter) => {
    const shared = source.texts[(n * 31 + chapter) % source.texts.length] ?? '';
    return `${proseOf(`${edition} ${n} ${chapter}`, 300)}\n\n${shared}`;
  });
  const book = makeBook({
    title: `Book ${n}`,
    author: `Author ${authorOf(n)}`,
    identifier: `urn:bookorbit-bench:${n}`,
    series: `Series ${Math.floor(n / BOOKS_A_SERIES)}`,
    seriesIndex: (n % BOOKS_A_SERIES) + 1,
    cover: source.covers[n % source.covers.length] ?? Buffer.alloc(0),
    chapters,
  });
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, book);
  await utimes(file, writtenAt, writtenAt);
  return book.length;
}

function authorOf(n: number): number {
  return Math.floor(n / (BOOKS_A_SERIES * SERIES_AN_AUTHOR));
}
