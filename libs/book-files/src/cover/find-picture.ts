import { comicPages } from '../comic/comic-pages.ts';
import { detectFile, type DetectedFile } from '../detect-format.ts';
import { findEpubCover } from '../epub/find-epub-cover.ts';
import { findPackageEntry } from '../epub/find-package.ts';
import { readPackageDocument } from '../epub/open-epub.ts';
import { plainFb2Bytes, zippedFb2Bytes } from '../fb2/fb2-bytes.ts';
import { readFb2Cover } from '../fb2/read-fb2-cover.ts';
import type { FileSource } from '../file-source.ts';
import { readMobiCover } from '../mobi/read-mobi.ts';
import { readPdfCover } from '../pdf/read-pdf.ts';
import type { ZipArchive } from '../zip/zip-archive.ts';

/** A larger picture is no cover that anybody needs. */
export const MOST_PICTURE_BYTES = 32 * 1024 * 1024;

/**
 * The bytes of the cover as they stand in the file, or the first page of a PDF, drawn with a longer edge of `maxEdge` pixels;
 * undefined when it has none. Throws BookFileProblem.
 */
export async function findPicture(source: FileSource, maxEdge: number): Promise<Buffer | undefined> {
  return pictureOf(source, await detectFile(source), maxEdge);
}

async function pictureOf(
  source: FileSource,
  { format, archive }: DetectedFile,
  maxEdge: number,
): Promise<Buffer | undefined> {
  switch (format) {
    case 'epub':
    case 'kepub':
      return archive && epubPicture(archive);
    case 'cbz':
      return archive && comicPicture(archive);
    case 'fb2.zip':
      return archive && readFb2Cover(zippedFb2Bytes(archive), MOST_PICTURE_BYTES);
    case 'fb2':
      return readFb2Cover(plainFb2Bytes(source), MOST_PICTURE_BYTES);
    case 'mobi':
    case 'azw3':
      return readMobiCover(source);
    case 'pdf':
      return readPdfCover(source, maxEdge);
    case 'cbr':
    case 'unknown':
      return undefined;
  }
}

async function epubPicture(archive: ZipArchive): Promise<Buffer | undefined> {
  const packageEntry = await findPackageEntry(archive);
  const document = await readPackageDocument(archive, packageEntry);
  const picture = await findEpubCover(archive, packageEntry.name, document);
  return picture && archive.read(picture, MOST_PICTURE_BYTES);
}

async function comicPicture(archive: ZipArchive): Promise<Buffer | undefined> {
  const [first] = comicPages(archive);
  return first && archive.read(first, MOST_PICTURE_BYTES);
}
