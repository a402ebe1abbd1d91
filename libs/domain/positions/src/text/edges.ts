import type { TextPoint } from '../columns/text-lookup.ts';
import { engineText } from '../engine/engine-text.ts';
import type { EngineView } from '../engine/engine-view.ts';
import { foldCharacter } from './folding.ts';

/** Widens a range that was found by its letters over the quotation marks and stops that were quoted with it, where they are there. */
export function withEdges(
  view: EngineView,
  source: string,
  start: TextPoint,
  end: TextPoint,
  quoted: string,
): { readonly start: TextPoint; readonly end: TextPoint } {
  const characters = Array.from(quoted.replaceAll('\u00ad', '').trim());
  const first = characters.findIndex((character) => foldCharacter(character) !== '');
  const last = characters.findLastIndex((character) => foldCharacter(character) !== '');
  if (first < 0) return { start, end };
  const leading = characters.slice(0, first);
  const trailing = characters.slice(last + 1);
  const before = engineText(view, source, start.text, Math.max(0, start.character - leading.length), start.character);
  const behind = engineText(view, source, end.text, end.character, end.character + trailing.length);
  return {
    start: before === leading.join('') ? { ...start, character: start.character - leading.length } : start,
    end: behind === trailing.join('') ? { ...end, character: end.character + trailing.length } : end,
  };
}
