/** Formats the scanner knows. */
export const BOOK_FORMATS = ['epub', 'kepub', 'pdf', 'cbz', 'fb2', 'mobi', 'azw3'] as const;
export type BookFormat = (typeof BOOK_FORMATS)[number];

/** Why a book file cannot be used as it should. */
export interface BookProblem {
  /** Snake case: one of the codes of the book reader, or `damaged_chapters`. */
  readonly code: string;
  /** One sentence for a person: what is wrong and what to do. */
  readonly message: string;
}
