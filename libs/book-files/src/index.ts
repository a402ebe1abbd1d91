export { BOOK_FORMATS, isBookFileName, formatOfName, titleFromName, type BookFormat } from './book-format.ts';
export { detectFormat } from './detect-format.ts';
export { openEpub, type EpubFile, type EpubSpineItem } from './epub/open-epub.ts';
export { contentSignature } from './epub/content-signature.ts';
export { partialMd5 } from './partial-md5.ts';
export {
  BookFileProblem,
  BookFileUnavailable,
  PROBLEM_CODES,
  PROBLEM_MESSAGES,
  type BookFileProblemCode,
  type StatedProblem,
  type UnavailableReason,
} from './problem.ts';
export { readBookFile, type ReadOptions } from './read-book-file.ts';
export { readCover } from './read-cover.ts';
export type {
  BookAuthor,
  BookCover,
  BookFileReading,
  BookIdentifier,
  BookMetadata,
  SpineSummary,
  SpineSummaryItem,
} from './reading.ts';
