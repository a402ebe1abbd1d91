/**
 * The sentences of one document as KEPUBs name them, in document order: `kobo.P.S` for paragraph P and segment S, and the source range
 * that is inside the span.
 */
export interface KoboView {
  readonly paragraph: Uint32Array;
  readonly segment: Uint32Array;
  readonly source: Uint32Array;
  readonly sourceEnd: Uint32Array;
  /** True when the document has spans of its own, so that it is a KEPUB already. */
  readonly isKepub: boolean;
}
