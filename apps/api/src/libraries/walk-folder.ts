import { type BigIntStats, constants, type Dirent } from 'node:fs';
import { lstat, open, opendir, realpath } from 'node:fs/promises';
import { sep } from 'node:path';
import { isBookFileName } from '@bookorbit/book-files';
import { pathTextFromBytes } from './path-text.ts';

/** What the walk of a folder meets. Paths are below the folder, as `pathTextFromBytes` writes them. */
export type Sighting =
  | { readonly kind: 'file'; readonly path: string; readonly stat: FileStat }
  /** A folder that could not be read, or not to its end: nothing is known of what lies below. '' is the whole walk's folder. */
  | { readonly kind: 'unreadable'; readonly path: string; readonly reason: string };

/** What tells that a file is still the same without reading it. */
export interface FileStat {
  /** Bytes. */
  readonly size: number;
  readonly mtimeMs: number;
  /** Last change of content or name; no copying tool can set it back. */
  readonly ctimeMs: number;
  /** `device:inode`. */
  readonly inode: string;
}

export interface WalkOptions {
  readonly signal?: AbortSignal;
  /** Absolute folders that are not looked into, such as the server's own data. */
  readonly excluded?: readonly string[];
}

/** Files whose attributes are asked for at once. */
const STAT_BATCH = 32;
const NO_BOOK_FOLDERS = new Set(['lost+found', '@eaDir', '#recycle', '$RECYCLE.BIN', 'System Volume Information']);
const SEPARATOR = Buffer.from(sep);

/**
 * Goes through a folder and everything below it, one entry at a time: memory does not grow with the folder. Hidden entries,
 * KOReader's .sdr folders, and symbolic links are passed by; a link could lead out of the folder, or to a file that is met anyway.
 */
export async function* walkFolder(root: string, options: WalkOptions = {}): AsyncGenerator<Sighting> {
  const top = await attempt(realpath(root, 'buffer'));
  if (!top.ok) {
    yield { kind: 'unreadable', path: '', reason: top.reason };
    return;
  }
  const excluded = new Set(options.excluded?.map((path) => pathTextFromBytes(Buffer.from(path))));
  const waiting: Buffer[] = [Buffer.alloc(0)];
  for (let below = waiting.pop(); below; below = waiting.pop()) {
    const folder = joined(top.value, below);
    if (excluded.has(pathTextFromBytes(folder))) continue;
    yield* filesOf(folder, below, waiting, options.signal);
  }
}

/** The attributes of a file that is no link; undefined when there is none. Throws when that cannot be said. */
export async function statFile(path: Buffer | string): Promise<FileStat | undefined> {
  try {
    const stats = await lstat(path, { bigint: true });
    return stats.isFile() ? fileStatOf(stats) : undefined;
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

/** Whether an error says that there is nothing at a path, rather than that it could not be looked at. */
export function isAbsence(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

export function fileStatOf(stats: BigIntStats): FileStat {
  return {
    size: Number(stats.size),
    mtimeMs: Number(stats.mtimeMs),
    ctimeMs: Number(stats.ctimeMs),
    inode: `${stats.dev}:${stats.ino}`,
  };
}

async function* filesOf(
  folder: Buffer,
  below: Buffer,
  waiting: Buffer[],
  signal: AbortSignal | undefined,
): AsyncGenerator<Sighting> {
  let names: Buffer[] = [];
  try {
    for await (const entry of await openFolder(folder)) {
      signal?.throwIfAborted();
      const name = entry.name;
      if (entry.isDirectory() && isBookFolder(name)) waiting.push(joined(below, name));
      if (entry.isFile() && isBookFileName(name.toString())) names.push(name);
      if (names.length >= STAT_BATCH) {
        yield* statsOf(folder, below, names);
        names = [];
      }
    }
    yield* statsOf(folder, below, names);
  } catch (error) {
    signal?.throwIfAborted();
    // Gone since its parent was read: then its files are gone, too.
    if (below.length > 0 && isAbsence(error)) return;
    yield { kind: 'unreadable', path: pathTextFromBytes(below), reason: reasonOf(error) };
  }
}

/** A folder's entries. A link that took the folder's place meanwhile is refused. */
async function openFolder(folder: Buffer): Promise<AsyncIterable<Dirent<Buffer>>> {
  const handle = await open(folder, constants.O_RDONLY | (constants.O_DIRECTORY ?? 0) | (constants.O_NOFOLLOW ?? 0));
  await handle.close();
  const entries = await opendir(folder as unknown as string, { encoding: 'buffer' as BufferEncoding, bufferSize: 256 });
  return entries as unknown as AsyncIterable<Dirent<Buffer>>;
}

async function* statsOf(folder: Buffer, below: Buffer, names: readonly Buffer[]): AsyncGenerator<Sighting> {
  const stats = await Promise.all(names.map((name) => attempt(statFile(joined(folder, name)))));
  for (const [index, name] of names.entries()) {
    const stat = stats[index];
    const path = pathTextFromBytes(joined(below, name));
    if (stat && !stat.ok) yield { kind: 'unreadable', path, reason: stat.reason };
    else if (stat?.value) yield { kind: 'file', path, stat: stat.value };
  }
}

function isBookFolder(name: Buffer): boolean {
  const text = name.toString();
  return !text.startsWith('.') && !text.endsWith('.sdr') && !NO_BOOK_FOLDERS.has(text);
}

function joined(parent: Buffer, name: Buffer): Buffer {
  if (parent.length === 0) return name;
  if (name.length === 0) return parent;
  return Buffer.concat(parent.subarray(-1).equals(SEPARATOR) ? [parent, name] : [parent, SEPARATOR, name]);
}

type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

async function attempt<T>(work: Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await work };
  } catch (error) {
    return { ok: false, reason: reasonOf(error) };
  }
}

/** A few words for a person. */
function reasonOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'there is no such folder';
    case 'EACCES':
    case 'EPERM':
      return 'the server may not read it';
    case 'EIO':
    case 'ESTALE':
    case 'ENODEV':
    case 'ETIMEDOUT':
    case 'EHOSTDOWN':
      return 'the disk or network drive does not answer';
    default:
      return `reading it failed (${code ?? 'unknown'})`;
  }
}
