import type { TextPoint } from '../columns/text-lookup.ts';
import type { DocumentIndex, DocumentPlaces } from '../document-index.ts';
import type { Place } from '../place.ts';
import type { BookSpine } from '../spine.ts';

/** A book whose documents are read when they are needed. */
export interface PositionedBook {
  readonly spine: BookSpine;
  /** The index of one spine item, built or from a cache. Rejecting costs that item only. */
  loadDocument(spineIndex: number): Promise<DocumentIndex>;
  /** Decoded content of one spine item; undefined when there is none. Asked for only when words are to be compared or given. */
  loadText(spineIndex: number): Promise<string | undefined>;
}

/** A place in a book: where a pointer led to. */
export interface Spot {
  readonly spineIndex: number;
  readonly places: DocumentPlaces;
  readonly place: Place;
}

/** The ends of a range in crengine's texts; undefined where there are none. */
export function pointsOf(
  start: Spot,
  end: Spot | undefined,
): { readonly start: TextPoint; readonly end: TextPoint | undefined } | undefined {
  const first = start.places.engine.pointOf(start.place, 'start');
  if (first !== undefined && end !== undefined && isEmptyRange(start, end)) return { start: first, end: first };
  const last = end && end.places.engine.pointOf(end.place, 'end');
  return first && (end === undefined || last !== undefined) ? { start: first, end: last } : undefined;
}

/** Whether a range ends where it starts, if not before. */
export function isEmptyRange(start: Spot, end: Spot): boolean {
  return start.spineIndex === end.spineIndex && end.place.offset <= start.place.offset;
}
