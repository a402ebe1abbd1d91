import { promisify } from 'node:util';
import { constants, crc32, createInflateRaw, inflateRaw, type ZlibOptions } from 'node:zlib';
import type { FileSource } from '../file-source.ts';
import { BookFileProblem, BookFileUnavailable } from '../problem.ts';
import { BEST_DEFLATE_RATIO, isReadable, STORED, type ZipEntry } from './zip-entry.ts';

const LOCAL_HEADER = 0x04034b50;
const LOCAL_HEADER_BYTES = 30;
/** Room for the name and extra field of nearly every local header, so that one read gets header and data. */
const USUAL_NAME_BYTES = 300;
const CHUNK_BYTES = 64 * 1024;

const inflate = promisify(inflateRaw) as (packed: Buffer, options: ZlibOptions) => Promise<Buffer>;

/**
 * The unpacked bytes of one entry. Throws BookFileProblem: `unpacks_too_large` when there are more than `maxBytes`,
 * `damaged_content` when they do not match their checksum, `password_protected`, `unsupported_compression`.
 */
export async function unpackEntry(source: FileSource, entry: ZipEntry, maxBytes: number): Promise<Buffer> {
  if (entry.compressedSize > maxBytes + maxBytes / 64 + 1024) throw new BookFileProblem('unpacks_too_large');
  const packed = await readPacked(source, entry, entry.compressedSize);
  if (packed.length < entry.compressedSize) throw new BookFileProblem('damaged_content');
  const bytes = entry.method === STORED ? packed : await inflateAtMost(packed, maxBytes);
  if (bytes.length > maxBytes) throw new BookFileProblem('unpacks_too_large');
  // Some writers leave the checksum out.
  if (entry.crc32 !== 0 && crc32(bytes) !== entry.crc32) throw new BookFileProblem('damaged_content');
  return bytes;
}

/**
 * What the first `packedBytes` of an entry unpack to, as far as they are sound; for looking at how an entry starts
 * without the cost of a stream. Throws BookFileProblem when the entry cannot be read at all.
 */
export async function unpackEntryHead(source: FileSource, entry: ZipEntry, packedBytes: number): Promise<Buffer> {
  const packed = await readPacked(source, entry, Math.min(packedBytes, entry.compressedSize));
  if (entry.method === STORED) return packed;
  const limit = { maxOutputLength: packedBytes * BEST_DEFLATE_RATIO, finishFlush: constants.Z_SYNC_FLUSH };
  return inflate(packed, limit).catch(() => Buffer.alloc(0));
}

/**
 * The unpacked bytes of one entry piece by piece, for entries of which only the start is wanted or which are large.
 * The reader stops it by leaving the loop. The checksum is not looked at. Throws as {@link unpackEntry} does.
 */
export async function* unpackEntryInChunks(source: FileSource, entry: ZipEntry): AsyncGenerator<Buffer> {
  const offset = await dataOffset(source, entry);
  if (entry.method === STORED) {
    yield* packedChunks(source, offset, entry.compressedSize);
    return;
  }
  const inflater = createInflateRaw({ chunkSize: CHUNK_BYTES });
  let failure: unknown;
  const feeding = (async () => {
    for await (const packed of packedChunks(source, offset, entry.compressedSize)) {
      if (inflater.destroyed) return;
      if (!inflater.write(packed)) await drainedOrClosed(inflater);
    }
    inflater.end();
  })().catch((error: unknown) => {
    failure = error;
    inflater.destroy();
  });
  try {
    for await (const chunk of inflater) yield chunk as Buffer;
  } catch (error) {
    if (failure instanceof BookFileUnavailable) throw failure;
    throw new BookFileProblem('damaged_content', { cause: failure ?? error });
  } finally {
    inflater.destroy();
    await feeding;
  }
}

function drainedOrClosed(inflater: ReturnType<typeof createInflateRaw>): Promise<void> {
  return new Promise((resolve) => {
    inflater.once('drain', resolve);
    inflater.once('close', resolve);
  });
}

async function* packedChunks(source: FileSource, offset: number, bytes: number): AsyncGenerator<Buffer> {
  const end = Math.min(source.size, offset + bytes);
  for (let at = offset; at < end; at += CHUNK_BYTES) yield await source.read(at, Math.min(CHUNK_BYTES, end - at));
}

/** The first `length` packed bytes of an entry; fewer when the file ends before. */
async function readPacked(source: FileSource, entry: ZipEntry, length: number): Promise<Buffer> {
  requireReadable(entry);
  const block = await source.read(entry.offset, LOCAL_HEADER_BYTES + USUAL_NAME_BYTES + length);
  const start = dataStart(block);
  return start + length <= block.length
    ? block.subarray(start, start + length)
    : source.read(entry.offset + start, length);
}

async function dataOffset(source: FileSource, entry: ZipEntry): Promise<number> {
  requireReadable(entry);
  return entry.offset + dataStart(await source.read(entry.offset, LOCAL_HEADER_BYTES));
}

function requireReadable(entry: ZipEntry): void {
  if (entry.isEncrypted) throw new BookFileProblem('password_protected');
  if (!isReadable(entry)) throw new BookFileProblem('unsupported_compression');
}

/** Where the packed bytes start after a local header: only it says, since its name may differ from the directory's. */
function dataStart(header: Buffer): number {
  if (header.length < LOCAL_HEADER_BYTES || header.readUInt32LE(0) !== LOCAL_HEADER) {
    throw new BookFileProblem('damaged_content');
  }
  return LOCAL_HEADER_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
}

async function inflateAtMost(packed: Buffer, maxBytes: number): Promise<Buffer> {
  try {
    return await inflate(packed, { maxOutputLength: Math.max(1, maxBytes) });
  } catch (error) {
    const isTooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    throw new BookFileProblem(isTooLarge ? 'unpacks_too_large' : 'damaged_content', { cause: error });
  }
}
