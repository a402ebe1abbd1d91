import { parseCfi } from '../cfi.ts';
import type { CfiPath } from '../cfi.ts';
import { parseKoboSpan } from '../kobo-span.ts';
import type { KoboSpan } from '../kobo-span.ts';
import { parseXpointer } from '../xpointer.ts';
import type { Xpointer } from '../xpointer.ts';

/** The three ways to point into a reflowable book. */
export type Dialect = 'xpointer' | 'cfi' | 'kobospan';

export const DIALECTS: readonly Dialect[] = ['xpointer', 'cfi', 'kobospan'];

/** A pointer that has been read, but not followed yet. */
export type Pointer =
  | { readonly dialect: 'xpointer'; readonly xpointer: Xpointer }
  | { readonly dialect: 'cfi'; readonly path: CfiPath }
  | { readonly dialect: 'kobospan'; readonly span: KoboSpan };

/** One pointer, or the two ends of a range: a CFI may hold both in one. */
export interface PointerRange {
  readonly start: Pointer;
  readonly end?: Pointer;
}

/** The deepest places take some hundred characters; what is longer than this is no pointer. */
const LONGEST_POINTER = 16_384;

/** Reads a pointer; undefined when it is malformed. */
export function readPointer(dialect: Dialect, written: string): PointerRange | undefined {
  if (written.length > LONGEST_POINTER) return undefined;
  switch (dialect) {
    case 'xpointer': {
      const xpointer = parseXpointer(written);
      return xpointer && { start: { dialect, xpointer } };
    }
    case 'cfi': {
      const cfi = parseCfi(written);
      if (cfi === undefined) return undefined;
      if (cfi.kind === 'point') return { start: { dialect, path: cfi.at } };
      return { start: { dialect, path: cfi.start }, end: { dialect, path: cfi.end } };
    }
    case 'kobospan': {
      const span = parseKoboSpan(written);
      return span && { start: { dialect, span } };
    }
  }
}

/** Why a pointer cannot be read. */
export function whyUnread(dialect: Dialect, written: string): string {
  const isPage = dialect === 'xpointer' && /^\s*\d+(?:\.\d*)?\s*$/.test(written);
  return isPage ? 'a page number is no place in a book without fixed pages' : `${dialect} expected, and this is none`;
}
