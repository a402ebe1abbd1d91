/** Formats a book file can have. `cbr` is recognised only to say that it cannot be read. */
export const BOOK_FORMATS = [
  'epub',
  'kepub',
  'pdf',
  'cbz',
  'cbr',
  'fb2',
  'fb2.zip',
  'mobi',
  'azw3',
  'unknown',
] as const;

export type BookFormat = (typeof BOOK_FORMATS)[number];

const FORMAT_BY_ENDING: readonly (readonly [ending: string, format: BookFormat])[] = [
  ['.kepub.epub', 'kepub'],
  ['.kepub', 'kepub'],
  ['.epub', 'epub'],
  ['.epub3', 'epub'],
  ['.pdf', 'pdf'],
  ['.cbz', 'cbz'],
  ['.cbr', 'cbr'],
  ['.fb2.zip', 'fb2.zip'],
  ['.fbz', 'fb2.zip'],
  ['.fb2', 'fb2'],
  ['.mobi', 'mobi'],
  ['.prc', 'mobi'],
  ['.azw', 'mobi'],
  ['.azw3', 'azw3'],
];

/** The format a file's name promises; 'unknown' when the ending is no book's. Case is ignored. */
export function formatOfName(name: string): BookFormat {
  return endingOf(name)?.[1] ?? 'unknown';
}

/** Whether the scanner should look at a file of this name. Hidden files and macOS resource forks are not books. */
export function isBookFileName(name: string): boolean {
  return !name.startsWith('.') && endingOf(name) !== undefined;
}

/** A title for a file that gives none: its name without the ending, underscores as spaces. */
export function titleFromName(name: string): string {
  const ending = endingOf(name)?.[0] ?? /\.[A-Za-z0-9]{1,5}$/.exec(name)?.[0] ?? '';
  const stem = name.slice(0, name.length - ending.length);
  // A name may hold bytes that are no text; the replacement marks and control characters would only confuse.
  const words = stem.normalize('NFC').replace(/[\p{Cc}\uFFFD_]+/gu, ' ');
  return words.replace(/\s+/g, ' ').trim() || 'Untitled';
}

function endingOf(name: string): readonly [string, BookFormat] | undefined {
  const lower = name.toLowerCase();
  return FORMAT_BY_ENDING.find(([ending]) => lower.endsWith(ending) && lower.length > ending.length);
}
