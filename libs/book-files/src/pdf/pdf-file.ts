import type { FileSource } from '../file-source.ts';
import { PdfParser } from './parse-pdf-value.ts';
import { asCount, asDictionary, asReference, type PdfDictionary, type PdfValue } from './pdf-object.ts';
import { decodePdfStream } from './pdf-stream.ts';
import { readObjectAt, type PdfObjectAt } from './read-object.ts';
import { readCrossReferences, type CrossReferences } from './cross-references.ts';

const MOST_STREAM_BYTES = 16 * 1024 * 1024;
const MOST_RESOLVE_STEPS = 16;

/** A PDF whose objects are read one at a time from where its cross references say they are. */
export interface PdfFile {
  readonly trailer: PdfDictionary;
  /** What a value refers to, or the value itself. */
  resolve(value: PdfValue | undefined): Promise<PdfValue | undefined>;
  /** The decoded bytes of the stream a value refers to, when they are at most 16 MiB. */
  stream(value: PdfValue | undefined): Promise<Buffer | undefined>;
}

/** Opens a PDF by its cross references; undefined when they are damaged or missing. */
export async function openPdf(source: FileSource): Promise<PdfFile | undefined> {
  const references = await readCrossReferences(source);
  return references && new RandomAccessPdf(source, references);
}

class RandomAccessPdf implements PdfFile {
  readonly trailer: PdfDictionary;
  private readonly source: FileSource;
  private readonly references: CrossReferences;
  /** the object stream opened last: what is asked for together lies together */
  private opened: { readonly stream: number; readonly dictionary: PdfDictionary; readonly bytes: Buffer } | undefined;

  constructor(source: FileSource, references: CrossReferences) {
    this.source = source;
    this.references = references;
    this.trailer = references.trailer;
  }

  async resolve(value: PdfValue | undefined): Promise<PdfValue | undefined> {
    let current = value;
    for (let steps = 0; steps < MOST_RESOLVE_STEPS; steps++) {
      const reference = asReference(current);
      if (reference === undefined) return current;
      current = (await this.object(reference.object))?.value;
    }
    return undefined;
  }

  async stream(value: PdfValue | undefined): Promise<Buffer | undefined> {
    const reference = asReference(value);
    const found = reference && (await this.object(reference.object));
    const dictionary = asDictionary(found?.value);
    if (found?.streamOffset === undefined || dictionary === undefined) return undefined;
    const length = asCount(await this.resolve(dictionary.entries.get('Length')));
    if (length === undefined || length > MOST_STREAM_BYTES) return undefined;
    return decodePdfStream(dictionary, await this.source.read(found.streamOffset, length), MOST_STREAM_BYTES);
  }

  private async object(number: number): Promise<PdfObjectAt | undefined> {
    const place = await this.references.find(number);
    switch (place?.kind) {
      case undefined:
        return undefined;
      case 'offset': {
        const found = await readObjectAt(this.source, place.offset);
        return found?.object === number ? found : undefined;
      }
      case 'packed':
        return this.packedObject(number, place.stream);
    }
  }

  /** An object inside an object stream, which itself never lies in one. */
  private async packedObject(number: number, stream: number): Promise<PdfObjectAt | undefined> {
    const opened = await this.openObjectStream(stream);
    if (opened === undefined) return undefined;
    const text = opened.bytes.toString('latin1');
    const first = asCount(opened.dictionary.entries.get('First')) ?? 0;
    const count = asCount(opened.dictionary.entries.get('N')) ?? 0;
    const index = new PdfParser(text.slice(0, first));
    for (let i = 0; i < count; i++) {
      const object = index.value();
      const offset = index.value();
      if (typeof object !== 'number' || typeof offset !== 'number') return undefined;
      if (object !== number) continue;
      const value = new PdfParser(text, first + offset).value();
      return value === undefined ? undefined : { object, value };
    }
    return undefined;
  }

  private async openObjectStream(stream: number) {
    if (this.opened?.stream === stream) return this.opened;
    const place = await this.references.find(stream);
    if (place?.kind !== 'offset') return undefined;
    const found = await readObjectAt(this.source, place.offset);
    const dictionary = found?.object === stream ? asDictionary(found.value) : undefined;
    const bytes = dictionary && (await this.stream({ kind: 'reference', object: stream, generation: 0 }));
    if (dictionary === undefined || bytes === undefined) return undefined;
    this.opened = { stream, dictionary, bytes };
    return this.opened;
  }
}
