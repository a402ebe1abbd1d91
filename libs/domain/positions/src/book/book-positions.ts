import type { CfiStep } from '../cfi.ts';
import type { TextPoint } from '../columns/text-lookup.ts';
import type { DocumentIndex, DocumentPlaces } from '../document-index.ts';
import { placeholderMarkup } from '../engine/engine-source.ts';
import { BODY_ELEMENT } from '../engine/engine-view.ts';
import type { Place, PlaceRole } from '../place.ts';
import {
  enginePathOfItem,
  fragmentsOf,
  hasRelaxedSpine,
  pathOfItem,
  spineIndexOfPath,
  spineIndexOfStep,
} from '../spine.ts';
import type { BookSpine } from '../spine.ts';
import type { FoldedQuote } from '../text/find-quote.ts';
import { textBetween } from '../text/range-text.ts';
import { dialectOf } from '../xpointer.ts';
import { DocumentCache } from './document-cache.ts';
import type { DocumentAddress } from './document-pointers.ts';
import { followPointer, writePointer } from './document-pointers.ts';
import type { Pointer } from './pointer.ts';
import { readPointer } from './pointer.ts';
import { compareQuote, foldedQuoteOf } from './quote-check.ts';
import { searchQuote } from './search-quote.ts';
import type { Translation, TranslationKind, TranslationRequest } from './translation.ts';
import { weakerPointers } from './weaker-pointers.ts';

/** A book whose documents are read when they are needed. */
export interface PositionedBook {
  readonly spine: BookSpine;
  /** The index of one spine item, built or from a cache. Rejecting costs that item only. */
  loadDocument(spineIndex: number): Promise<DocumentIndex>;
  /** Decoded content of one spine item; undefined when there is none. Asked for only when words are to be compared or given. */
  loadText(spineIndex: number): Promise<string | undefined>;
}

export interface PositionOptions {
  /** DOM version of the KOReader document pointers are from and for: decides numbers of fragments and which indexes are written. */
  readonly domVersion?: number;
  /** Whether found ranges come with their text. */
  readonly givesText?: boolean;
}

/** The version of books opened by KOReader releases up to summer 2026. */
const USUAL_DOM_VERSION = 20240114;
/** With this much context agreeing, a place is taken to be the one meant. */
const ENOUGH_CONTEXT = 8;

/** A place in a book: where a pointer led to. */
interface Spot {
  readonly spineIndex: number;
  readonly places: DocumentPlaces;
  readonly place: Place;
}

/** Translates positions of one book between xpointers, CFIs and Kobo spans. */
export class BookPositions {
  private readonly book: PositionedBook;
  private readonly domVersion: number;
  private readonly givesText: boolean;
  private readonly documents: DocumentCache;
  /** Spine indexes by fragment number - 1, and fragment numbers by spine index. */
  private fragments: readonly number[] = [];
  private fragmentNumbers: ReadonlyMap<number, number> = new Map();
  private isNumbered: boolean;

  constructor(book: PositionedBook, { domVersion = USUAL_DOM_VERSION, givesText = false }: PositionOptions = {}) {
    this.book = book;
    this.domVersion = domVersion;
    this.givesText = givesText;
    this.documents = new DocumentCache((spineIndex) => book.loadDocument(spineIndex));
    this.numberFragments(new Set());
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
      trace.push(`not a ${request.from}: ${read === undefined ? request.start : (request.end ?? '')}`);
    }
    const start = read && (await this.follow(read.start, 'start', trace));
    const end = readEnd && (await this.follow(readEnd, 'end', trace));

    if (start !== undefined && (isPoint || end !== undefined)) {
      const agreed = await this.checked(request, start, end, quote, trace);
      if (agreed !== undefined) return agreed;
    }
    const expectedAt = read && this.spineIndexOf(read.start);
    if (quote !== undefined) {
      const repaired = await this.repaired(request, start, expectedAt, isPoint, quote, trace);
      if (repaired !== undefined) return repaired;
    }
    if (start !== undefined && (isPoint || end !== undefined)) {
      trace.push('the text is not there any more: the structure alone decides');
      return this.written(request, start, end, 'nearby', trace);
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

  private numberFragments(unreadable: ReadonlySet<number>): void {
    this.fragments = fragmentsOf(this.book.spine, this.domVersion, unreadable);
    this.fragmentNumbers = new Map(this.fragments.map((spineIndex, index) => [spineIndex, index + 1]));
  }

  /** Old versions number only what they can read, so that every document has to be looked at once. */
  private async findUnreadable(trace: string[]): Promise<void> {
    const unreadable = new Set<number>();
    for (const spineIndex of this.fragments) {
      const places = await this.loaded(spineIndex, trace);
      if (places?.index.kind !== 'document') unreadable.add(spineIndex);
    }
    this.numberFragments(unreadable);
    this.isNumbered = true;
  }

  private async follow(pointer: Pointer, role: PlaceRole, trace: string[]): Promise<Spot | undefined> {
    const spineIndex = this.spineIndexOf(pointer);
    if (spineIndex === undefined) {
      trace.push(`${role}: the book has no such part`);
      return undefined;
    }
    const places = this.documents.peek(spineIndex) ?? (await this.loaded(spineIndex, trace));
    const place = places && followPointer(places, pointer, role);
    const outcome = place === undefined ? 'leads nowhere' : `source offset ${place.offset} (${place.kind})`;
    trace.push(`${role}: spine item ${spineIndex}, ${outcome}`);
    return place && places && { spineIndex, places, place };
  }

  private async loaded(spineIndex: number, trace: string[]): Promise<DocumentPlaces | undefined> {
    try {
      return await this.documents.get(spineIndex);
    } catch (error) {
      trace.push(`spine item ${spineIndex} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }

  private spineIndexOf(pointer: Pointer): number | undefined {
    switch (pointer.dialect) {
      case 'xpointer':
        return this.fragments[(pointer.xpointer.fragment ?? 1) - 1];
      case 'cfi': {
        const step = pointer.path.parts[0]?.[1];
        if (step === undefined || pointer.path.parts.length < 2) return undefined;
        return spineIndexOfStep(this.book.spine, step.index, step.id);
      }
      case 'kobospan':
        return spineIndexOfPath(this.book.spine, pointer.span.source);
    }
  }

  /** The translation by structure, if the text agrees or nothing is known of it. */
  private async checked(
    request: TranslationRequest,
    start: Spot,
    end: Spot | undefined,
    quote: FoldedQuote | undefined,
    trace: string[],
  ): Promise<Translation | undefined> {
    if (quote === undefined) return this.written(request, start, end, 'exact', trace);
    const points = pointsOf(start, end);
    const source = await this.markupOf(start);
    if (points === undefined || source === undefined) return this.written(request, start, end, 'exact', trace);
    if (end !== undefined && end.spineIndex !== start.spineIndex) {
      trace.push('the range goes over two documents: its text is not compared');
      return this.written(request, start, end, 'exact', trace);
    }
    // A picture stands for itself: the text behind it says nothing of where it is.
    if (end === undefined && start.place.kind === 'element') return this.written(request, start, end, 'exact', trace);
    const agreement = compareQuote(start.places, source, points.start, points.end, quote, request.text ?? '');
    if (!agreement.isSameText) {
      trace.push(`the text there is different: “${agreement.found.slice(0, 60)}”`);
      return undefined;
    }
    if (!agreement.hasSameEdges) {
      trace.push('the letters there agree, but the text does not start or end where it did');
      return undefined;
    }
    const enough = Math.min(ENOUGH_CONTEXT, agreement.contextGiven / 2);
    if (agreement.context >= enough) {
      trace.push('the text agrees');
      return this.written(request, start, end, 'exact', trace);
    }
    const better = await this.searched(start, start.spineIndex, quote, request.text ?? '', trace);
    if (better === undefined || better.context <= agreement.context + ENOUGH_CONTEXT) {
      trace.push('the text agrees; its surroundings have changed');
      return this.written(request, start, end, 'exact', trace);
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
    return this.written(request, spotAt(found.start, 'start'), end, found.isClear ? 'repaired' : 'nearby', trace);
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
      isInBook: (spineIndex) => this.fragmentNumbers.has(spineIndex),
      load: (spineIndex) => this.loaded(spineIndex, trace),
      loadText: (spineIndex) => this.textOf(spineIndex),
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
    if (start !== undefined) return this.written(request, start, undefined, 'nearby', trace);
    const spineIndex = pointer && this.spineIndexOf(pointer);
    if (pointer === undefined || spineIndex === undefined) return lost('no such place in this book', trace);
    const places = await this.loaded(spineIndex, trace);
    if (places === undefined) return this.chapterStart(request, spineIndex, trace);
    for (const weaker of weakerPointers(pointer)) {
      const place = followPointer(places, weaker, 'start');
      if (place === undefined) continue;
      trace.push(`a step up: source offset ${place.offset}`);
      const settled: Place = place.kind === 'element' ? { kind: 'text', offset: place.offset, inner: 0 } : place;
      return this.written(request, { spineIndex, places, place: settled }, undefined, 'nearby', trace);
    }
    trace.push('the start of the document is all that is left');
    const offset = places.index.engine.elements.source[BODY_ELEMENT] ?? 0;
    const body: Place = { kind: 'element', offset, side: 'whole' };
    return this.written(request, { spineIndex, places, place: body }, undefined, 'chapter', trace);
  }

  /** A document that cannot even be read still has a start. */
  private chapterStart(request: TranslationRequest, spineIndex: number, trace: string[]): Translation {
    const { fragment, isOnlyFragment, itemrefSteps } = this.addressOf(spineIndex);
    const steps = itemrefSteps.map(({ index }) => `/${index}`).join('');
    const number = isOnlyFragment ? '' : `[${fragment ?? 0}]`;
    if (request.to === 'cfi') return { kind: 'chapter', start: `epubcfi(${steps}!/4)`, spineIndex, trace };
    if (request.to === 'xpointer' && fragment !== undefined) {
      return { kind: 'chapter', start: `/body/DocFragment${number}/body`, spineIndex, trace };
    }
    return lost('the document cannot be read', trace);
  }

  private async written(
    request: TranslationRequest,
    start: Spot,
    end: Spot | undefined,
    kind: TranslationKind,
    trace: string[],
  ): Promise<Translation> {
    const first = this.write(request, start, 'start');
    const last = end && this.write(request, end, 'end');
    if (first === undefined || (end !== undefined && last === undefined)) {
      trace.push(`the document has no ${request.to} for this`);
      return this.chapterStart(request, start.spineIndex, trace);
    }
    const isChapter = start.places.index.kind === 'placeholder' && request.from !== request.to;
    const isNear = first.isNear || (last?.isNear ?? false);
    const told = isChapter ? 'chapter' : isNear && kind !== 'chapter' ? 'nearby' : kind;
    trace.push(`${told}: ${first.written}${last === undefined ? '' : ` … ${last.written}`}`);
    const text = this.givesText && end !== undefined ? await this.foundText(start, end) : undefined;
    return {
      kind: told,
      start: first.written,
      ...(last === undefined ? {} : { end: last.written }),
      ...(text === undefined ? {} : { text }),
      spineIndex: start.spineIndex,
      trace,
    };
  }

  private write(request: TranslationRequest, { spineIndex, places, place }: Spot, role: PlaceRole) {
    return writePointer(places, this.addressOf(spineIndex), place, role, request.to, dialectOf(this.domVersion));
  }

  private addressOf(spineIndex: number): DocumentAddress {
    const { spine } = this.book;
    const item = spine.items[spineIndex];
    const itemref: CfiStep = { index: (item?.itemrefPosition ?? spineIndex + 1) * 2, ...idOf(item?.itemrefId) };
    return {
      fragment: this.fragmentNumbers.get(spineIndex),
      isOnlyFragment: this.fragments.length === 1,
      itemrefSteps: [{ index: spine.spineStep }, itemref],
      path: item === undefined ? '' : pathOfItem(spine, item),
    };
  }

  private async foundText(start: Spot, end: Spot): Promise<string | undefined> {
    const points = pointsOf(start, end);
    const source = await this.markupOf(start);
    if (points?.end === undefined || source === undefined) return undefined;
    if (start.spineIndex === end.spineIndex) {
      return textBetween(start.places.index.engine, source, points.start, points.end);
    }
    return undefined;
  }

  /** What the offsets of a document are in: its text, or the sentence crengine shows in its place. */
  private async markupOf({ spineIndex, places }: Spot): Promise<string | undefined> {
    const item = this.book.spine.items[spineIndex];
    if (places.index.kind !== 'placeholder' || item === undefined) return this.textOf(spineIndex);
    const path = enginePathOfItem(this.book.spine, item);
    return placeholderMarkup({ path, mediaType: item.mediaType ?? '', idref: item.idref });
  }

  private async textOf(spineIndex: number): Promise<string | undefined> {
    try {
      return await this.book.loadText(spineIndex);
    } catch {
      return undefined;
    }
  }
}

function pointsOf(
  start: Spot,
  end: Spot | undefined,
): { readonly start: TextPoint; readonly end: TextPoint | undefined } | undefined {
  const first = start.places.engine.pointOf(start.place, 'start');
  const last = end && end.places.engine.pointOf(end.place, 'end');
  return first && (end === undefined || last !== undefined) ? { start: first, end: last } : undefined;
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

function idOf(id: string | undefined): { readonly id?: string } {
  return id === undefined ? {} : { id };
}

function lost(reason: string, trace: readonly string[]): Translation {
  return { kind: 'lost', reason, trace };
}
