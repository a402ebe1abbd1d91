import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { BookFileUnavailable, type UnavailableReason } from './problem.ts';

/** How much of the start of a file is kept once read: it holds four of the twelve fingerprint samples. */
const HEAD_BYTES = 20 * 1024;

/** A file open for random access. Nothing is read until asked; whoever opens it closes it. */
export interface FileSource {
  readonly path: string;
  /** bytes, when it was opened */
  readonly size: number;
  /** Up to `length` bytes from `offset`; fewer only at the end of the file. The bytes must not be changed. */
  read(offset: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
}

/** Opens a regular file to read; throws BookFileUnavailable when that cannot be. */
export async function openFileSource(path: string): Promise<FileSource> {
  // Without O_NONBLOCK the opening of a named pipe would wait for ever for a writer.
  const handle = await unlessUnavailable(path, open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)));
  try {
    const stats = await unlessUnavailable(path, handle.stat());
    if (!stats.isFile()) throw new BookFileUnavailable(path, 'not_a_file');
    return fileSourceOf(path, handle, stats.size);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Opens a file, lends it to `use`, and closes it whatever happens. */
export async function withFileSource<T>(path: string, use: (source: FileSource) => Promise<T>): Promise<T> {
  const source = await openFileSource(path);
  try {
    return await use(source);
  } finally {
    await source.close();
  }
}

/** Reads through a handle that stays its owner's to close. */
export function fileSourceOf(path: string, handle: FileHandle, size: number): FileSource {
  let head: Promise<Buffer> | undefined;
  return {
    path,
    size,
    async read(offset, length) {
      const end = Math.min(size, offset + length);
      if (offset < 0 || end <= offset) return Buffer.alloc(0);
      if (end > HEAD_BYTES) return readFully(path, handle, offset, end - offset);
      head ??= readFully(path, handle, 0, Math.min(size, HEAD_BYTES));
      return (await head).subarray(offset, end);
    },
    close: () => handle.close(),
  };
}

async function readFully(path: string, handle: FileHandle, offset: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await unlessUnavailable(path, handle.read(buffer, filled, length - filled, offset + filled));
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

async function unlessUnavailable<T>(path: string, attempt: Promise<T>): Promise<T> {
  try {
    return await attempt;
  } catch (error) {
    throw new BookFileUnavailable(path, reasonOf(error), { cause: error });
  }
}

function reasonOf(error: unknown): UnavailableReason {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOENT':
    case 'ENOTDIR':
    case 'ESTALE':
      return 'vanished';
    case 'EACCES':
    case 'EPERM':
      return 'forbidden';
    case 'EISDIR':
    case 'ENXIO':
    case 'ELOOP':
      return 'not_a_file';
    default:
      return 'failed';
  }
}
