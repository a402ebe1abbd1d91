import type { BookProblem } from '@bookorbit/contracts';

/** Injection token of {@link DamagedChapters}. The positions module provides it, globally; without it no chapter is known to be damaged. */
export const DAMAGED_CHAPTERS = Symbol('damaged chapters');

/** What this module asks of the one that reads chapters: a scan looks into none of them, which would take far too long. */
export interface DamagedChapters {
  /**
   * SQL of a subquery with one row for each file that has a damaged chapter as it lies on disk: `book_file_id integer`, `count integer`
   * (of those found so far), `names text[]` (of the first of them, in reading order).
   */
  damagedFiles(): string;
}

/** When nothing reads chapters. */
export const NO_DAMAGED_CHAPTERS: DamagedChapters = {
  damagedFiles: () => `SELECT NULL::integer AS book_file_id, NULL::integer AS count, NULL::text[] AS names WHERE false`,
};

/** What the owner of a file is told of its damaged chapters. */
export function problemOfChapters(count: number, names: readonly string[]): BookProblem {
  const more = count - names.length;
  const list = more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ');
  const message =
    count === 1
      ? `A chapter of the file is damaged, so places and highlights in it cannot be found (${list}): download or copy the file again.`
      : `Chapters of the file are damaged, so places and highlights in them cannot be found (${list}): download or copy the file again.`;
  return { code: 'damaged_chapters', message };
}
