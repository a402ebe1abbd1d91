import { basename } from 'node:path';
import { formatOfName } from './book-format.ts';
import type { ContentReading } from './content-reading.ts';
import { readComic } from './comic/read-comic.ts';
import { detectFile, type DetectedFile } from './detect-format.ts';
import { readEpub } from './epub/read-epub.ts';
import { plainFb2Bytes, zippedFb2Bytes } from './fb2/fb2-bytes.ts';
import { readFb2 } from './fb2/read-fb2.ts';
import { withFileSource, type FileSource } from './file-source.ts';
import { metadataOf } from './metadata/raw-metadata.ts';
import { readMobi } from './mobi/read-mobi.ts';
import { partialMd5OfSource } from './partial-md5.ts';
import { readPdf } from './pdf/read-pdf.ts';
import { BookFileProblem, BookFileUnavailable, statedProblem, type BookFileProblemCode } from './problem.ts';
import type { BookFileReading } from './reading.ts';

/** Where the end of an FB2 is looked for. */
const FB2_END_BYTES = 4096;

export interface ReadOptions {
  /**
   * Told of an error that no reader foresaw: a fault of ours, for a log. What is read is then stated as `damaged_content`, or
   * without a cover, so that one such file does not stop the scan of ten thousand others. What it throws is thrown.
   */
  readonly onUnforeseen?: (error: unknown) => void;
}

/**
 * Reads what the scanner needs to know of one file: opens it once, reads a few kilobytes of it by random access, writes
 * nothing. Whatever is wrong with the content becomes the reading's `problem`; title and fingerprint are there all the
 * same. Throws BookFileUnavailable only, when the file itself is gone, forbidden or not a file.
 */
export async function readBookFile(path: string, { onUnforeseen }: ReadOptions = {}): Promise<BookFileReading> {
  return withFileSource(path, async (source) => {
    const fingerprint = await partialMd5OfSource(source);
    const undetected = { format: formatOfName(basename(path)), problem: 'damaged_content' } as const;
    const detected = await unlessUnforeseen<DetectedFile>(detectFile(source), undetected, onUnforeseen);
    const content = await unlessUnforeseen(readContent(source, detected), unreadable('damaged_content'), onUnforeseen);
    const problem = detected.problem ?? content.problem;
    return {
      format: detected.format,
      size: source.size,
      fingerprint,
      contentSignature: content.contentSignature,
      metadata: metadataOf(content.metadata, basename(path)),
      spine: content.spine,
      pageCount: content.pageCount,
      hasCover: content.hasCover,
      problem: problem && statedProblem(problem),
    };
  });
}

async function unlessUnforeseen<T>(attempt: Promise<T>, instead: T, tell: ReadOptions['onUnforeseen']): Promise<T> {
  try {
    return await attempt;
  } catch (error) {
    if (error instanceof BookFileUnavailable) throw error;
    tell?.(error);
    return instead;
  }
}

async function readContent(source: FileSource, detected: DetectedFile): Promise<ContentReading> {
  if (detected.problem !== undefined && detected.problem !== 'misnamed') return unreadable(detected.problem);
  try {
    return await readFormat(source, detected);
  } catch (error) {
    if (error instanceof BookFileProblem) return unreadable(error.code);
    throw error;
  }
}

async function readFormat(source: FileSource, { format, archive }: DetectedFile): Promise<ContentReading> {
  switch (format) {
    case 'epub':
    case 'kepub':
      return archive === undefined ? unreadable('damaged_archive') : readEpub(archive);
    case 'cbz':
      return archive === undefined ? unreadable('damaged_archive') : readComic(archive);
    case 'fb2.zip':
      return archive === undefined ? unreadable('damaged_archive') : readFb2(zippedFb2Bytes(archive));
    case 'fb2':
      return readFb2(plainFb2Bytes(source), await source.read(Math.max(0, source.size - FB2_END_BYTES), FB2_END_BYTES));
    case 'mobi':
    case 'azw3':
      return readMobi(source);
    case 'pdf':
      return readPdf(source);
    case 'cbr':
      return unreadable('comic_rar');
    case 'unknown':
      return unreadable('unsupported_format');
  }
}

/** A file of which nothing could be learned. */
function unreadable(problem: BookFileProblemCode): ContentReading {
  return { metadata: {}, hasCover: false, problem };
}
