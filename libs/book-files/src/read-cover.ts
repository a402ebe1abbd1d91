import { findPicture } from './cover/find-picture.ts';
import { renderCover } from './cover/render-cover.ts';
import { withFileSource } from './file-source.ts';
import { BookFileUnavailable } from './problem.ts';
import type { BookCover } from './reading.ts';

/**
 * The cover of a book file, made ready to be stored and served: WebP, at most `maxEdge` pixels on its longer edge.
 * Undefined when the file has none or it cannot be decoded; a PDF never has one. Throws BookFileUnavailable only.
 */
export async function readCover(
  path: string,
  { maxEdge }: { readonly maxEdge: number },
): Promise<BookCover | undefined> {
  try {
    const picture = await withFileSource(path, findPicture);
    return picture && (await renderCover(picture, maxEdge));
  } catch (error) {
    if (error instanceof BookFileUnavailable) throw error;
    // A book is complete without its cover; readBookFile states what is wrong with the file.
    return undefined;
  }
}
