import { findQuote } from './find-quote.ts';
import type { FoldedQuote, QuoteMatch } from './find-quote.ts';

/** Letters an end of the quote is recognised by. */
const ANCHOR = 12;
/** How much longer or shorter the altered text may be. */
const MOST_CHANGE = 0.25;

/** Finds a quote in which a few letters were changed: by its beginning and its end, or by the words just around it. */
export function findAltered(text: string, quote: FoldedQuote, expected: number): QuoteMatch | undefined {
  const start = startOf(text, quote, expected);
  if (start === undefined) return undefined;
  const end = endOf(text, quote, start.index + quote.exact.length);
  if (end === undefined || end.index <= start.index) return undefined;
  const change = Math.abs(end.index - start.index - quote.exact.length);
  if (change > Math.max(2, quote.exact.length * MOST_CHANGE)) return undefined;
  const context = (start.isByContext ? quote.prefix.length : 0) + (end.isByContext ? quote.suffix.length : 0);
  return { start: start.index, end: end.index, isClear: start.isClear && end.isClear, context };
}

interface Edge {
  readonly index: number;
  readonly isClear: boolean;
  readonly isByContext: boolean;
}

function startOf(text: string, { exact, prefix }: FoldedQuote, expected: number): Edge | undefined {
  const before = prefix.slice(-ANCHOR);
  const byContext = before.length < ANCHOR / 2 ? undefined : found(text, before, expected - before.length);
  if (byContext !== undefined) return { index: byContext.end, isClear: byContext.isClear, isByContext: true };
  const byWords = exact.length < ANCHOR ? undefined : found(text, exact.slice(0, ANCHOR), expected);
  return byWords && { index: byWords.start, isClear: byWords.isClear, isByContext: false };
}

function endOf(text: string, { exact, suffix }: FoldedQuote, expected: number): Edge | undefined {
  const behind = suffix.slice(0, ANCHOR);
  const byContext = behind.length < ANCHOR / 2 ? undefined : found(text, behind, expected);
  if (byContext !== undefined) return { index: byContext.start, isClear: byContext.isClear, isByContext: true };
  const byWords = exact.length < ANCHOR ? undefined : found(text, exact.slice(-ANCHOR), expected - ANCHOR);
  return byWords && { index: byWords.end, isClear: byWords.isClear, isByContext: false };
}

function found(text: string, exact: string, expected: number): QuoteMatch | undefined {
  return findQuote(text, { exact, prefix: '', suffix: '' }, Math.max(0, expected));
}
