import type { CfiPath, CfiStep } from '../cfi.ts';
import { formatCfiPoint } from '../cfi.ts';
import type { DocumentPlaces } from '../document-index.ts';
import { ROOT_ELEMENT } from '../dom/dom-view.ts';
import { BODY_ELEMENT } from '../engine/engine-view.ts';
import type { KoboSpan } from '../kobo-span.ts';
import { formatKoboSpan } from '../kobo-span.ts';
import type { Place, PlaceRole } from '../place.ts';
import { isUnread } from '../unread.ts';
import type { Xpointer, XpointerDialect, XpointerStep } from '../xpointer.ts';
import { formatXpointer } from '../xpointer.ts';
import type { Dialect, Pointer } from './pointer.ts';

/** What a document needs to know of its book to write pointers into itself. */
export interface DocumentAddress {
  /** What xpointers begin with; undefined when crengine does not show the document. */
  readonly root: Pick<Xpointer, 'fragment' | 'isOnlyPage'> | undefined;
  /** CFI steps to the itemref. */
  readonly itemrefSteps: readonly CfiStep[];
  /** Zip path. */
  readonly path: string;
}

/** A pointer that was written, and whether it only leads near the place that was meant. */
export interface WrittenPointer {
  readonly written: string;
  readonly isNear: boolean;
}

/** Where in the source a pointer leads; undefined when it leads nowhere in this document. */
export function followPointer(places: DocumentPlaces, pointer: Pointer, role: PlaceRole): Place | undefined {
  switch (pointer.dialect) {
    case 'xpointer':
      return followXpointer(places, pointer.xpointer, role);
    case 'cfi':
      return followCfi(places, pointer.path, role);
    case 'kobospan':
      return followKoboSpan(places, pointer.span, role);
  }
}

/** Writes a pointer to a place in the dialect wanted; undefined when the document has nothing to point to in it. */
export function writePointer(
  places: DocumentPlaces,
  address: DocumentAddress,
  place: Place,
  role: PlaceRole,
  to: Dialect,
  dialect: XpointerDialect,
): WrittenPointer | undefined {
  switch (to) {
    case 'xpointer':
      return writeXpointer(places, address, place, role, dialect);
    case 'cfi':
      return writeCfi(places, address, place, role);
    case 'kobospan':
      return writeKoboSpan(places, address, place, role);
  }
}

/**
 * How the end of a range is to be written: behind the character in front of it, unless nothing is between that and `behind`, where the
 * range starts. What is empty, or holds only a picture, ends in front of the next character.
 */
export function roleOfEnd(places: DocumentPlaces, place: Place, to: Dialect, behind: number): PlaceRole {
  const written = endOffset(places, place, to);
  return written !== undefined && written <= behind ? 'start' : 'end';
}

function endOffset({ engine, dom, kobo }: DocumentPlaces, place: Place, to: Dialect): number | undefined {
  if (to === 'kobospan') {
    const span = kobo?.pointOf(place, 'end');
    return span && kobo?.placeOf(span, 'end')?.offset;
  }
  const view = to === 'cfi' ? dom : engine;
  const point = view?.pointOf(place, 'end');
  return point && view?.placeOfPoint(point, 'end').offset;
}

function followXpointer(places: DocumentPlaces, xpointer: Xpointer, role: PlaceRole): Place | undefined {
  if (xpointer.id !== undefined) return placeOfId(places, xpointer.id);
  const node = places.engine.resolve(xpointer);
  return node && places.engine.placeOf(node, role);
}

/** The start of the element with an id, or of the body. */
function placeOfId({ engine, dom, index }: DocumentPlaces, id: string): Place | undefined {
  const offset = id === '' ? index.engine.elements.source[BODY_ELEMENT] : dom?.offsetOfId(id);
  if (offset === undefined) return undefined;
  const isElement = engine.elementAt(offset) !== undefined;
  return isElement ? { kind: 'element', offset, side: 'whole' } : { kind: 'text', offset, inner: 0 };
}

function followCfi({ dom }: DocumentPlaces, { parts, offset, side }: CfiPath, role: PlaceRole): Place | undefined {
  if (dom === undefined) return undefined;
  const steps = parts.at(-1) ?? [];
  if (isRootPath(steps, offset)) return dom.placeOf({ kind: 'element', element: ROOT_ELEMENT }, role);
  const node = dom.resolve(steps, offset);
  if (node === undefined) return undefined;
  const place = dom.placeOf(node, role);
  return place.kind === 'element' && side === 'before' ? { ...place, side: 'whole' } : place;
}

function followKoboSpan({ kobo }: DocumentPlaces, span: KoboSpan, role: PlaceRole): Place | undefined {
  return kobo?.placeOf(span, role);
}

function writeXpointer(
  { engine, index }: DocumentPlaces,
  { root }: DocumentAddress,
  place: Place,
  role: PlaceRole,
  dialect: XpointerDialect,
): WrittenPointer | undefined {
  // A page that is shown by itself is shown as what it is, without a sentence in its place.
  if (root === undefined || (root.isOnlyPage === true && index.kind !== 'document')) return undefined;
  const element = place.kind === 'element' ? engine.elementAt(place.offset) : undefined;
  if (place.kind === 'element' && element !== undefined) {
    const steps = engine.stepsToElement(element, dialect);
    const readable = readableSteps(steps);
    const pointer = { ...root, steps: readable, ...(place.side === 'inside' ? { point: 0 } : {}) };
    return { written: formatXpointer(pointer, dialect), isNear: readable.length < steps.length };
  }
  const point = engine.pointOf(place, role);
  if (point === undefined) {
    const body = engine.stepsToElement(BODY_ELEMENT, dialect);
    return { written: formatXpointer({ ...root, steps: body }, dialect), isNear: true };
  }
  const steps = engine.stepsToText(point.text, dialect);
  const readable = readableSteps(steps);
  if (readable.length < steps.length) {
    return { written: formatXpointer({ ...root, steps: readable }, dialect), isNear: true };
  }
  return {
    written: formatXpointer({ ...root, steps, point: point.character }, dialect),
    isNear: isUnread(index.unread, place.offset),
  };
}

/** crengine takes a dot in a name for the start of an offset, and so cannot read the pointers it writes to such elements. */
function readableSteps(steps: readonly XpointerStep[]): readonly XpointerStep[] {
  const unreadable = steps.findIndex((step) => step.kind === 'element' && step.name.includes('.'));
  return unreadable < 0 ? steps : steps.slice(0, unreadable);
}

function writeCfi(
  { dom }: DocumentPlaces,
  { itemrefSteps }: DocumentAddress,
  place: Place,
  role: PlaceRole,
): WrittenPointer | undefined {
  if (dom === undefined) return undefined;
  const found = pathInDocument(dom, place, role);
  const path = found ?? (dom.resolve(BODY_PATH.parts[0] ?? [], undefined) === undefined ? ROOT_PATH : BODY_PATH);
  const written = formatCfiPoint({ ...path, parts: [itemrefSteps, ...path.parts] });
  return { written, isNear: found === undefined };
}

const BODY_PATH: CfiPath = { parts: [[{ index: 4 }]] };

/** Steps start below the root, so what stands for the root itself is the place in front of all it holds. */
const ROOT_PATH: CfiPath = { parts: [[{ index: 1 }]], offset: 0 };

function isRootPath([first, ...rest]: readonly CfiStep[], offset: number | undefined): boolean {
  return first === undefined || (first.index === 1 && rest.length === 0 && (offset ?? 0) === 0);
}

function pathInDocument(dom: NonNullable<DocumentPlaces['dom']>, place: Place, role: PlaceRole): CfiPath | undefined {
  const element = place.kind === 'element' ? dom.elementAt(place.offset) : undefined;
  if (place.kind === 'element' && element !== undefined) {
    const steps = dom.stepsToElement(element);
    if (steps.length === 0) return ROOT_PATH;
    return { parts: [steps], ...(place.side === 'whole' ? { side: 'before' } : {}) };
  }
  const point = dom.pointOf(place, role);
  return point && { parts: [dom.stepsToChunk(point.text)], offset: point.character };
}

function writeKoboSpan(
  { kobo }: DocumentPlaces,
  { path }: DocumentAddress,
  place: Place,
  role: PlaceRole,
): WrittenPointer | undefined {
  const point = kobo?.pointOf(place, role);
  return point && { written: formatKoboSpan({ source: path, ...point }), isNear: point.isOutside };
}
