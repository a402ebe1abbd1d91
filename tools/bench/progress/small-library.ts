import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { partialMd5 } from '@bookorbit/book-files';
import { makeSmallEpub } from '@bookorbit/testing';
import { proseOf } from '../prose.ts';

/** Long settled, so that the scan reads them at once. */
const WRITTEN_AT = new Date('2026-01-01T00:00:00Z');

/** Fills a folder with so many small, distinct EPUBs. Answers with their fingerprints. */
export async function makeSmallLibrary(folder: string, books: number): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const fingerprints: string[] = [];
  for (let n = 0; n < books; n += 1) {
    const path = join(folder, `book-${n}.epub`);
    const chapters = [0, 1, 2].map((chapter) => proseOf(`${n}/${chapter}`, 2_000));
    await writeFile(
      path,
      makeSmallEpub({ title: `Book ${n}`, author: `Author ${n % 90}`, identifier: `urn:bench:${n}`, chapters }),
    );
    await utimes(path, WRITTEN_AT, WRITTEN_AT);
    fingerprints.push(await partialMd5(path));
  }
  return fingerprints;
}
