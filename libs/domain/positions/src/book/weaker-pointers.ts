import type { Pointer } from './pointer.ts';

/** The same pointer, but less and less precise: what is left to try when a document has lost what it leads to. */
export function* weakerPointers(pointer: Pointer): Generator<Pointer> {
  switch (pointer.dialect) {
    case 'xpointer': {
      const { point: _point, steps, ...root } = pointer.xpointer;
      for (const kept of prefixes(steps)) yield { dialect: 'xpointer', xpointer: { ...root, steps: kept } };
      return;
    }
    case 'cfi': {
      const outer = pointer.path.parts.slice(0, -1);
      const steps = (pointer.path.parts.at(-1) ?? []).map(({ index }) => ({ index }));
      for (const kept of prefixes(steps)) yield { dialect: 'cfi', path: { parts: [...outer, kept] } };
      return;
    }
    case 'kobospan': {
      const { span } = pointer;
      if (span.segment > 1) yield { dialect: 'kobospan', span: { ...span, segment: 1, offset: 0 } };
    }
  }
}

/** All prefixes of at least two steps (`body` and one more), the longest first; made one at a time, as a pointer may be long. */
function* prefixes<Step>(steps: readonly Step[]): Generator<Step[]> {
  for (let length = steps.length; length >= 2; length--) yield steps.slice(0, length);
}
