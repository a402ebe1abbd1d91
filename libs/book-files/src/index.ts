export { BOOK_FORMATS, isBookFileName, formatOfName, titleFromName, type BookFormat } from './book-format.ts';
export { detectFormat } from './detect-format.ts';
export { openEpub, type EpubFile, type EpubSpineItem } from './epub/open-epub.ts';
export type { ContentsEntry } from './epub/read-contents.ts';
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
export { type ReadFile, readUpload, type SentFile, type UploadTaker } from './koreader/read-upload.ts';
export type { Sidecar } from './koreader/read-sidecar.ts';
export type { SidecarBookmark, SidecarHighlight } from './koreader/sidecar-annotations.ts';
export type { StatisticsBook, StatisticsRows } from './koreader/statistics-messages.ts';
