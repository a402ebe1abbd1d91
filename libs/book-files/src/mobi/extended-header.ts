import type { MobiHeader } from './mobi-header.ts';

/** Numbers of the EXTH records that say something about the book. */
export const EXTH = {
  author: 100,
  publisher: 101,
  description: 103,
  isbn: 104,
  subject: 105,
  published: 106,
  source: 112,
  asin: 113,
  coverOffset: 201,
  thumbnailOffset: 202,
  title: 503,
  contentAsin: 504,
  language: 524,
} as const;

/** Values by record number, in the order written. */
export type ExtendedHeader = ReadonlyMap<number, readonly Buffer[]>;

const MOST_RECORDS = 1000;

/** The EXTH records of a MOBI, as far as they are whole. */
export function extendedHeader({ record0, mobi }: MobiHeader): ExtendedHeader {
  const values = new Map<number, Buffer[]>();
  if (mobi === undefined || !mobi.hasExtendedHeader) return values;
  const start = 16 + mobi.headerBytes;
  if (record0.toString('latin1', start, start + 4) !== 'EXTH' || start + 12 > record0.length) return values;
  const count = Math.min(MOST_RECORDS, record0.readUInt32BE(start + 8));
  for (let i = 0, at = start + 12; i < count && at + 8 <= record0.length; i++) {
    const length = record0.readUInt32BE(at + 4);
    if (length < 8 || at + length > record0.length) break;
    const type = record0.readUInt32BE(at);
    values.set(type, [...(values.get(type) ?? []), record0.subarray(at + 8, at + length)]);
    at += length;
  }
  return values;
}

/** The number in a record of four bytes; undefined when absent or "none". */
export function numberOf(header: ExtendedHeader, type: number): number | undefined {
  const data = header.get(type)?.[0];
  if (data?.length !== 4) return undefined;
  const value = data.readUInt32BE(0);
  return value === 0xffff_ffff ? undefined : value;
}
