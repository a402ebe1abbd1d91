import { findPicture } from './cover/find-picture.ts';
import { renderCover } from './cover/render-cover.ts';
import { withFileSource } from './file-source.ts';
import { BookFileProblem, BookFileUnavailable } from './problem.ts';
import type { ReadOptions } from './read-book-file.ts';
import type { BookCover } from './reading.ts';

/**
 * The cover of a book file, made ready to be stored and served: WebP, at most `maxEdge` pixels on its longer edge.
 * Undefined when the file has none or it cannot be decoded; a PDF's is its first page. Throws BookFileUnavailable only.
 */
export async function readCover(
  path: string,
  { maxEdge, onUnforeseen }: ReadOptions & { readonly maxEdge: number },
): Promise<BookCover | undefined> {
  try {
    const picture = await withFileSource(path, (source) => findPicture(source, maxEdge));
    return picture && (await renderCover(picture, maxEdge));
  } catch (error) {
    if (error instanceof BookFileUnavailable) throw error;
    if (!(error instanceof BookFileProblem)) onUnforeseen?.(error);
    // A book is complete without its cover; readBookFile states what is wrong with the file.
    return undefined;
  }
}
