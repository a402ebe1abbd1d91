import type { PageStatRow } from '@bookorbit/contracts';

const ROWS_A_SITTING = 24;
const PAGES = 400;
const DAY_SECONDS = 86_400;
const FIRST_DAY = Date.UTC(2024, 0, 1, 19) / 1000;

/** Rows of a device's statistics for some books: those of sittings on many evenings. */
export interface Reading {
  readonly first: readonly (readonly PageStatRow[])[];
  /** Of evenings between those of `first`, as another device's statistics merged in bring them. */
  readonly late: readonly (readonly PageStatRow[])[];
}

/** @param rows Of all books together. */
export function readingOf(books: number, rows: number, lateRows: number): Reading {
  return {
    first: shares(books, rows).map((own, book) => rowsOfBook(book, own, 0)),
    // Odd days are free: sittings of `first` are on even ones.
    late: shares(books, lateRows).map((own, book) => rowsOfBook(book, own, 1)),
  };
}

function rowsOfBook(book: number, rows: number, dayShift: number): PageStatRow[] {
  return Array.from({ length: rows }, (_, n) => {
    const sitting = Math.floor(n / ROWS_A_SITTING);
    const turn = n % ROWS_A_SITTING;
    // One book after the other, some of them at once, as people read.
    const evening = FIRST_DAY + (2 * (sitting + Math.floor(book / 3) * 2) + dayShift) * DAY_SECONDS + (book % 3) * 7200;
    const duration = 20 + ((n * 37 + book * 11) % 60);
    return [1 + (n % PAGES), evening + turn * 81, duration, PAGES];
  });
}

/** A whole split into so many parts that differ by one at most. */
function shares(parts: number, whole: number): number[] {
  return Array.from(
    { length: parts },
    (_, n) => Math.floor(((n + 1) * whole) / parts) - Math.floor((n * whole) / parts),
  );
}
