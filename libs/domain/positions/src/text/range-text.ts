import type { TextPoint } from '../columns/text-lookup.ts';
import { engineText } from '../engine/engine-text.ts';
import { IS_ANNOTATION, IS_BLOCK, IS_HIDDEN } from '../engine/engine-view.ts';
import type { EngineView } from '../engine/engine-view.ts';

/**
 * The text between two points as KOReader shows it: a line end where a new block starts, hidden text, annotations over
 * other text, and soft hyphens left out. Ends
 * after about `most` characters.
 */
export function textBetween(
  view: EngineView,
  source: string,
  start: TextPoint,
  end: TextPoint,
  most = Number.POSITIVE_INFINITY,
): string {
  const last = Math.min(end.text, view.texts.length.length - 1);
  let found = '';
  let block = -1;
  for (let text = start.text; text <= last && found.length < most; text++) {
    if (((view.texts.flags[text] ?? 0) & (IS_HIDDEN | IS_ANNOTATION)) !== 0 && text !== start.text) continue;
    const from = text === start.text ? start.character : 0;
    const to = text === end.text ? end.character : (view.texts.length[text] ?? 0);
    const ownBlock = blockOf(view, text);
    if (block >= 0 && ownBlock !== block) found += '\n';
    block = ownBlock;
    found += engineText(view, source, text, from, Math.min(to, from + most));
  }
  return found.replaceAll('\u00ad', '');
}

/** About `most` characters in front of a point, as KOReader shows them. */
export function textBefore(view: EngineView, source: string, end: TextPoint, most: number): string {
  let first = end;
  for (let found = 0, text = end.text; text >= 0 && found < most; text--) {
    const to = text === end.text ? end.character : (view.texts.length[text] ?? 0);
    first = { text, character: Math.max(0, to - (most - found)) };
    found += to - first.character;
  }
  return textBetween(view, source, first, end);
}

/** The first text of the block a text is in. */
export function firstTextOfBlock(view: EngineView, text: number): number {
  const block = blockOf(view, text);
  let first = text;
  while (first > 0 && blockOf(view, first - 1) === block) first--;
  return first;
}

/** Behind the last character of a document: the end for reading on from a point. */
export function endOfTexts(view: EngineView): TextPoint {
  const text = view.texts.length.length - 1;
  return { text, character: view.texts.length[text] ?? 0 };
}

function blockOf(view: EngineView, text: number): number {
  let element = view.texts.element[text] ?? 0;
  while (element > 0 && ((view.elements.flags[element] ?? 0) & IS_BLOCK) === 0)
    element = view.elements.parent[element] ?? 0;
  return element;
}
