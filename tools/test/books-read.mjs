import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Names a file to the spec that reads every real book, which writes into it how many it read. */
export const BOOKS_READ_VARIABLE = 'BOOKORBIT_BOOKS_READ';

/** @returns How many books the spec said it read; undefined when it said nothing. */
export function booksReadIn(file) {
  const count = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  return count > 0 ? count : undefined;
}

/**
 * @param {string} shared
 * @param {number | undefined} count
 * @returns {{ sentence: string, isFault: boolean }} What to print of the real books after a run that should have read them.
 */
export function toldOfBooks(shared, count) {
  const books = join(shared, 'corpus', 'books');
  if (!existsSync(books))
    return { sentence: `There is no ${shared}: the tests made small books of their own.`, isFault: false };
  if (count === undefined) return { sentence: `None of the real books in ${books} was read.`, isFault: true };
  return { sentence: `Real books read: ${count} of ${books}`, isFault: false };
}
