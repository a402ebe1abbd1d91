import { BookFileProblem } from '../problem.ts';
import type { ZipArchive } from '../zip/zip-archive.ts';
import type { ZipEntry } from '../zip/zip-entry.ts';

const CHAPTER_NAME = /\.(?:xhtml|html|htm|xml)$/i;
const META_INF = /^META-INF\//i;
const PACKED_HEAD_BYTES = 4 * 1024;

/**
 * Whether an EPUB is made for Kobo readers. They mark every sentence of every chapter with a koboSpan, so the start of
 * the largest chapter tells; the name only decides when there is none to look at.
 */
export async function isKepub(archive: ZipArchive, isNamedKepub: boolean): Promise<boolean> {
  const chapter = largestChapter(archive);
  if (chapter === undefined || isNamedKepub) return isNamedKepub;
  return (await headOf(archive, chapter)).includes('koboSpan');
}

function largestChapter(archive: ZipArchive): ZipEntry | undefined {
  let largest: ZipEntry | undefined;
  for (const entry of archive.entries) {
    if (
      CHAPTER_NAME.test(entry.name) &&
      !META_INF.test(entry.name) &&
      (largest === undefined || entry.size > largest.size)
    )
      largest = entry;
  }
  return largest;
}

async function headOf(archive: ZipArchive, entry: ZipEntry): Promise<Buffer> {
  try {
    return await archive.readHead(entry, PACKED_HEAD_BYTES);
  } catch (error) {
    if (error instanceof BookFileProblem) return Buffer.alloc(0);
    throw error;
  }
}
