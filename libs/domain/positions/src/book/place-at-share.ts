import type { TextPoint } from '../columns/text-lookup.ts';
import type { EngineView } from '../engine/engine-view.ts';
import { IS_HIDDEN } from '../engine/engine-view.ts';

/** Documents without text are passed over, but not for ever. */
const MOST_PASSED = 16;

/** Which document lies at a share of the book, and at which share of it (0–1). */
export interface SharePlace {
  readonly spineIndex: number;
  readonly fraction: number;
}

/**
 * Finds the document at a share of a book, and the ones to try when it has no text: those behind it, then those in front.
 *
 * @param share 0–1.
 * @param weights How much of the book each spine item is, in any unit; 0 for what cannot be shown.
 */
export function documentsAtShare(share: number, weights: readonly number[]): SharePlace[] {
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const shown = weights.flatMap((weight, spineIndex) => (weight > 0 ? [spineIndex] : []));
  if (shown.length === 0) return [];
  let left = Math.min(1, Math.max(0, share)) * all;
  let at = 0;
  while (at < shown.length - 1 && left >= weightOf(weights, shown[at])) left -= weightOf(weights, shown[at++]);
  const middle = shown[at] ?? 0;
  const behind = shown.slice(at + 1, at + 1 + MOST_PASSED).map((spineIndex) => ({ spineIndex, fraction: 0 }));
  const before = shown.slice(Math.max(0, at - MOST_PASSED), at).map((spineIndex) => ({ spineIndex, fraction: 1 }));
  const fraction = Math.min(1, left / weightOf(weights, middle));
  return [{ spineIndex: middle, fraction }, ...behind, ...before.reverse()];
}

/** The start of the text that lies at a share of a document's characters; undefined without any text that is shown. */
export function textAtFraction({ texts }: EngineView, fraction: number): TextPoint | undefined {
  const all = texts.length.reduce((sum, length) => sum + length, 0);
  let left = fraction * all;
  let last: number | undefined;
  for (const [text, length] of texts.length.entries()) {
    const isShown = length > 1 && ((texts.flags[text] ?? 0) & IS_HIDDEN) === 0;
    if (isShown) last = text;
    if (isShown && left < length) break;
    left -= length;
  }
  return last === undefined ? undefined : { text: last, character: 0 };
}

function weightOf(weights: readonly number[], spineIndex: number | undefined): number {
  return (spineIndex === undefined ? undefined : weights[spineIndex]) ?? 0;
}
