import type { BookPlace, ProgressHistoryEntry } from '@bookorbit/contracts';
import type { EntityManager } from 'typeorm';
import type { UserPrincipal } from '../auth/index.ts';

/** Injection token of {@link BookPlaces}. The progress module provides it, globally; without it no book has a place. */
export const BOOK_PLACES = Symbol('book places');

/** What this module asks of the one that keeps progress. Answers hold only what the user may see: no KOReader place without `koreader_sync`. */
export interface BookPlaces {
  /**
   * SQL of a subquery with one row for each book this user has a place in: `book_id integer`, `percentage double precision` (0–1,
   * canonical), `read_at timestamptz` (of the canonical place; when received, if the device's clock could not be believed).
   *
   * @param userParameter Placeholder of the user's id in the statement, such as `$1`.
   */
  canonicalPlaces(user: UserPrincipal, userParameter: string): string;

  /** Places of every source in the files of a book, newest first. The caller has checked that the user may read the book. */
  findPlaces(tx: EntityManager, user: UserPrincipal, bookId: number): Promise<BookPlace[]>;

  /** Reports in the files of a book, newest first, at most `limit`. The caller has checked that the user may read the book. */
  findHistory(
    tx: EntityManager,
    user: UserPrincipal,
    bookId: number,
    limit: number,
  ): Promise<readonly ProgressHistoryEntry[]>;
}

/** When nothing keeps progress. */
export const NO_PLACES: BookPlaces = {
  canonicalPlaces: () =>
    `SELECT NULL::integer AS book_id, NULL::double precision AS percentage, NULL::timestamptz AS read_at WHERE false`,
  findPlaces: () => Promise.resolve([]),
  findHistory: () => Promise.resolve([]),
};
