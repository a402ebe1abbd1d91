/** Which end of a range a pointer is, or the single place of a point, which is treated as a start. */
export type PlaceRole = 'start' | 'end';

/**
 * A place in the source of one spine document: what all dialects are translated through. A start lies in front of the character at
 * `offset`; an end lies behind the character that ends at `offset`.
 */
export interface TextPlace {
  readonly kind: 'text';
  /** UTF-16 offset in the decoded source. */
  readonly offset: number;
  /** Characters into the text of a reference that stands for several. */
  readonly inner: number;
}

/** A place at an element, by the source offset of its `<`. */
export interface ElementPlace {
  readonly kind: 'element';
  readonly offset: number;
  /** `inside`: at its start, before its children (`img.0`); `whole`: the element itself (`body`). */
  readonly side: 'inside' | 'whole';
}

export type Place = TextPlace | ElementPlace;

/** A place found from another one: `isNear` when the text meant is not there and the place is only the next best. */
export interface FoundPlace<Pointer> {
  readonly pointer: Pointer;
  readonly isNear: boolean;
}
