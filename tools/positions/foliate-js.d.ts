declare module 'foliate-js/epubcfi.js' {
  /** A parsed CFI: one list of steps for each document on the way. */
  export type Parts = readonly (readonly unknown[])[];
  export function parse(cfi: string): Parts;
  export function toRange(document: unknown, parts: Parts): unknown;
}
