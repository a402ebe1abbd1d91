import type { TextPoint } from '../columns/text-lookup.ts';
import { engineText } from '../engine/engine-text.ts';
import type { EngineView } from '../engine/engine-view.ts';
import { foldCharacter } from './folding.ts';

/** Widens a range that was found by its letters over the quotation marks and stops that were quoted with it, where they are there. A point has none. */
export function withEdges(
  view: EngineView,
  source: string,
  start: TextPoint,
  end: TextPoint,
  quoted: string,
): { readonly start: TextPoint; readonly end: TextPoint } {
  const characters = Array.from(quoted.replaceAll('\u00ad', '').trim());
  if (characters.length === 0) return { start, end };
  const first = characters.findIndex((character) => foldCharacter(character) !== '');
  const last = characters.findLastIndex((character) => foldCharacter(character) !== '');
  if (first < 0) return nextOccurrence(view, source, end, characters);
  const leading = characters.slice(0, first);
  const trailing = characters.slice(last + 1);
  const before = engineText(view, source, start.text, Math.max(0, start.character - leading.length), start.character);
  const behind = engineText(view, source, end.text, end.character, end.character + trailing.length);
  return {
    start: before === leading.join('') ? { ...start, character: start.character - leading.length } : start,
    end: behind === trailing.join('') ? { ...end, character: end.character + trailing.length } : end,
  };
}

/** How far behind the words in front of it something without letters is looked for. */
const NEAR_CHARACTERS = 40;

function nextOccurrence(
  view: EngineView,
  source: string,
  from: TextPoint,
  characters: readonly string[],
): { readonly start: TextPoint; readonly end: TextPoint } {
  const last = Math.min(view.texts.length.length - 1, from.text + 2);
  for (let text = from.text; text <= last && characters.length > 0; text++) {
    const start = text === from.text ? from.character : 0;
    const behind = Array.from(engineText(view, source, text, start, start + NEAR_CHARACTERS));
    const at = behind.findIndex((_, index) =>
      characters.every((character, each) => behind[index + each] === character),
    );
    if (at < 0) continue;
    const character = start + at;
    return { start: { text, character }, end: { text, character: character + characters.length } };
  }
  return { start: from, end: from };
}
