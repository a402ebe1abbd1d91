import { promisify } from 'node:util';
import { crc32, createInflateRaw, inflateRaw } from 'node:zlib';
import type { FileSource } from '../file-source.ts';
import { BookFileProblem, BookFileUnavailable } from '../problem.ts';
import { isReadable, STORED, type ZipEntry } from './zip-entry.ts';

const LOCAL_HEADER = 0x04034b50;
const LOCAL_HEADER_BYTES = 30;
const CHUNK_BYTES = 64 * 1024;

const inflate = promisify(inflateRaw) as (packed: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

/**
 * The unpacked bytes of one entry. Throws BookFileProblem: `unpacks_too_large` when there are more than `maxBytes`,
 * `damaged_content` when they do not match their checksum, `password_protected`, `unsupported_compression`.
 */
export async function unpackEntry(source: FileSource, entry: ZipEntry, maxBytes: number): Promise<Buffer> {
  const offset = await dataOffset(source, entry);
  if (entry.compressedSize > maxBytes + maxBytes / 64 + 1024) throw new BookFileProblem('unpacks_too_large');
  const packed = await source.read(offset, entry.compressedSize);
  if (packed.length < entry.compressedSize) throw new BookFileProblem('damaged_content');
  const bytes = entry.method === STORED ? packed : await inflateAtMost(packed, maxBytes);
  if (bytes.length > maxBytes) throw new BookFileProblem('unpacks_too_large');
  // Some writers leave the checksum out.
  if (entry.crc32 !== 0 && crc32(bytes) !== entry.crc32) throw new BookFileProblem('damaged_content');
  return bytes;
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

/** Where an entry's packed bytes start: only the local header says, and its name may differ in length. */
async function dataOffset(source: FileSource, entry: ZipEntry): Promise<number> {
  if (entry.isEncrypted) throw new BookFileProblem('password_protected');
  if (!isReadable(entry)) throw new BookFileProblem('unsupported_compression');
  const header = await source.read(entry.offset, LOCAL_HEADER_BYTES);
  if (header.length < LOCAL_HEADER_BYTES || header.readUInt32LE(0) !== LOCAL_HEADER) {
    throw new BookFileProblem('damaged_content');
  }
  return entry.offset + LOCAL_HEADER_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
}

async function inflateAtMost(packed: Buffer, maxBytes: number): Promise<Buffer> {
  try {
    return await inflate(packed, { maxOutputLength: Math.max(1, maxBytes) });
  } catch (error) {
    const isTooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    throw new BookFileProblem(isTooLarge ? 'unpacks_too_large' : 'damaged_content', { cause: error });
  }
}
