import type { TextPoint } from '../columns/text-lookup.ts';
import type { DocumentPlaces } from '../document-index.ts';
import { BODY_ELEMENT } from '../engine/engine-view.ts';
import type { Place, PlaceRole } from '../place.ts';
import { hasRelaxedSpine } from '../spine.ts';
import { foldText } from '../text/folding.ts';
import type { FoldedQuote } from '../text/find-quote.ts';
import { quoteOfPoint, quoteOfRange, type TextQuote } from '../text/quote-of-place.ts';
import { firstTextOfBlock } from '../text/range-text.ts';
import { BookAddresses } from './book-addresses.ts';
import { BookDocuments } from './book-documents.ts';
import type { DocumentPool } from './document-cache.ts';
import { followPointer } from './document-pointers.ts';
import type { Dialect, Pointer } from './pointer.ts';
import { readPointer, whyUnread } from './pointer.ts';
import { isEmptyRange, pointsOf } from './positioned-book.ts';
import type { PositionedBook, Spot } from './positioned-book.ts';
import { documentsAtShare, textAtFraction } from './place-at-share.ts';
import { compareQuote, foldedQuoteOf } from './quote-check.ts';
import { searchQuote, tellingContext } from './search-quote.ts';
import type { Translation, TranslationRequest } from './translation.ts';
import { TranslationWriter, lost } from './translation-writer.ts';
import { weakerPointers } from './weaker-pointers.ts';

export interface PositionOptions {
  /** DOM version of the KOReader document pointers are from and for: decides numbers of fragments and which indexes are written. */
  readonly domVersion?: number;
  /** Whether found ranges come with their text. */
  readonly givesText?: boolean;
  /** Shares the memory documents are kept in with other books; without it the book has 64 MB of its own. */
  readonly pool?: DocumentPool;
}

/** The version of books opened by KOReader releases up to summer 2026. */
const USUAL_DOM_VERSION = 20240114;
/** How much of what is no pointer is repeated. */
const TOLD_CHARACTERS = 200;
/** Another place must have so much more of the context to be taken for the one that is meant. */
const CLEARLY_MORE_CONTEXT = 8;

/** Translates positions of one book between xpointers, CFIs and Kobo spans. */
export class BookPositions {
  private readonly book: PositionedBook;
  private readonly domVersion: number;
  private readonly givesText: boolean;
  private readonly documents: BookDocuments;
  private addresses: BookAddresses;
  private writer: TranslationWriter;
  private isNumbered: boolean;

  constructor(book: PositionedBook, { domVersion = USUAL_DOM_VERSION, givesText = false, pool }: PositionOptions = {}) {
    this.book = book;
    this.domVersion = domVersion;
    this.givesText = givesText;
    this.documents = new BookDocuments(book, pool);
    this.addresses = new BookAddresses(book.spine, domVersion, new Set());
    this.writer = this.writerFor(this.addresses);
    this.isNumbered = hasRelaxedSpine(domVersion);
  }

  /**
   * Translates a point or a range. Follows the structure first, checks the text if it is known, looks for the text where they differ,
   * and falls back step by step. Never rejects because of what a pointer says; a document that cannot be loaded is treated as lost.
   */
  async translate(request: TranslationRequest): Promise<Translation> {
    const trace: string[] = [];
    if (!this.isNumbered) await this.findUnreadable(trace);
    const read = readPointer(request.from, request.start);
    const readEnd = request.end === undefined ? read?.end : readPointer(request.from, request.end)?.start;
    const isPoint = request.end === undefined && read?.end === undefined;
    const quote = foldedQuoteOf(request, isPoint);
    if (read === undefined || (!isPoint && readEnd === undefined)) {
      const unread = read === undefined ? request.start : (request.end ?? '');
      trace.push(`not a ${request.from}: ${unread.slice(0, TOLD_CHARACTERS)}`);
    }
    const start = read && (await this.follow(read.start, 'start', trace));
    const end = readEnd && (await this.follow(readEnd, 'end', trace));
    if (read !== undefined && readEnd !== undefined && start !== undefined && end !== undefined) {
      const turned = await this.turned(request, { start, end }, { start: read.start, end: readEnd }, trace);
      if (turned !== undefined) return turned;
    }

    if (start !== undefined && (isPoint || end !== undefined)) {
      const agreed = await this.checked(request, start, end, quote, trace);
      if (agreed !== undefined) return agreed;
    }
    const expectedAt = read && this.addresses.spineIndexOf(read.start);
    if (quote !== undefined) {
      const repaired = await this.repaired(request, start, expectedAt, isPoint, quote, trace);
      if (repaired !== undefined) return repaired;
    }
    if (start !== undefined && (isPoint || end !== undefined)) {
      trace.push('the text is not there any more: the structure alone decides');
      return this.writer.written(request, start, end, 'nearby', trace);
    }
    return this.fallback(request, read?.start, start, trace);
  }

  /** Where in the reading order a pointer is: spine index, source offset, and the share of the document's text in front of it (0–1). */
  async locate(
    from: TranslationRequest['from'],
    written: string,
  ): Promise<{ readonly spineIndex: number; readonly offset: number; readonly fraction: number } | undefined> {
    if (!this.isNumbered) await this.findUnreadable([]);
    const read = readPointer(from, written);
    const spot = read && (await this.follow(read.start, 'start', []));
    if (spot === undefined) return undefined;
    const { spineIndex, places, place } = spot;
    return { spineIndex, offset: place.offset, fraction: fractionOf(places, place) };
  }

  /** The words at a point or a range and around it, to be kept with it; undefined where the pointer leads nowhere or there is no text. */
  async quoteAt(from: Dialect, start: string, end?: string): Promise<TextQuote | undefined> {
    const spots = await this.spotsOf(from, start, end);
    const points = spots && pointsOf(spots.start, spots.end);
    const source = spots && (await this.documents.markupOf(spots.start));
    if (spots === undefined || points === undefined || source === undefined) return undefined;
    const first = { view: spots.start.places.index.engine, source, point: points.start };
    if (spots.end === undefined || points.end === undefined) return quoteOfPoint(first.view, source, points.start);
    const endSource = await this.documents.markupOf(spots.end);
    const exact = await this.documents.textOfRange(spots.start, spots.end);
    if (endSource === undefined || exact === undefined) return undefined;
    return quoteOfRange(first, { view: spots.end.places.index.engine, source: endSource, point: points.end }, exact);
  }

  /** The start of the block a pointer leads into: what is left to go to when the place itself cannot be followed. */
  async startOfBlock(from: Dialect, to: Dialect, start: string): Promise<Translation> {
    const spot = (await this.spotsOf(from, start))?.start;
    const point = spot?.places.engine.pointOf(spot.place, 'start');
    if (spot === undefined || point === undefined) return lost('no such place in this book', []);
    const text = firstTextOfBlock(spot.places.index.engine, point.text);
    const place = spot.places.engine.placeOfPoint({ text, character: 0 }, 'start');
    return this.writer.written({ from, to, start }, { ...spot, place }, undefined, 'nearby', []);
  }

  /** The start of the document a pointer leads into, even if it leads nowhere there. */
  async startOfDocument(from: Dialect, to: Dialect, start: string): Promise<Translation> {
    if (!this.isNumbered) await this.findUnreadable([]);
    const read = readPointer(from, start);
    const spineIndex = read && this.addresses.spineIndexOf(read.start);
    if (spineIndex === undefined) return lost('no such place in this book', []);
    return this.writer.chapterStart({ from, to, start }, spineIndex, []);
  }

  /**
   * The start of the text nearest to a share of the book (0–1), which is only near: each reader counts its pages in its own way.
   *
   * @param weights How much of the book each spine item is, in any unit.
   */
  async atShare(to: Dialect, share: number, weights: readonly number[]): Promise<Translation> {
    if (!Number.isFinite(share)) return lost('not a share of a book', []);
    const trace: string[] = [];
    if (!this.isNumbered) await this.findUnreadable(trace);
    const shown = weights.map((weight, spineIndex) => (this.addresses.hasFragment(spineIndex) ? weight : 0));
    for (const { spineIndex, fraction } of documentsAtShare(share, shown)) {
      const places = await this.documents.load(spineIndex, trace);
      const point =
        places === undefined || places.index.kind !== 'document'
          ? undefined
          : textAtFraction(places.index.engine, fraction);
      if (places === undefined || point === undefined) continue;
      const place = places.engine.placeOfPoint(point, 'start');
      return this.writer.written(
        { from: to, to, start: '' },
        { spineIndex, places, place },
        undefined,
        'nearby',
        trace,
      );
    }
    return lost('there is no text near this share of the book', trace);
  }

  /** Lets go of the documents at hand. */
  clear(): void {
    this.documents.clear();
  }

  private async spotsOf(
    from: Dialect,
    start: string,
    end?: string,
  ): Promise<{ readonly start: Spot; readonly end: Spot | undefined } | undefined> {
    if (!this.isNumbered) await this.findUnreadable([]);
    const read = readPointer(from, start);
    const readEnd = end === undefined ? read?.end : readPointer(from, end)?.start;
    const first = read && (await this.follow(read.start, 'start', []));
    const last = readEnd && (await this.follow(readEnd, 'end', []));
    const isRange = end !== undefined || read?.end !== undefined;
    return first === undefined || (isRange && last === undefined) ? undefined : { start: first, end: last };
  }

  /** Old versions number only what they can read, so that every document has to be looked at once. */
  private async findUnreadable(trace: string[]): Promise<void> {
    const unreadable = new Set<number>();
    for (const spineIndex of this.book.spine.items.keys()) {
      if (!this.addresses.hasFragment(spineIndex)) continue;
      const places = await this.documents.load(spineIndex, trace);
      if (places?.index.kind !== 'document') unreadable.add(spineIndex);
    }
    this.addresses = new BookAddresses(this.book.spine, this.domVersion, unreadable);
    this.writer = this.writerFor(this.addresses);
    this.isNumbered = true;
  }

  private writerFor(addresses: BookAddresses): TranslationWriter {
    return new TranslationWriter(addresses, this.documents, this.domVersion, this.givesText);
  }

  private async follow(pointer: Pointer, role: PlaceRole, trace: string[]): Promise<Spot | undefined> {
    const spineIndex = this.addresses.spineIndexOf(pointer);
    if (spineIndex === undefined) {
      trace.push(`${role}: the book has no such part`);
      return undefined;
    }
    const places = this.documents.peek(spineIndex) ?? (await this.documents.load(spineIndex, trace));
    const place = places && followPointer(places, pointer, role);
    const outcome = place === undefined ? 'leads nowhere' : `source offset ${place.offset} (${place.kind})`;
    trace.push(`${role}: spine item ${spineIndex}, ${outcome}`);
    return place && places && { spineIndex, places, place };
  }

  /** A range that ends in front of its start, translated the other way round: whoever wrote it, it is not to be relied on. */
  private async turned(
    request: TranslationRequest,
    spots: { readonly start: Spot; readonly end: Spot },
    pointers: { readonly start: Pointer; readonly end: Pointer },
    trace: string[],
  ): Promise<Translation | undefined> {
    const { start, end } = spots;
    // An empty range may end behind one character and start in front of the next, and ends are not told apart inside a reference.
    const isInside = start.place.kind === 'text' && start.place.inner > 0;
    const isSuspect = end.spineIndex < start.spineIndex || isInside || isEmptyRange(start, end);
    const first = isSuspect ? await this.follow(pointers.end, 'start', []) : undefined;
    if (first === undefined || first.spineIndex > start.spineIndex) return undefined;
    if (first.spineIndex === start.spineIndex && !isInFront(first.place, start.place)) return undefined;
    const last = await this.follow(pointers.start, 'end', []);
    trace.push('the range ends in front of its start: taken the other way round');
    return last && this.writer.written(request, first, last, 'nearby', trace);
  }

  /** The translation by structure, if the text agrees or nothing is known of it. */
  private async checked(
    request: TranslationRequest,
    start: Spot,
    end: Spot | undefined,
    quote: FoldedQuote | undefined,
    trace: string[],
  ): Promise<Translation | undefined> {
    if (quote === undefined) return this.writer.written(request, start, end, 'exact', trace);
    const points = pointsOf(start, end);
    const source = await this.documents.markupOf(start);
    if (points === undefined || source === undefined) return this.writer.written(request, start, end, 'exact', trace);
    if (end !== undefined && end.spineIndex !== start.spineIndex) {
      const found = foldText((await this.documents.textOfRange(start, end)) ?? '');
      trace.push(
        `the range goes over several documents; its text ${found === quote.exact ? 'agrees' : 'is different'}`,
      );
      return this.writer.written(request, start, end, found === quote.exact ? 'exact' : 'nearby', trace);
    }
    // A picture stands for itself: the text behind it says nothing of where it is.
    if (end === undefined && start.place.kind === 'element')
      return this.writer.written(request, start, end, 'exact', trace);
    const agreement = compareQuote(start.places, source, points.start, points.end, quote, request.text ?? '');
    if (!agreement.isSameText) {
      trace.push(`the text there is different: “${agreement.found.slice(0, 60)}”`);
      return undefined;
    }
    if (!agreement.hasSameEdges) {
      trace.push('the letters there agree, but the text does not start or end where it did');
      return undefined;
    }
    if (agreement.context >= Math.min(tellingContext(quote), agreement.contextGiven)) {
      trace.push('the text agrees');
      return this.writer.written(request, start, end, 'exact', trace);
    }
    const better = await this.searched(start, start.spineIndex, quote, request.text ?? '', trace);
    if (better === undefined || better.context <= agreement.context + CLEARLY_MORE_CONTEXT) {
      trace.push('the text agrees; its surroundings have changed');
      return this.writer.written(request, start, end, 'exact', trace);
    }
    trace.push('the text agrees, but its surroundings are elsewhere');
    return undefined;
  }

  private async repaired(
    request: TranslationRequest,
    start: Spot | undefined,
    expectedAt: number | undefined,
    isPoint: boolean,
    quote: FoldedQuote,
    trace: string[],
  ): Promise<Translation | undefined> {
    const found = await this.searched(start, expectedAt, quote, isPoint ? '' : (request.text ?? ''), trace);
    if (found === undefined) return undefined;
    const { places, spineIndex } = found;
    const spotAt = (point: TextPoint, role: PlaceRole): Spot => {
      return { spineIndex, places, place: places.engine.placeOfPoint(point, role) };
    };
    const end = isPoint ? undefined : spotAt(found.end, 'end');
    return this.writer.written(
      request,
      spotAt(found.start, 'start'),
      end,
      found.isClear ? 'repaired' : 'nearby',
      trace,
    );
  }

  private searched(
    start: Spot | undefined,
    expectedAt: number | undefined,
    quote: FoldedQuote,
    text: string,
    trace: string[],
  ): ReturnType<typeof searchQuote> {
    return searchQuote({
      quote,
      quoted: text,
      expected: { spineIndex: start?.spineIndex ?? expectedAt ?? 0, offset: start?.place.offset },
      spineLength: this.book.spine.items.length,
      isInBook: (spineIndex) => this.addresses.hasFragment(spineIndex),
      load: (spineIndex) => this.documents.load(spineIndex, trace),
      loadText: (spineIndex) => this.documents.textOf(spineIndex),
      trace,
    });
  }

  /** Less precise pointers, then the start of the document. */
  private async fallback(
    request: TranslationRequest,
    pointer: Pointer | undefined,
    start: Spot | undefined,
    trace: string[],
  ): Promise<Translation> {
    if (start !== undefined) return this.writer.written(request, start, undefined, 'nearby', trace);
    if (pointer === undefined) return lost(whyUnread(request.from, request.start), trace);
    const spineIndex = this.addresses.spineIndexOf(pointer);
    if (spineIndex === undefined) return lost('no such place in this book', trace);
    const places = await this.documents.load(spineIndex, trace);
    if (places === undefined) return this.writer.chapterStart(request, spineIndex, trace);
    for (const weaker of weakerPointers(pointer)) {
      const place = followPointer(places, weaker, 'start');
      if (place === undefined) continue;
      trace.push(`a step up: source offset ${place.offset}`);
      const settled: Place = place.kind === 'element' ? { kind: 'text', offset: place.offset, inner: 0 } : place;
      return this.writer.written(request, { spineIndex, places, place: settled }, undefined, 'nearby', trace);
    }
    trace.push('the start of the document is all that is left');
    const offset = places.index.engine.elements.source[BODY_ELEMENT] ?? 0;
    const body: Place = { kind: 'element', offset, side: 'whole' };
    return this.writer.written(request, { spineIndex, places, place: body }, undefined, 'chapter', trace);
  }
}

function isInFront(place: Place, other: Place): boolean {
  const [inner, otherInner] = [place, other].map((each) => (each.kind === 'text' ? each.inner : 0));
  return place.offset < other.offset || (place.offset === other.offset && (inner ?? 0) < (otherInner ?? 0));
}

function fractionOf(places: DocumentPlaces, place: Place): number {
  const point = places.engine.pointOf(place, 'start');
  const { length } = places.index.engine.texts;
  let before = point?.character ?? 0;
  let all = 0;
  length.forEach((characters, text) => {
    all += characters;
    if (point !== undefined && text < point.text) before += characters;
  });
  return all === 0 ? 0 : before / all;
}
