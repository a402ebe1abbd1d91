import type { TextPoint } from '../columns/text-lookup.ts';
import type { DocumentPlaces } from '../document-index.ts';
import { placeholderMarkup } from '../engine/engine-source.ts';
import { engineFileOfItem } from '../spine.ts';
import { endOfTexts, textBetween } from '../text/range-text.ts';
import { DocumentCache } from './document-cache.ts';
import type { DocumentPool } from './document-cache.ts';
import { pointsOf } from './positioned-book.ts';
import type { PositionedBook, Spot } from './positioned-book.ts';

const START_OF_TEXTS: TextPoint = { text: 0, character: 0 };

/** The documents of a book as they are needed. One that cannot be read is undefined, and costs itself only. */
export class BookDocuments {
  private readonly book: PositionedBook;
  private readonly cache: DocumentCache;

  constructor(book: PositionedBook, pool?: DocumentPool) {
    this.book = book;
    this.cache = new DocumentCache((spineIndex) => book.loadDocument(spineIndex), pool);
  }

  /** Lets go of the documents at hand. */
  clear(): void {
    this.cache.clear();
  }

  /** The document if it is at hand, without waiting. */
  peek(spineIndex: number): DocumentPlaces | undefined {
    return this.cache.peek(spineIndex);
  }

  async load(spineIndex: number, trace: string[]): Promise<DocumentPlaces | undefined> {
    try {
      return await this.cache.get(spineIndex);
    } catch (error) {
      trace.push(`spine item ${spineIndex} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }

  /** What the offsets of a document are in: its text, or the sentence crengine shows in its place. */
  async markupOf({ spineIndex, places }: Pick<Spot, 'spineIndex' | 'places'>): Promise<string | undefined> {
    const item = this.book.spine.items[spineIndex];
    if (places.index.kind !== 'placeholder' || item === undefined) return this.textOf(spineIndex);
    const { path } = engineFileOfItem(this.book.spine, item);
    return placeholderMarkup({ path, mediaType: item.mediaType ?? '', idref: item.idref });
  }

  /** Decoded content of a spine item. */
  async textOf(spineIndex: number): Promise<string | undefined> {
    try {
      return await this.book.loadText(spineIndex);
    } catch {
      return undefined;
    }
  }

  /** The text of a range, which may go on into the next documents. */
  async textOfRange(start: Spot, end: Spot): Promise<string | undefined> {
    const points = pointsOf(start, end);
    if (points?.end === undefined) return undefined;
    const pieces: string[] = [];
    for (let spineIndex = start.spineIndex; spineIndex <= end.spineIndex; spineIndex++) {
      const places = await this.load(spineIndex, []);
      const source = places && (await this.markupOf({ spineIndex, places }));
      if (places === undefined || source === undefined) return undefined;
      const view = places.index.engine;
      const first = spineIndex === start.spineIndex ? points.start : START_OF_TEXTS;
      const last = spineIndex === end.spineIndex ? points.end : endOfTexts(view);
      pieces.push(textBetween(view, source, first, last));
    }
    return pieces.join('\n');
  }
}
