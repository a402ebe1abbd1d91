import { openIndex } from '../document-index.ts';
import type { DocumentIndex, DocumentPlaces } from '../document-index.ts';

/** Unless told otherwise, indexes are kept until their tables take this much together. */
const MOST_TABLE_BYTES = 64 * 1024 * 1024;

interface HeldDocument {
  readonly owner: Map<number, HeldDocument>;
  readonly spineIndex: number;
  readonly places: DocumentPlaces;
  readonly bytes: number;
}

/**
 * The documents asked about last, of any number of books: what does not fit is let go, the longest unused first. The one in use is
 * always kept, however large.
 */
export class DocumentPool {
  private readonly mostBytes: number;
  /** In the order of their last use. */
  private readonly held = new Set<HeldDocument>();
  private bytes = 0;

  /** @param mostBytes What the tables of all documents may take together. */
  constructor(mostBytes = MOST_TABLE_BYTES) {
    this.mostBytes = mostBytes;
  }

  /** What the tables of the documents at hand take, in bytes. */
  get heldBytes(): number {
    return this.bytes;
  }

  use(document: HeldDocument): void {
    this.held.delete(document);
    this.held.add(document);
  }

  add(document: HeldDocument): void {
    this.held.add(document);
    this.bytes += document.bytes;
    for (const oldest of this.held) {
      if (this.bytes <= this.mostBytes || oldest === document) break;
      this.remove(oldest);
    }
  }

  remove(document: HeldDocument): void {
    if (!this.held.delete(document)) return;
    document.owner.delete(document.spineIndex);
    this.bytes -= document.bytes;
  }
}

/** The documents of one book that are at hand, so that a run over many positions loads each once. */
export class DocumentCache {
  private readonly load: (spineIndex: number) => Promise<DocumentIndex>;
  private readonly pool: DocumentPool;
  private readonly held = new Map<number, HeldDocument>();
  private readonly loading = new Map<number, Promise<DocumentPlaces>>();

  constructor(load: (spineIndex: number) => Promise<DocumentIndex>, pool = new DocumentPool()) {
    this.load = load;
    this.pool = pool;
  }

  /** The document if it is held; asking marks it as used. */
  peek(spineIndex: number): DocumentPlaces | undefined {
    const found = this.held.get(spineIndex);
    if (found !== undefined) this.pool.use(found);
    return found?.places;
  }

  /** Loads a document once, however many ask for it at the same time. */
  async get(spineIndex: number): Promise<DocumentPlaces> {
    const found = this.peek(spineIndex);
    if (found !== undefined) return found;
    let loading = this.loading.get(spineIndex);
    if (loading === undefined) {
      loading = this.hold(spineIndex).finally(() => this.loading.delete(spineIndex));
      this.loading.set(spineIndex, loading);
    }
    return loading;
  }

  /** Lets go of everything: the book is not asked about any more. */
  clear(): void {
    for (const document of [...this.held.values()]) this.pool.remove(document);
  }

  private async hold(spineIndex: number): Promise<DocumentPlaces> {
    const places = openIndex(await this.load(spineIndex));
    const document = { owner: this.held, spineIndex, places, bytes: tableBytes(places.index) };
    this.held.set(spineIndex, document);
    this.pool.add(document);
    return places;
  }
}

/** About what an index takes in memory: its columns. */
function tableBytes({ engine, dom, kobo, unread }: DocumentIndex): number {
  const tables: object[] = [engine.elements, engine.texts, engine.runs, kobo];
  if (dom !== undefined) tables.push(dom.elements, dom.chunks, dom.runs);
  let bytes = unread.byteLength;
  for (const table of tables) {
    for (const column of Object.values(table) as unknown[]) if (ArrayBuffer.isView(column)) bytes += column.byteLength;
  }
  return bytes;
}
