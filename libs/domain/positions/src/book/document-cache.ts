import { openIndex } from '../document-index.ts';
import type { DocumentIndex, DocumentPlaces } from '../document-index.ts';

/** Indexes are kept until their tables take this much together; the one in use is always kept. */
const MOST_TABLE_BYTES = 48 * 1024 * 1024;

/** The documents of a book asked about last, so that a run over many positions loads each once, and memory stays bounded. */
export class DocumentCache {
  private readonly load: (spineIndex: number) => Promise<DocumentIndex>;
  private readonly held = new Map<number, { readonly places: DocumentPlaces; readonly bytes: number }>();
  private bytes = 0;

  constructor(load: (spineIndex: number) => Promise<DocumentIndex>) {
    this.load = load;
  }

  /** The document if it is held; asking marks it as used. */
  peek(spineIndex: number): DocumentPlaces | undefined {
    const found = this.held.get(spineIndex);
    if (found === undefined) return undefined;
    this.held.delete(spineIndex);
    this.held.set(spineIndex, found);
    return found.places;
  }

  async get(spineIndex: number): Promise<DocumentPlaces> {
    const found = this.peek(spineIndex);
    if (found !== undefined) return found;
    const places = openIndex(await this.load(spineIndex));
    const bytes = tableBytes(places.index);
    this.held.set(spineIndex, { places, bytes });
    this.bytes += bytes;
    for (const [oldest, { bytes: freed }] of this.held) {
      if (this.bytes <= MOST_TABLE_BYTES || oldest === spineIndex) break;
      this.held.delete(oldest);
      this.bytes -= freed;
    }
    return places;
  }
}

/** About what an index takes in memory: its columns. */
function tableBytes({ engine, dom, kobo }: DocumentIndex): number {
  const tables: object[] = [engine.elements, engine.texts, engine.runs, kobo];
  if (dom !== undefined) tables.push(dom.elements, dom.chunks, dom.runs);
  let bytes = 0;
  for (const table of tables) {
    for (const column of Object.values(table) as unknown[]) if (ArrayBuffer.isView(column)) bytes += column.byteLength;
  }
  return bytes;
}
