/**
 * What can be wrong with a book file that is there and can be read: a closed list.
 * Each has one sentence that tells a person what to do ({@link PROBLEM_MESSAGES}).
 */
export const PROBLEM_CODES = [
  'empty_file',
  'not_a_book',
  'unsupported_format',
  'misnamed',
  'damaged_archive',
  'damaged_content',
  'password_protected',
  'unsupported_compression',
  'unpacks_too_large',
  'too_many_entries',
  'epub_no_container',
  'epub_no_package',
  'epub_bad_package',
  'epub_no_spine',
  'epub_missing_chapters',
  'comic_no_pages',
  'comic_rar',
  'drm_adobe',
  'drm_lcp',
  'drm_apple',
  'drm_kindle',
  'drm_other',
] as const;

export type BookFileProblemCode = (typeof PROBLEM_CODES)[number];

/** What to tell the person who owns the file. */
export const PROBLEM_MESSAGES: Readonly<Record<BookFileProblemCode, string>> = {
  empty_file: 'The file is empty: copy it to the library again.',
  not_a_book: 'The content is not a book of any known format: download or copy it again.',
  unsupported_format: 'This kind of file cannot be read: convert it to EPUB.',
  misnamed: 'The content is another format than the name says: rename the file so that readers open it.',
  damaged_archive: 'The archive is damaged or cut short: download or copy it again.',
  damaged_content: 'A part of the file is damaged or missing: download or copy it again.',
  password_protected: 'The file is locked with a password: save a copy without the password.',
  unsupported_compression: 'The archive uses a compression that readers cannot open: unpack it and zip it again.',
  unpacks_too_large: 'The file unpacks to far more than a book needs: if you trust it, rebuild it with calibre.',
  too_many_entries: 'The archive holds more entries than a book needs: if you trust it, rebuild it with calibre.',
  epub_no_container:
    'The file META-INF/container.xml is missing or names no package: rebuild the book with calibre or Sigil.',
  epub_no_package: 'The package document (OPF) is missing from the file: rebuild the book with calibre or Sigil.',
  epub_bad_package: 'The package document (OPF) cannot be read: repair the book with calibre or Sigil.',
  epub_no_spine: 'The book lists no chapters to read: repair the book with calibre or Sigil.',
  epub_missing_chapters: 'Chapters the book lists are missing from the file: download it again or repair it.',
  comic_no_pages: 'The archive holds no pictures: check that it is a comic.',
  comic_rar: 'RAR comics cannot be read: convert the file to CBZ.',
  drm_adobe: 'The book is locked by Adobe DRM and opens only in apps that sign in with Adobe: get a copy without DRM.',
  drm_lcp: 'The book is locked by Readium LCP and opens only in apps that support it: get a copy without DRM.',
  drm_apple: 'The book is locked by Apple and opens only in Apple Books: get a copy without DRM.',
  drm_kindle: 'The book is locked by Amazon and opens only in Kindle apps and devices: get a copy without DRM.',
  drm_other: 'The chapters are encrypted, so only the shop’s own app can open the book: get a copy without DRM.',
};

/** What is wrong with a file, as data. */
export interface StatedProblem {
  readonly code: BookFileProblemCode;
  /** one sentence that says what to do */
  readonly message: string;
}

/** Thrown where a file's content keeps a question from being answered; `message` is for the owner of the file. */
export class BookFileProblem extends Error implements StatedProblem {
  readonly code: BookFileProblemCode;

  constructor(code: BookFileProblemCode, options?: ErrorOptions) {
    super(PROBLEM_MESSAGES[code], options);
    this.name = 'BookFileProblem';
    this.code = code;
  }
}

/** The problem of this code, as data. */
export function statedProblem(code: BookFileProblemCode): StatedProblem {
  return { code, message: PROBLEM_MESSAGES[code] };
}

/** Why a file could not be read at all, which says nothing about its content. */
export type UnavailableReason = 'vanished' | 'forbidden' | 'not_a_file' | 'failed';

/** Thrown when the file itself cannot be reached: gone, not permitted, a folder or a device, or the disk failed. */
export class BookFileUnavailable extends Error {
  readonly reason: UnavailableReason;
  readonly path: string;

  constructor(path: string, reason: UnavailableReason, options?: ErrorOptions) {
    super(`${path}: ${reason}`, options);
    this.name = 'BookFileUnavailable';
    this.path = path;
    this.reason = reason;
  }
}
