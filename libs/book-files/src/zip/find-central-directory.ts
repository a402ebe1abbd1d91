import type { FileSource } from '../file-source.ts';
import { BookFileProblem } from '../problem.ts';

/** Where a zip's central directory lies. */
export interface CentralDirectory {
  /** bytes from the start of the file */
  readonly offset: number;
  readonly bytes: number;
  /** as claimed; the directory may hold fewer */
  readonly entryCount: number;
  /** bytes before the archive, to add to every offset the archive states */
  readonly shift: number;
}

const END_RECORD = 0x06054b50;
const END_RECORD_BYTES = 22;
const ZIP64_END_RECORD = 0x06064b50;
const ZIP64_END_RECORD_BYTES = 56;
const ZIP64_LOCATOR = 0x07064b50;
const ZIP64_LOCATOR_BYTES = 20;
const DIRECTORY_ENTRY = 0x02014b50;

/** The end record may be followed by a comment of 64 KiB, or by garbage; farther from the end it is not looked for. */
const SEARCH_BYTES = 1024 * 1024;
const FIRST_SEARCH_BYTES = 4 * 1024;

/**
 * Finds the central directory from the end of the file, also when bytes were put before the archive or after it.
 * Throws `damaged_archive` when there is none.
 */
export async function findCentralDirectory(source: FileSource): Promise<CentralDirectory> {
  for (const window of [FIRST_SEARCH_BYTES, SEARCH_BYTES]) {
    const start = Math.max(0, source.size - window);
    const tail = await source.read(start, source.size - start);
    for (let at = lastEndRecord(tail, tail.length); at >= 0; at = lastEndRecord(tail, at)) {
      const directory = await directoryOfEndRecord(source, tail.subarray(at, at + END_RECORD_BYTES), start + at);
      if (directory !== undefined) return directory;
    }
    if (start === 0) break;
  }
  throw new BookFileProblem('damaged_archive');
}

/** Offset of the last complete end record that starts before `before`, or -1. */
function lastEndRecord(tail: Buffer, before: number): number {
  const last = Math.min(before - 1, tail.length - END_RECORD_BYTES);
  return last < 0 ? -1 : tail.lastIndexOf('PK\x05\x06', last, 'latin1');
}

async function directoryOfEndRecord(
  source: FileSource,
  record: Buffer,
  recordOffset: number,
): Promise<CentralDirectory | undefined> {
  if (record.readUInt32LE(0) !== END_RECORD) return undefined;
  const zip64 = await zip64EndRecord(source, recordOffset);
  const directory = zip64
    ? placeDirectory(zip64.directoryOffset, zip64.directoryBytes, zip64.recordOffset, zip64.entryCount)
    : placeDirectory(record.readUInt32LE(16), record.readUInt32LE(12), recordOffset, record.readUInt16LE(10));
  if (directory === undefined) return undefined;
  if (directory.bytes === 0) return directory;
  const signature = await source.read(directory.offset, 4);
  return signature.length === 4 && signature.readUInt32LE(0) === DIRECTORY_ENTRY ? directory : undefined;
}

/** The directory ends where the end record starts, whatever offset the archive states: the difference is the shift. */
function placeDirectory(
  statedOffset: number,
  bytes: number,
  end: number,
  entryCount: number,
): CentralDirectory | undefined {
  const offset = end - bytes;
  return offset < 0 ? undefined : { offset, bytes, entryCount, shift: offset - statedOffset };
}

async function zip64EndRecord(source: FileSource, endRecordOffset: number) {
  const locatorOffset = endRecordOffset - ZIP64_LOCATOR_BYTES;
  if (locatorOffset < ZIP64_END_RECORD_BYTES) return undefined;
  const locator = await source.read(locatorOffset, ZIP64_LOCATOR_BYTES);
  if (locator.readUInt32LE(0) !== ZIP64_LOCATOR) return undefined;
  // Bytes put before the archive make the stated offset wrong; the record normally lies just before its locator.
  for (const recordOffset of [Number(locator.readBigUInt64LE(8)), locatorOffset - ZIP64_END_RECORD_BYTES]) {
    if (recordOffset > locatorOffset - ZIP64_END_RECORD_BYTES) continue;
    const record = await source.read(recordOffset, ZIP64_END_RECORD_BYTES);
    if (record.length < ZIP64_END_RECORD_BYTES || record.readUInt32LE(0) !== ZIP64_END_RECORD) continue;
    return {
      recordOffset,
      entryCount: Number(record.readBigUInt64LE(32)),
      directoryBytes: Number(record.readBigUInt64LE(40)),
      directoryOffset: Number(record.readBigUInt64LE(48)),
    };
  }
  return undefined;
}
