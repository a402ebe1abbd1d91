import type { BookFormat } from '../book-format.ts';
import type { FileSource } from '../file-source.ts';
import { BookFileProblem } from '../problem.ts';

/** The start of a MOBI or AZW3: a Palm database whose first record describes the book. */
export interface MobiHeader {
  readonly recordOffsets: readonly number[];
  /** the first record, at most 256 KiB of it */
  readonly record0: Buffer;
  /** the name of the database: a title cut to 31 bytes */
  readonly databaseName: string;
  /** absent in books of Palm's own, older format */
  readonly mobi?: MobiFields;
}

export interface MobiFields {
  readonly headerBytes: number;
  readonly encoding: 'utf-8' | 'windows-1252';
  /** 8 is KF8, which is what AZW3 means */
  readonly version: number;
  readonly fullName: Buffer;
  readonly firstImageRecord: number;
  readonly hasExtendedHeader: boolean;
}

const DATABASE_HEADER_BYTES = 78;
const RECORD_LINE_BYTES = 8;
const MOST_RECORD0_BYTES = 256 * 1024;
const NO_RECORD = 0xffff_ffff;
const CODE_PAGE_UTF8 = 65001;

/** Reads the head of a Palm database. Throws `damaged_content`. */
export async function readMobiHeader(source: FileSource): Promise<MobiHeader> {
  const start = await source.read(0, DATABASE_HEADER_BYTES);
  if (start.length < DATABASE_HEADER_BYTES) throw new BookFileProblem('damaged_content');
  const count = start.readUInt16BE(76);
  const lines = await source.read(DATABASE_HEADER_BYTES, count * RECORD_LINE_BYTES);
  if (count === 0 || lines.length < count * RECORD_LINE_BYTES) throw new BookFileProblem('damaged_content');
  const recordOffsets = Array.from({ length: count }, (_, i) => lines.readUInt32BE(i * RECORD_LINE_BYTES));
  const from = recordOffsets[0] ?? 0;
  const record0 = await source.read(from, Math.min(MOST_RECORD0_BYTES, (recordOffsets[1] ?? source.size) - from));
  if (record0.length < 16) throw new BookFileProblem('damaged_content');
  const databaseName = start.toString('latin1', 0, 32).replace(/\0.*$/s, '');
  return { recordOffsets, record0, databaseName, mobi: mobiFieldsOf(record0) };
}

/** Which of the two formats a file is whose first bytes are `head`. */
export function mobiFormat(head: Buffer): BookFormat {
  const record0 = head.length >= DATABASE_HEADER_BYTES + 4 ? head.readUInt32BE(DATABASE_HEADER_BYTES) : head.length;
  return head.length >= record0 + 40 && head.readUInt32BE(record0 + 36) === 8 ? 'azw3' : 'mobi';
}

/** Whether the text is encrypted for one Kindle account. */
export function isMobiEncrypted({ record0 }: MobiHeader): boolean {
  return record0.readUInt16BE(12) !== 0;
}

/** Up to `maxBytes` of one record; undefined when there is no such record or it is longer. */
export async function readMobiRecord(
  source: FileSource,
  { recordOffsets }: MobiHeader,
  index: number,
  maxBytes: number,
): Promise<Buffer | undefined> {
  const from = recordOffsets[index];
  if (from === undefined) return undefined;
  const length = (recordOffsets[index + 1] ?? source.size) - from;
  return length > 0 && length <= maxBytes ? source.read(from, length) : undefined;
}

function mobiFieldsOf(record0: Buffer): MobiFields | undefined {
  if (record0.length < 132 || record0.toString('latin1', 16, 20) !== 'MOBI') return undefined;
  const nameOffset = record0.readUInt32BE(84);
  const image = record0.readUInt32BE(108);
  return {
    headerBytes: record0.readUInt32BE(20),
    encoding: record0.readUInt32BE(28) === CODE_PAGE_UTF8 ? 'utf-8' : 'windows-1252',
    version: record0.readUInt32BE(36),
    fullName: record0.subarray(nameOffset, nameOffset + record0.readUInt32BE(88)),
    firstImageRecord: image === NO_RECORD ? -1 : image,
    hasExtendedHeader: (record0.readUInt32BE(128) & 0x40) !== 0,
  };
}
