import { basename } from 'node:path';
import { formatOfName, type BookFormat } from './book-format.ts';
import { isPictureName } from './comic/comic-pages.ts';
import { isKepub } from './epub/is-kepub.ts';
import { withFileSource, type FileSource } from './file-source.ts';
import { mobiFormat } from './mobi/mobi-header.ts';
import { BookFileProblem, type BookFileProblemCode } from './problem.ts';
import { openZip, type ZipArchive } from './zip/zip-archive.ts';

/** What a file is, by its content first and its name second. */
export interface DetectedFile {
  readonly format: BookFormat;
  /** the zip that an EPUB, comic or zipped FB2 is */
  readonly archive?: ZipArchive;
  /** why the content cannot be read at all, or `misnamed` */
  readonly problem?: BookFileProblemCode;
}

type Container = 'zip' | 'pdf' | 'rar' | 'fb2' | 'mobi' | 'empty' | 'other';

/** Names are looked for this far into a file; a PDF may have up to 1 KiB of anything before its own. */
const SIGNATURE_WINDOW_BYTES = 4096;
const ZIP_FORMATS: readonly BookFormat[] = ['epub', 'kepub', 'cbz', 'cbr', 'fb2.zip'];

/**
 * The format of a book file, by its content; the format its name promises when the content is no known one.
 * Throws BookFileUnavailable.
 */
export async function detectFormat(path: string): Promise<BookFormat> {
  return withFileSource(path, async (source) => (await detectFile(source)).format);
}

/** {@link detectFormat} of an open file, with what was opened on the way. */
export async function detectFile(source: FileSource): Promise<DetectedFile> {
  const named = formatOfName(basename(source.path));
  const head = await source.read(0, SIGNATURE_WINDOW_BYTES);
  const container = containerOf(head);
  switch (container) {
    case 'empty':
      return { format: named, problem: 'empty_file' };
    case 'pdf':
      return named === 'pdf' ? { format: 'pdf' } : misnamedUnlessUnknown('pdf', named);
    case 'fb2':
      return named === 'fb2' ? { format: 'fb2' } : misnamedUnlessUnknown('fb2', named);
    case 'rar':
      return { format: 'cbr', problem: 'comic_rar' };
    case 'mobi': {
      const format = mobiFormat(head);
      return named === 'mobi' || named === 'azw3' ? { format } : misnamedUnlessUnknown(format, named);
    }
    case 'zip':
      return detectZip(source, named);
    case 'other':
      // Something may have been put before the archive; only a name that promises one makes the search worth while.
      if (ZIP_FORMATS.includes(named)) return detectZip(source, named, 'not_a_book');
      return { format: named, problem: named === 'unknown' ? 'unsupported_format' : 'not_a_book' };
  }
}

function containerOf(head: Buffer): Container {
  if (head.length === 0) return 'empty';
  const text = head.toString('latin1');
  if (/^PK(?:\x03\x04|\x05\x06|\x07\x08)/.test(text)) return 'zip';
  if (text.startsWith('Rar!\x1a\x07')) return 'rar';
  if (text.slice(0, 1029).includes('%PDF-')) return 'pdf';
  if (/^(?:BOOKMOBI|TEXtREAd)$/.test(text.slice(60, 68))) return 'mobi';
  // Without its NULs UTF-16 reads like ASCII.
  return /<(?:[\w-]{1,20}:)?FictionBook[\s>]/.test(text.replaceAll('\0', '')) ? 'fb2' : 'other';
}

async function detectZip(
  source: FileSource,
  named: BookFormat,
  whenNoZip?: BookFileProblemCode,
): Promise<DetectedFile> {
  try {
    const archive = await openZip(source);
    const format = await zipFormat(archive, named);
    if (format === undefined) return { format: 'unknown', archive, problem: 'unsupported_format' };
    return isNamedRight(format, named) ? { format, archive } : { ...misnamedUnlessUnknown(format, named), archive };
  } catch (error) {
    if (!(error instanceof BookFileProblem)) throw error;
    return { format: named === 'cbr' ? 'cbz' : named, problem: whenNoZip ?? error.code };
  }
}

async function zipFormat(archive: ZipArchive, named: BookFormat): Promise<BookFormat | undefined> {
  if (isEpub(archive)) return (await isKepub(archive, named === 'kepub')) ? 'kepub' : 'epub';
  const files = archive.entries.filter((entry) => !entry.name.endsWith('/'));
  if (
    files.length > 0 &&
    files.every((entry) => isPictureName(entry.name) || /\.(?:xml|txt|nfo|db)$/i.test(entry.name))
  ) {
    if (files.some((entry) => isPictureName(entry.name))) return 'cbz';
  }
  if (files.some((entry) => /\.fb2$/i.test(entry.name))) return 'fb2.zip';
  if (named === 'cbr') return 'cbz';
  return ZIP_FORMATS.includes(named) ? named : undefined;
}

function isEpub(archive: ZipArchive): boolean {
  return archive.find('META-INF/container.xml') !== undefined;
}

function isNamedRight(format: BookFormat, named: BookFormat): boolean {
  if (format === 'kepub') return named === 'epub' || named === 'kepub';
  if (format === 'cbz') return named === 'cbz' || named === 'cbr';
  return format === named;
}

function misnamedUnlessUnknown(format: BookFormat, named: BookFormat): DetectedFile {
  return named === 'unknown' ? { format } : { format, problem: 'misnamed' };
}
