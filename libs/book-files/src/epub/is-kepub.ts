import { BookFileProblem } from '../problem.ts';
import type { ZipArchive } from '../zip/zip-archive.ts';
import type { ZipEntry } from '../zip/zip-entry.ts';

const CHAPTER_NAME = /\.(?:xhtml|html|htm|xml)$/i;
const HEAD_BYTES = 16 * 1024;

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
    if (CHAPTER_NAME.test(entry.name) && (largest === undefined || entry.size > largest.size)) largest = entry;
  }
  return largest;
}

async function headOf(archive: ZipArchive, entry: ZipEntry): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of archive.readInChunks(entry)) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= HEAD_BYTES) break;
    }
  } catch (error) {
    if (!(error instanceof BookFileProblem)) throw error;
  }
  return Buffer.concat(chunks).toString('latin1', 0, HEAD_BYTES);
}
