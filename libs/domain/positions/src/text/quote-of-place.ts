import type { TextPoint } from '../columns/text-lookup.ts';
import type { EngineView } from '../engine/engine-view.ts';
import { endOfTexts, textBefore, textBetween } from './range-text.ts';

/** Words at a place and around it, by which it is found again in a file that was rewritten. */
export interface TextQuote {
  readonly prefix: string;
  /** The text of a range; what follows a point. */
  readonly exact: string;
  /** What follows a range; empty for a point. */
  readonly suffix: string;
}

/** Characters kept in front of a place and behind it, and of what follows a point. */
const CONTEXT_CHARACTERS = 60;
const POINT_CHARACTERS = 64;

/** The words that follow a point, and those in front of it. */
export function quoteOfPoint(view: EngineView, source: string, point: TextPoint): TextQuote {
  return {
    prefix: textBefore(view, source, point, CONTEXT_CHARACTERS),
    exact: cut(textBetween(view, source, point, endOfTexts(view), POINT_CHARACTERS), POINT_CHARACTERS),
    suffix: '',
  };
}

/** The words around a range, whose own text is `exact`. */
export function quoteOfRange(
  start: { readonly view: EngineView; readonly source: string; readonly point: TextPoint },
  end: { readonly view: EngineView; readonly source: string; readonly point: TextPoint },
  exact: string,
): TextQuote {
  const behind = textBetween(end.view, end.source, end.point, endOfTexts(end.view), CONTEXT_CHARACTERS);
  return {
    prefix: textBefore(start.view, start.source, start.point, CONTEXT_CHARACTERS),
    exact,
    suffix: cut(behind, CONTEXT_CHARACTERS),
  };
}

/** At most so many characters, none of them cut in two. */
function cut(text: string, most: number): string {
  return text.length <= most ? text : Array.from(text).slice(0, most).join('');
}
