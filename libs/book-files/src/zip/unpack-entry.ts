import { promisify } from 'node:util';
import { constants, crc32, inflateRaw, type ZlibOptions } from 'node:zlib';
import yauzl, { type Entry, type ZipFile, type ZipFileOptions } from 'yauzl';
import { BookFileProblem } from '../problem.ts';
import { BEST_DEFLATE_RATIO, isReadable, STORED, type ZipEntry } from './zip-entry.ts';

const inflate = promisify(inflateRaw) as (packed: Buffer, options: ZlibOptions) => Promise<Buffer>;

/**
 * The unpacked bytes of one entry. Throws BookFileProblem: `unpacks_too_large` when there are more than `maxBytes`,
 * `damaged_content` when they do not match their checksum, `password_protected`, `unsupported_compression`.
 */
export async function unpackEntry(zip: ZipFile, entry: ZipEntry, maxBytes: number): Promise<Buffer> {
  if (entry.compressedSize > maxBytes + maxBytes / 64 + 1024) throw new BookFileProblem('unpacks_too_large');
  const bytes = await collect(unpackEntryInChunks(zip, entry), maxBytes);
  // Some writers leave the checksum out.
  if (entry.crc32 !== 0 && crc32(bytes) !== entry.crc32) throw new BookFileProblem('damaged_content');
  return bytes;
}

/**
 * What the first `packedBytes` of an entry unpack to, as far as they are sound; for looking at how an entry starts.
 * Throws BookFileProblem when the entry cannot be read at all.
 */
export async function unpackEntryHead(zip: ZipFile, entry: ZipEntry, packedBytes: number): Promise<Buffer> {
  const length = Math.min(packedBytes, entry.compressedSize);
  const packed = await collect(piecesOf(zip, entry, { decodeFileData: false, start: 0, end: length }), length);
  if (entry.method === STORED) return packed;
  const limit = { maxOutputLength: packedBytes * BEST_DEFLATE_RATIO, finishFlush: constants.Z_SYNC_FLUSH };
  return inflate(packed, limit).catch(() => Buffer.alloc(0));
}

/**
 * The unpacked bytes of one entry piece by piece, for entries of which only the start is wanted or which are large.
 * The reader stops it by leaving the loop. The checksum is not looked at. Throws as {@link unpackEntry} does.
 */
export function unpackEntryInChunks(zip: ZipFile, entry: ZipEntry): AsyncGenerator<Buffer> {
  return piecesOf(zip, entry);
}

async function* piecesOf(zip: ZipFile, entry: ZipEntry, options?: ZipFileOptions): AsyncGenerator<Buffer> {
  if (entry.isEncrypted) throw new BookFileProblem('password_protected');
  if (!isReadable(entry)) throw new BookFileProblem('unsupported_compression');
  try {
    const stream = await zip.openReadStreamPromise(yauzlEntry(entry), options);
    for await (const piece of stream) yield piece as Buffer;
  } catch (error) {
    throw isOfContent(error) ? new BookFileProblem('damaged_content', { cause: error }) : error;
  }
}

/** yauzl and zlib state what is wrong with an archive as plain errors; anything else is no fault of the archive. */
function isOfContent(error: unknown): boolean {
  return (error as Partial<Error> | undefined)?.name === 'Error';
}

async function collect(pieces: AsyncIterable<Buffer>, maxBytes: number): Promise<Buffer> {
  const all: Buffer[] = [];
  let length = 0;
  for await (const piece of pieces) {
    length += piece.length;
    if (length > maxBytes) throw new BookFileProblem('unpacks_too_large');
    all.push(piece);
  }
  return Buffer.concat(all, length);
}

/** Only what yauzl needs to find the bytes, so that a directory of many lines does not stay in memory twice. */
function yauzlEntry(entry: ZipEntry): Entry {
  return Object.assign(new yauzl.Entry(), {
    compressionMethod: entry.method,
    generalPurposeBitFlag: 0,
    compressedSize: entry.compressedSize,
    uncompressedSize: entry.size,
    relativeOffsetOfLocalHeader: entry.offset,
  });
}
