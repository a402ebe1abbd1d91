import type { Pointer } from './pointer.ts';

/** The same pointer, but less and less precise: what is left to try when a document has lost what it leads to. */
export function weakerPointers(pointer: Pointer): Pointer[] {
  switch (pointer.dialect) {
    case 'xpointer': {
      const { point: _point, steps, ...fragment } = pointer.xpointer;
      return prefixes(steps).map((kept) => ({ dialect: 'xpointer', xpointer: { ...fragment, steps: kept } }));
    }
    case 'cfi': {
      const outer = pointer.path.parts.slice(0, -1);
      const steps = (pointer.path.parts.at(-1) ?? []).map(({ index }) => ({ index }));
      return prefixes(steps).map((kept) => ({ dialect: 'cfi', path: { parts: [...outer, kept] } }));
    }
    case 'kobospan': {
      const { span } = pointer;
      return span.segment > 1 ? [{ dialect: 'kobospan', span: { ...span, segment: 1, offset: 0 } }] : [];
    }
  }
}

/** All prefixes of at least two steps (`body` and one more), the longest first. */
function prefixes<Step>(steps: readonly Step[]): Step[][] {
  return Array.from({ length: Math.max(0, steps.length - 1) }, (_, dropped) => steps.slice(0, steps.length - dropped));
}
