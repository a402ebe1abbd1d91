import { createHash } from 'node:crypto';
import { mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, posix, sep } from 'node:path';
import { type BookFileReading, BookFileUnavailable, readBookFile, titleFromName } from '@bookorbit/book-files';
import type { BookFormat } from '@bookorbit/contracts';
import { tellUnforeseen } from './tell-unforeseen.ts';
import { bytesFromPathText, displayText, isPlainPath } from './path-text.ts';
import { type FileStat, isAbsence, statFile } from './walk-folder.ts';

/** Raise it when the book reader learns something new: the next scan then reads every file again. */
export const READER_VERSION = 1;

/** A file changed less than this before it is read may still be in the making: it is left for a later look. */
export const SETTLE_MS = 2_000;

/** Where a file lies. */
export interface FilePlace {
  readonly folderId: number;
  /** Absolute path of the library's folder. */
  readonly folderPath: string;
  /** Below the folder, as `pathTextFromBytes` writes it. */
  readonly path: string;
}

/** What became of an attempt to read one file. */
export type FileLook =
  | { readonly kind: 'read'; readonly stat: FileStat; readonly reading: BookFileReading }
  | { readonly kind: 'unreadable'; readonly stat: FileStat }
  /** Not even tried any more: every attempt ended the process. */
  | { readonly kind: 'given-up'; readonly stat: FileStat }
  /** Changed while it was read. */
  | { readonly kind: 'unsettled' }
  | { readonly kind: 'absent' };

/** Reads one file of a library. Nothing outside its folder is read, even where a link took the place of a folder meanwhile. */
export async function lookAtFile(place: FilePlace): Promise<FileLook> {
  const path = absolutePath(place);
  try {
    if (!(await isInside(path, place.folderPath))) return { kind: 'absent' };
    const before = await statFile(path);
    if (!before) return { kind: 'absent' };
    const reading = await readUnlessForbidden(path, place.path);
    const after = await statFile(path);
    if (!after) return { kind: 'absent' };
    if (!isSameState(before, after)) return { kind: 'unsettled' };
    return reading ? { kind: 'read', stat: after, reading } : { kind: 'unreadable', stat: after };
  } catch (error) {
    if (isAbsence(error)) return { kind: 'absent' };
    throw error;
  }
}

/** Undefined when the file is there but cannot be opened or read. */
async function readUnlessForbidden(path: Buffer, pathText: string): Promise<BookFileReading | undefined> {
  try {
    return await withPlainPath(path, pathText, (plain) => readBookFile(plain, { onUnforeseen: tellUnforeseen }));
  } catch (error) {
    if (error instanceof BookFileUnavailable) return undefined;
    throw error;
  }
}

/** The bytes of a file's absolute path. */
export function absolutePath({ folderPath, path }: Pick<FilePlace, 'folderPath' | 'path'>): Buffer {
  const parent = folderPath.endsWith(sep) ? folderPath : folderPath + sep;
  return Buffer.concat([Buffer.from(parent), bytesFromPathText(path)]);
}

/** Whether a path, all links followed, lies in a folder, all links followed. Throws ENOENT when there is no such file. */
export async function isInside(path: Buffer, folderPath: string): Promise<boolean> {
  const [file, folder] = await Promise.all([realpath(path, 'buffer'), realpath(folderPath, 'buffer')]);
  const parent = folder.toString('latin1');
  return file.toString('latin1').startsWith(parent.endsWith(sep) ? parent : parent + sep);
}

/** Lends a path as text. A path that is no text is reached through a link of a plain name, for as long as it is needed. */
export async function withPlainPath<T>(path: Buffer, pathText: string, use: (path: string) => Promise<T>): Promise<T> {
  if (isPlainPath(pathText)) return use(path.toString());
  const folder = await mkdtemp(join(tmpdir(), 'bookorbit-'));
  try {
    const link = join(folder, displayText(baseName(pathText)).slice(-100));
    await symlink(path, link);
    return await use(link);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function isSameState(a: FileStat, b: FileStat): boolean {
  return a.size === b.size && a.mtimeMs === b.mtimeMs && a.inode === b.inode;
}

/** Whether a file has not changed for a while, so that nobody is writing it now. */
export function isSettled(stat: FileStat, now: Date, settleMs: number): boolean {
  const changedAt = Math.max(stat.ctimeMs, stat.mtimeMs);
  const age = now.getTime() - changedAt;
  // A time in the future says nothing; such a file is read at once and compared before and after.
  return age >= settleMs || age < 0;
}

/** What the name of a file says, apart from its content. */
export interface FileName {
  /** For people. */
  readonly name: string;
  /** md5 of the base name's bytes. */
  readonly nameMd5: string;
  /** Equal for files of one folder that differ in their ending only. */
  readonly stemKey: string;
  readonly title: string;
}

export function fileNameOf(path: string): FileName {
  const base = baseName(path);
  const name = displayText(base);
  const lower = base.normalize('NFC').toLowerCase();
  const stem = lower.replace(BOOK_ENDING, '');
  return {
    name,
    nameMd5: md5(bytesFromPathText(base)),
    stemKey: md5(Buffer.from(`${posix.dirname(path)}/${stem}`)),
    title: titleFromName(name),
  };
}

const BOOK_ENDING = /\.(?:kepub\.epub|fb2\.zip|[a-z0-9]{1,5})$/;

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function md5(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex');
}

/** The contract's format for a file; one the reader does not know keeps the format its name promises. */
export function contractFormat(format: BookFileReading['format'], promised: BookFileReading['format']): BookFormat {
  const known = format === 'unknown' ? promised : format;
  switch (known) {
    case 'fb2.zip':
      return 'fb2';
    case 'cbr':
      return 'cbz';
    case 'unknown':
      return 'epub';
    default:
      return known;
  }
}
