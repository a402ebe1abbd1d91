import type { FileSource } from '../file-source.ts';
import { BookFileProblem } from '../problem.ts';
import { decodeEntryName } from './decode-entry-name.ts';
import { findCentralDirectory } from './find-central-directory.ts';
import type { ZipEntry } from './zip-entry.ts';

/** Books of many thousand files stay far below both; what is above is made to hurt. */
const MOST_DIRECTORY_BYTES = 16 * 1024 * 1024;
export const MOST_ENTRIES = 100_000;

const ENTRY_SIGNATURE = 0x02014b50;
const ENTRY_HEADER_BYTES = 46;
const SATURATED = 0xffff_ffff;
const MADE_ON_UNIX = 3;
const SYMLINK_MODE = 0o120000;
const FILE_TYPE_MODE = 0o170000;

/**
 * The lines of a zip's central directory in its order, read in one go. Throws `damaged_archive` or `too_many_entries`.
 * yauzl is stricter: one odd line, or a byte before or after the archive, and it gives the whole file up.
 */
export async function readCentralDirectory(source: FileSource): Promise<ZipEntry[]> {
  const place = await findCentralDirectory(source);
  if (place.bytes > MOST_DIRECTORY_BYTES || place.entryCount > MOST_ENTRIES) {
    throw new BookFileProblem('too_many_entries');
  }
  const directory = await source.read(place.offset, place.bytes);
  const entries: ZipEntry[] = [];
  let at = 0;
  while (at + ENTRY_HEADER_BYTES <= directory.length && directory.readUInt32LE(at) === ENTRY_SIGNATURE) {
    const nameEnd = at + ENTRY_HEADER_BYTES + directory.readUInt16LE(at + 28);
    const extraEnd = nameEnd + directory.readUInt16LE(at + 30);
    if (extraEnd > directory.length) break;
    entries.push(entryAt(directory, at, nameEnd, extraEnd, place.shift));
    if (entries.length > MOST_ENTRIES) throw new BookFileProblem('too_many_entries');
    at = extraEnd + directory.readUInt16LE(at + 32);
  }
  if (entries.length === 0 && place.bytes > 0) throw new BookFileProblem('damaged_archive');
  return entries;
}

function entryAt(directory: Buffer, at: number, nameEnd: number, extraEnd: number, shift: number): ZipEntry {
  const madeOn = directory[at + 5] ?? 0;
  const mode = directory.readUInt16LE(at + 40);
  const wide = wideSizes(directory.subarray(nameEnd, extraEnd), {
    size: directory.readUInt32LE(at + 24),
    compressedSize: directory.readUInt32LE(at + 20),
    offset: directory.readUInt32LE(at + 42),
  });
  return {
    name: decodeEntryName(directory.subarray(at + ENTRY_HEADER_BYTES, nameEnd), madeOn),
    method: directory.readUInt16LE(at + 10),
    isEncrypted: (directory.readUInt16LE(at + 8) & 1) !== 0,
    isSymlink: madeOn === MADE_ON_UNIX && (mode & FILE_TYPE_MODE) === SYMLINK_MODE,
    crc32: directory.readUInt32LE(at + 16),
    size: wide.size,
    compressedSize: wide.compressedSize,
    offset: wide.offset + shift,
  };
}

interface Sizes {
  readonly size: number;
  readonly compressedSize: number;
  readonly offset: number;
}

/** Zip64 keeps in an extra field, in this order, only those values that do not fit 32 bits. */
function wideSizes(extra: Buffer, narrow: Sizes): Sizes {
  if (narrow.size !== SATURATED && narrow.compressedSize !== SATURATED && narrow.offset !== SATURATED) return narrow;
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 0x0001) continue;
    const end = Math.min(extra.length, at + 4 + extra.readUInt16LE(at + 2));
    let next = at + 4;
    const widen = (value: number): number => {
      if (value !== SATURATED || next + 8 > end) return value;
      next += 8;
      return Number(extra.readBigUInt64LE(next - 8));
    };
    return { size: widen(narrow.size), compressedSize: widen(narrow.compressedSize), offset: widen(narrow.offset) };
  }
  return narrow;
}
