import { lastAtMost } from './growable.ts';
import { characterFrom, charactersBefore } from './runs.ts';
import type { TextRuns } from './runs.ts';

/** Texts of a view in document order: what is needed to find the one at a source offset. */
export interface TextColumns {
  readonly source: Uint32Array;
  readonly sourceEnd: Uint32Array;
  readonly length: Uint32Array;
  runsOf(text: number): TextRuns;
}

/** A place between two characters of one text. */
export interface TextPoint {
  readonly text: number;
  readonly character: number;
}

/** The first character at a source offset or after it; behind the very last one when none follows. Undefined without any text. */
export function pointFrom(texts: TextColumns, offset: number, inner: number): TextPoint | undefined {
  const near = lastAtMost(texts.source, offset, 0, texts.source.length);
  if (near >= 0 && offset < (texts.sourceEnd[near] ?? 0)) {
    const character = characterFrom(texts.runsOf(near), offset, inner);
    if (character < (texts.length[near] ?? 0)) return { text: near, character };
  }
  const next = nextWithText(texts, near + 1, 1);
  if (next !== undefined) return { text: next, character: 0 };
  const last = nextWithText(texts, texts.source.length - 1, -1);
  return last === undefined ? undefined : { text: last, character: texts.length[last] ?? 0 };
}

/** Behind the last character that starts before a source offset; in front of the very first one when there is none. */
export function pointBefore(texts: TextColumns, offset: number): TextPoint | undefined {
  const near = offset <= 0 ? -1 : lastAtMost(texts.source, offset - 1, 0, texts.source.length);
  if (near >= 0) {
    const character = charactersBefore(texts.runsOf(near), offset);
    if (character > 0) return { text: near, character };
  }
  const previous = nextWithText(texts, near - 1, -1);
  if (previous !== undefined) return { text: previous, character: texts.length[previous] ?? 0 };
  const first = nextWithText(texts, 0, 1);
  return first === undefined ? undefined : { text: first, character: 0 };
}

function nextWithText(texts: TextColumns, from: number, step: 1 | -1): number | undefined {
  for (let text = from; text >= 0 && text < texts.length.length; text += step) {
    if ((texts.length[text] ?? 0) > 0) return text;
  }
  return undefined;
}
