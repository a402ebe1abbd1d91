import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import {
  buildDocumentIndex,
  collectStyleSheets,
  decodeDocument,
  deserializeIndex,
  type DocumentIndex,
  documentSourceOf,
  mayHaveText,
  type PositionedBook,
  serializeIndex,
} from '@bookorbit/domain-positions';
import type { BuiltIndex, LentIndex, LentSpine } from './worker-messages.ts';

/** Measured: an eighth smaller than gzip, and as fast to unpack. */
const BROTLI_QUALITY = 6;
/** A job that asks for more documents than this is after the whole book: it gets all indexes there are at once. */
const ASKED_ONE_BY_ONE = 3;

/** Gets a book what it needs from the main thread, for the job under way. */
export interface BookLender {
  borrowIndexes(spineIndexes: readonly number[] | undefined): Promise<readonly LentIndex[]>;
  borrowEntry(zipPath: string): Promise<Uint8Array>;
  keep(index: BuiltIndex): void;
}

/** Decoded documents, kept until they have so many characters together. */
export class TextCache {
  private readonly texts = new Map<string, string>();
  private characters = 0;
  private readonly mostCharacters: number;

  constructor(mostCharacters: number) {
    this.mostCharacters = mostCharacters;
  }

  get(key: string): string | undefined {
    const text = this.texts.get(key);
    if (text === undefined) return undefined;
    this.texts.delete(key);
    this.texts.set(key, text);
    return text;
  }

  set(key: string, text: string): void {
    this.texts.set(key, text);
    this.characters += text.length;
    this.trim(key);
  }

  /** Lets go of what is too much. @param kept The text that stays in any case. */
  trim(kept?: string): void {
    for (const [oldest, { length }] of this.texts) {
      if (this.characters <= this.mostCharacters || oldest === kept) break;
      this.texts.delete(oldest);
      this.characters -= length;
    }
  }
}

/** A book whose bytes are lent by the main thread: indexes from the table, or else chapters to build them of. */
export class WorkerBook implements PositionedBook {
  readonly spine: LentSpine;
  private readonly key: string;
  private readonly domVersion: number;
  private readonly texts: TextCache;
  /** Set for the time of a job. */
  private lender: BookLender | undefined;
  private asked = 0;
  private hasAll = false;
  private readonly lent = new Map<number, Uint8Array>();
  private readonly broken = new Map<number, string>();

  constructor(key: string, spine: LentSpine, domVersion: number, texts: TextCache) {
    this.key = key;
    this.spine = spine;
    this.domVersion = domVersion;
    this.texts = texts;
  }

  beginJob(lender: BookLender): void {
    this.lender = lender;
    this.asked = 0;
    this.hasAll = false;
  }

  endJob(): void {
    this.lender = undefined;
    this.lent.clear();
  }

  async loadDocument(spineIndex: number): Promise<DocumentIndex> {
    const stored = await this.storedIndex(spineIndex);
    if (stored !== undefined) return stored;
    const known = this.broken.get(spineIndex);
    if (known !== undefined) throw new Error(known);
    try {
      return await this.build(spineIndex);
    } catch (error) {
      this.broken.set(spineIndex, error instanceof Error ? error.message : String(error));
      throw error;
    }
  }

  async loadText(spineIndex: number): Promise<string | undefined> {
    const item = this.spine.items[spineIndex];
    if (item?.zipPath === undefined || !mayHaveText(item)) return undefined;
    const key = `${this.key}/${item.zipPath}`;
    const known = this.texts.get(key);
    if (known !== undefined) return known;
    const text = decodeDocument(await this.lenderNow().borrowEntry(item.zipPath));
    this.texts.set(key, text);
    return text;
  }

  private async storedIndex(spineIndex: number): Promise<DocumentIndex | undefined> {
    this.asked += 1;
    if (!this.hasAll && !this.lent.has(spineIndex)) {
      const isAfterAll = this.asked > ASKED_ONE_BY_ONE;
      this.hasAll = isAfterAll;
      const lent = await this.lenderNow().borrowIndexes(isAfterAll ? undefined : [spineIndex]);
      for (const { spineIndex: index, bytes } of lent) this.lent.set(index, bytes);
    }
    const bytes = this.lent.get(spineIndex);
    this.lent.delete(spineIndex);
    if (bytes === undefined) return undefined;
    try {
      return deserializeIndex(brotliDecompressSync(bytes));
    } catch {
      // Damaged in the table: built anew, as if it were not there.
      return undefined;
    }
  }

  private async build(spineIndex: number): Promise<DocumentIndex> {
    const item = this.spine.items[spineIndex];
    if (item === undefined) throw new Error(`the spine has no item ${spineIndex}`);
    const text = await this.loadText(spineIndex);
    const styleSheets =
      text === undefined ? [] : await collectStyleSheets(text, item.zipPath ?? '', (path) => this.loadSheet(path));
    const index = buildDocumentIndex(documentSourceOf(this.spine, item, text, styleSheets), this.domVersion);
    const packed = brotliCompressSync(serializeIndex(index), {
      params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY },
    });
    this.lenderNow().keep({ spineIndex, kind: index.kind, bytes: new Uint8Array(packed) });
    return index;
  }

  private async loadSheet(zipPath: string): Promise<string | undefined> {
    const key = `${this.key}/${zipPath}`;
    const known = this.texts.get(key);
    if (known !== undefined) return known;
    try {
      const sheet = decodeDocument(await this.lenderNow().borrowEntry(zipPath));
      this.texts.set(key, sheet);
      return sheet;
    } catch {
      return undefined;
    }
  }

  private lenderNow(): BookLender {
    if (this.lender === undefined) throw new Error('the book was asked outside of a job');
    return this.lender;
  }
}
