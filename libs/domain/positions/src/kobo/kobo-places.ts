import { lastAtMost } from '../columns/growable.ts';
import type { DomPlaces } from '../dom/dom-places.ts';
import type { Place, PlaceRole } from '../place.ts';
import type { KoboView } from './kobo-view.ts';

/** A span of one document and UTF-16 units into its text. */
export interface SpanPoint {
  readonly paragraph: number;
  readonly segment: number;
  readonly offset: number;
}

/** The span nearest to a place, and whether the place is outside of it. */
export interface NearestSpan extends SpanPoint {
  readonly isOutside: boolean;
}

/** Finds places of one document by Kobo span, and spans for places. */
export class KoboPlaces {
  private readonly view: KoboView;
  private readonly dom: DomPlaces;
  private spansByNumber: ReadonlyMap<string, number> | undefined;

  constructor(view: KoboView, dom: DomPlaces) {
    this.view = view;
    this.dom = dom;
  }

  /** The place `offset` units into a span; undefined when there is no such span. */
  placeOf({ paragraph, segment, offset }: SpanPoint, role: PlaceRole): Place | undefined {
    const span = this.spanNumbered(paragraph, segment);
    if (span === undefined) return undefined;
    const start = this.view.source[span] ?? 0;
    const element = this.dom.elementAt(start);
    if (element !== undefined) return { kind: 'element', offset: start, side: 'inside' };
    const point = this.dom.pointOf({ kind: 'text', offset: start, inner: 0 }, 'start');
    // In markup that is badly broken, a browser's tree may have no text at all where makers of KEPUBs find some.
    if (point === undefined) return { kind: 'text', offset: start, inner: 0 };
    const length = this.dom.texts.length[point.text] ?? 0;
    return this.dom.placeOfPoint({ text: point.text, character: Math.min(length, point.character + offset) }, role);
  }

  /** The span over a place, or the nearest one: the next for a start, the one before for an end. */
  pointOf(place: Place, role: PlaceRole): NearestSpan | undefined {
    const { source, sourceEnd } = this.view;
    const at = role === 'end' ? place.offset - 1 : place.offset;
    let span = lastAtMost(source, Math.max(0, at), 0, source.length);
    const isOver = span >= 0 && at < (sourceEnd[span] ?? 0);
    if (!isOver && role === 'start' && span + 1 < source.length) span += 1;
    if (source.length === 0) return undefined;
    const isInFront = span < 0;
    span = Math.max(0, span);
    const numbers = {
      paragraph: this.view.paragraph[span] ?? 0,
      segment: this.view.segment[span] ?? 0,
      isOutside: !isOver,
    };
    if (place.kind === 'element' || !isOver)
      return { ...numbers, offset: isOver || isInFront || role === 'start' ? 0 : this.lengthOf(span) };
    return { ...numbers, offset: this.unitsInto(span, place, role) };
  }

  /** The source range inside a span; undefined when there is no such span. */
  rangeOf(paragraph: number, segment: number): { readonly start: number; readonly end: number } | undefined {
    const span = this.spanNumbered(paragraph, segment);
    return span === undefined ? undefined : { start: this.view.source[span] ?? 0, end: this.view.sourceEnd[span] ?? 0 };
  }

  private lengthOf(span: number): number {
    return this.unitsInto(span, { kind: 'text', offset: this.view.sourceEnd[span] ?? 0, inner: 0 }, 'end');
  }

  private unitsInto(span: number, place: Place, role: PlaceRole): number {
    const start = this.dom.pointOf({ kind: 'text', offset: this.view.source[span] ?? 0, inner: 0 }, 'start');
    const point = this.dom.pointOf(place, role);
    if (start === undefined || point === undefined || start.text !== point.text) return 0;
    return Math.max(0, point.character - start.character);
  }

  private spanNumbered(paragraph: number, segment: number): number | undefined {
    this.spansByNumber ??= new Map(
      Array.from(this.view.source, (_, span) => [`${this.view.paragraph[span]}.${this.view.segment[span]}`, span]),
    );
    return this.spansByNumber.get(`${paragraph}.${segment}`);
  }
}
