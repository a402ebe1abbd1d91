import type { FileSource } from '../file-source.ts';
import { PdfParser } from './parse-pdf-value.ts';
import type { PdfValue } from './pdf-object.ts';

const OBJECT_WINDOW_BYTES = 16 * 1024;
const MOST_OBJECT_BYTES = 1024 * 1024;

/** An object as it stands in the file. */
export interface PdfObjectAt {
  readonly object: number;
  readonly value: PdfValue;
  /** where the bytes of a stream start in the file */
  readonly streamOffset?: number;
}

/** Reads the object that starts at `offset`; undefined when none does. */
export async function readObjectAt(source: FileSource, offset: number): Promise<PdfObjectAt | undefined> {
  for (const window of [OBJECT_WINDOW_BYTES, MOST_OBJECT_BYTES]) {
    const text = (await source.read(offset, window)).toString('latin1');
    const header = /^\s{0,16}(\d{1,10})\s{1,16}\d{1,5}\s{1,16}obj/.exec(text);
    if (header === null) return undefined;
    const parser = new PdfParser(text, header[0].length);
    const value = parser.value();
    if (value === undefined) continue;
    const streamOffset = parser.take('stream') ? offset + parser.at + lineBreakLength(text, parser.at) : undefined;
    return { object: Number(header[1]), value, streamOffset };
  }
  return undefined;
}

function lineBreakLength(text: string, at: number): number {
  return text.startsWith('\r\n', at) ? 2 : 1;
}
