import type { FileSource } from '../file-source.ts';
import { PdfParser } from './parse-pdf-value.ts';
import { asCount, asDictionary, asNumbers, type PdfDictionary } from './pdf-object.ts';
import { decodePdfStream } from './pdf-stream.ts';
import { readObjectAt } from './read-object.ts';

/** Where an object lies: in the file, or inside an object stream. */
export type ObjectPlace =
  { readonly kind: 'offset'; readonly offset: number } | { readonly kind: 'packed'; readonly stream: number };

/** The cross references of a PDF, newest first. Entries are read when asked for, since tables can be huge. */
export interface CrossReferences {
  readonly trailer: PdfDictionary;
  find(object: number): Promise<ObjectPlace | undefined>;
}

const TAIL_BYTES = 2048;
const HEAD_BYTES = 1024;
const MOST_SECTIONS = 256;
const MOST_SUBSECTIONS = 4096;
const MOST_TRAILER_BYTES = 64 * 1024;
const MOST_STREAM_BYTES = 16 * 1024 * 1024;
const LINE_BYTES = 20;

/** One table or stream; edited PDFs have a chain of them. */
interface Section {
  readonly trailer: PdfDictionary;
  place(object: number): Promise<ObjectPlace | undefined>;
}

/** Reads the chain of cross reference sections from the end of the file; undefined when it is damaged. */
export async function readCrossReferences(source: FileSource): Promise<CrossReferences | undefined> {
  // Offsets count from "%PDF-", before which there may be something else.
  const shift = Math.max(0, (await source.read(0, HEAD_BYTES)).indexOf('%PDF-'));
  const tail = (await source.read(Math.max(0, source.size - TAIL_BYTES), TAIL_BYTES)).toString('latin1');
  const start = /^startxref\s{1,8}(\d{1,15})/.exec(tail.slice(Math.max(0, tail.lastIndexOf('startxref'))));
  const sections: Section[] = [];
  const pending = start === null ? [] : [Number(start[1])];
  const seen = new Set<number>();
  for (let offset = pending.shift(); offset !== undefined; offset = pending.shift()) {
    if (seen.has(offset) || seen.size === MOST_SECTIONS) continue;
    seen.add(offset);
    const section = await readSection(source, offset + shift, shift);
    if (section === undefined) break;
    sections.push(section);
    const { entries } = section.trailer;
    for (const next of [asCount(entries.get('XRefStm')), asCount(entries.get('Prev'))]) {
      if (next !== undefined) pending.push(next);
    }
  }
  const trailer = sections[0]?.trailer;
  return trailer && { trailer, find: (object) => findIn(sections, object) };
}

async function findIn(sections: readonly Section[], object: number): Promise<ObjectPlace | undefined> {
  for (const section of sections) {
    const place = await section.place(object);
    if (place !== undefined) return place;
  }
  return undefined;
}

async function readSection(source: FileSource, offset: number, shift: number): Promise<Section | undefined> {
  const start = (await source.read(offset, 32)).toString('latin1');
  return /^\s*xref\b/.test(start) ? readTable(source, offset, shift) : readStream(source, offset, shift);
}

interface Subsection {
  readonly first: number;
  readonly count: number;
  /** of its first line in the file, or of its first row in the stream */
  readonly offset: number;
}

async function readTable(source: FileSource, offset: number, shift: number): Promise<Section | undefined> {
  const subsections: Subsection[] = [];
  let at = offset + (/^\s*xref/.exec((await source.read(offset, 32)).toString('latin1'))?.[0].length ?? 0);
  while (subsections.length < MOST_SUBSECTIONS) {
    const text = (await source.read(at, 64)).toString('latin1');
    const header = /^\s*(\d{1,10})\s+(\d{1,10})\s*?(?:\r\n|[\r\n])/.exec(text);
    if (header === null) break;
    const subsection = { first: Number(header[1]), count: Number(header[2]), offset: at + header[0].length };
    subsections.push(subsection);
    at = subsection.offset + subsection.count * LINE_BYTES;
  }
  const parser = new PdfParser((await source.read(at, MOST_TRAILER_BYTES)).toString('latin1'));
  const trailer = parser.take('trailer') ? asDictionary(parser.value()) : undefined;
  return trailer && { trailer, place: (object) => placeInTable(source, subsections, object, shift) };
}

async function placeInTable(
  source: FileSource,
  subsections: readonly Subsection[],
  object: number,
  shift: number,
): Promise<ObjectPlace | undefined> {
  const found = subsections.find(({ first, count }) => object >= first && object < first + count);
  if (found === undefined) return undefined;
  const line = await source.read(found.offset + (object - found.first) * LINE_BYTES, LINE_BYTES);
  const entry = /^(\d{10}) \d{5} n/.exec(line.toString('latin1'));
  return entry === null ? undefined : { kind: 'offset', offset: Number(entry[1]) + shift };
}

async function readStream(source: FileSource, offset: number, shift: number): Promise<Section | undefined> {
  const found = await readObjectAt(source, offset);
  const trailer = asDictionary(found?.value);
  const widths = asNumbers(trailer?.entries.get('W'));
  const length = asCount(trailer?.entries.get('Length'));
  if (found?.streamOffset === undefined || trailer === undefined || widths?.length !== 3) return undefined;
  if (length === undefined || length > MOST_STREAM_BYTES || widths.some((width) => width < 0 || width > 8))
    return undefined;
  const packed = await source.read(found.streamOffset, length);
  const rows = await decodePdfStream(trailer, packed, MOST_STREAM_BYTES);
  if (rows === undefined) return undefined;
  const subsections = subsectionsOf(
    trailer,
    widths.reduce((sum, width) => sum + width, 0),
  );
  return { trailer, place: async (object) => placeInRows(rows, widths, subsections, object, shift) };
}

function subsectionsOf(trailer: PdfDictionary, rowBytes: number): Subsection[] {
  const index = asNumbers(trailer.entries.get('Index')) ?? [0, asCount(trailer.entries.get('Size')) ?? 0];
  const subsections: Subsection[] = [];
  let offset = 0;
  for (let i = 0; i + 1 < index.length && subsections.length < MOST_SUBSECTIONS; i += 2) {
    const [first = 0, count = 0] = index.slice(i, i + 2);
    subsections.push({ first, count, offset });
    offset += count * rowBytes;
  }
  return subsections;
}

function placeInRows(
  rows: Buffer,
  widths: readonly number[],
  subsections: readonly Subsection[],
  object: number,
  shift: number,
): ObjectPlace | undefined {
  const [typeBytes = 0, secondBytes = 0, thirdBytes = 0] = widths;
  const found = subsections.find(({ first, count }) => object >= first && object < first + count);
  if (found === undefined) return undefined;
  const at = found.offset + (object - found.first) * (typeBytes + secondBytes + thirdBytes);
  const type = typeBytes === 0 ? 1 : bigEndian(rows, at, typeBytes);
  const second = bigEndian(rows, at + typeBytes, secondBytes);
  if (type === 1 && second !== undefined) return { kind: 'offset', offset: second + shift };
  return type === 2 && second !== undefined ? { kind: 'packed', stream: second } : undefined;
}

function bigEndian(rows: Buffer, at: number, bytes: number): number | undefined {
  if (at < 0 || at + bytes > rows.length) return undefined;
  let value = 0;
  for (const byte of rows.subarray(at, at + bytes)) value = value * 256 + byte;
  return value;
}
