import type { TextPoint } from '../columns/text-lookup.ts';
import type { DocumentPlaces } from '../document-index.ts';
import { foldText, plainCharacter } from '../text/folding.ts';
import type { FoldedQuote } from '../text/find-quote.ts';
import { endOfTexts, textBefore, textBetween } from '../text/range-text.ts';

/** This much of the text behind a point is compared. */
const POINT_CHARACTERS = 24;
/** Context is read this far, in characters before folding. */
const CONTEXT_CHARACTERS = 48;
const FOLDED_CONTEXT = 24;

/** What a request says about the words, folded; undefined when it says nothing to compare. */
export function foldedQuoteOf(
  request: { readonly text?: string; readonly prefix?: string; readonly suffix?: string },
  isPoint: boolean,
): FoldedQuote | undefined {
  const exact = foldText(request.text ?? '');
  const prefix = foldText(request.prefix ?? '').slice(-FOLDED_CONTEXT);
  const suffix = foldText(request.suffix ?? '').slice(0, FOLDED_CONTEXT);
  const hasWords = exact !== '' || (!isPoint && (request.text ?? '').trim() !== '' && prefix + suffix !== '');
  if (!hasWords) return undefined;
  return { exact: isPoint ? exact.slice(0, POINT_CHARACTERS) : exact, prefix, suffix };
}

/** How the words at a place agree with a quote. */
export interface QuoteAgreement {
  readonly isSameText: boolean;
  /** Characters of context that agree, of those that were given. */
  readonly context: number;
  readonly contextGiven: number;
  /** Whether the text starts and ends with the very characters quoted, those that folding leaves out as well. */
  readonly hasSameEdges: boolean;
  /** The folded text found, for people. */
  readonly found: string;
}

/** Compares the words at a place with a quote. `end` is undefined for a point. */
export function compareQuote(
  { index }: DocumentPlaces,
  source: string,
  start: TextPoint,
  end: TextPoint | undefined,
  quote: FoldedQuote,
  quoted: string,
): QuoteAgreement {
  const view = index.engine;
  const last = endOfTexts(view);
  const written = textBetween(view, source, start, end ?? last, end === undefined ? POINT_CHARACTERS * 4 : undefined);
  const found = end === undefined ? foldText(written).slice(0, quote.exact.length) : foldText(written);
  // Near the end of a document less text may follow than was quoted, when a page shows the next one too.
  const isSameText = end === undefined ? quote.exact.startsWith(found) : found === quote.exact;
  const before = quote.prefix === '' ? '' : foldText(textBefore(view, source, start, CONTEXT_CHARACTERS));
  const behind =
    quote.suffix === '' || end === undefined ? '' : foldText(textBetween(view, source, end, last, CONTEXT_CHARACTERS));
  return {
    isSameText,
    hasSameEdges: end === undefined || hasSameEdges(written, quoted),
    context: sameAtEnd(before, quote.prefix) + sameAtStart(behind, quote.suffix),
    contextGiven: quote.prefix.length + (end === undefined ? 0 : quote.suffix.length),
    found,
  };
}

/** White space at the edges may be kept or not; any other character there must be the one quoted. */
function hasSameEdges(written: string, quoted: string): boolean {
  const [found, wanted] = [edgesOf(written), edgesOf(quoted.replaceAll('\u00ad', ''))];
  return found.first === wanted.first && found.last === wanted.last && found.isTight === wanted.isTight;
}

function edgesOf(text: string): { readonly first: string; readonly last: string; readonly isTight: boolean } {
  const trimmed = text.trim();
  const [first = ''] = trimmed;
  const last = /.$/su.exec(trimmed)?.[0] ?? '';
  return { first: plainCharacter(first), last: plainCharacter(last), isTight: trimmed === text };
}

function sameAtStart(one: string, other: string): number {
  let count = 0;
  while (count < Math.min(one.length, other.length) && one.charAt(count) === other.charAt(count)) count++;
  return count;
}

function sameAtEnd(one: string, other: string): number {
  let count = 0;
  while (
    count < Math.min(one.length, other.length) &&
    one.charAt(one.length - 1 - count) === other.charAt(other.length - 1 - count)
  ) {
    count++;
  }
  return count;
}
