import type { FileSource } from '../file-source.ts';
import { BookFileProblem } from '../problem.ts';
import type { ZipArchive } from '../zip/zip-archive.ts';

const CHUNK_BYTES = 64 * 1024;

/** An FB2 as a stream of bytes from its start, whether it lies open or in a zip; asking again starts again. */
export type Fb2Bytes = () => AsyncIterable<Buffer>;

export function plainFb2Bytes(source: FileSource): Fb2Bytes {
  return async function* () {
    for (let at = 0; at < source.size; at += CHUNK_BYTES) yield await source.read(at, CHUNK_BYTES);
  };
}

/** The first FB2 in a zip. Throws `not_a_book` when there is none. */
export function zippedFb2Bytes(archive: ZipArchive): Fb2Bytes {
  const entry = archive.entries.find(({ name, isSymlink }) => /\.fb2$/i.test(name) && !isSymlink);
  if (entry === undefined) throw new BookFileProblem('not_a_book');
  return () => archive.readInChunks(entry);
}
