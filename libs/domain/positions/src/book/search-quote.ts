import type { TextPoint } from '../columns/text-lookup.ts';
import type { DocumentPlaces } from '../document-index.ts';
import { withEdges } from '../text/edges.ts';
import { DocumentText } from '../text/document-text.ts';
import { findQuote } from '../text/find-quote.ts';
import type { FoldedQuote } from '../text/find-quote.ts';
import { findAltered } from '../text/find-altered.ts';

/** A quote of so many letters is hardly found in a place it was not taken from. */
const TELLING_LENGTH = 24;
/** With so much context, or this share of what there is, no other document needs to be looked into. */
const TELLING_CONTEXT = 16;
/** How far from the expected document short quotes are looked for. */
const NEIGHBOURS = 2;

export interface QuoteSearch {
  readonly quote: FoldedQuote;
  /** The text as it was quoted: what folding left out at its edges is looked for beside what is found. */
  readonly quoted: string;
  /** Where it should have been. */
  readonly expected: { readonly spineIndex: number; readonly offset: number | undefined };
  readonly spineLength: number;
  readonly isInBook: (spineIndex: number) => boolean;
  readonly load: (spineIndex: number) => Promise<DocumentPlaces | undefined>;
  readonly loadText: (spineIndex: number) => Promise<string | undefined>;
  readonly trace: string[];
}

export interface FoundQuote {
  readonly spineIndex: number;
  readonly places: DocumentPlaces;
  readonly start: TextPoint;
  readonly end: TextPoint;
  readonly isClear: boolean;
  /** Characters of context that agree. */
  readonly context: number;
}

/**
 * Looks for a quote in the document it should be in, then in its neighbours and, if it is long enough to be told apart, in the rest of
 * the book; then once more for a quote that was altered a little.
 */
export async function searchQuote(search: QuoteSearch): Promise<FoundQuote | undefined> {
  const { quote, expected, trace } = search;
  const isTelling = quote.exact.length + quote.prefix.length + quote.suffix.length >= TELLING_LENGTH;
  const reach = isTelling ? search.spineLength : NEIGHBOURS;
  // The expected document is looked into twice; folding a large one takes its time.
  const texts = new Map<number, DocumentText>();
  let best: FoundQuote | undefined;
  for (const spineIndex of outwards(expected.spineIndex, reach, search.spineLength)) {
    if (!search.isInBook(spineIndex)) continue;
    const found = await searchDocument(search, spineIndex, findQuote, texts);
    if (found === undefined) continue;
    if (best === undefined || found.context > best.context) best = found;
    if (isTellingMatch(quote, best)) break;
  }
  if (best !== undefined) {
    trace.push(`the text is in spine item ${best.spineIndex}, ${best.context} characters around it agree`);
    return best;
  }
  const altered = await searchDocument(search, expected.spineIndex, findAltered, texts);
  trace.push(altered === undefined ? 'the text is nowhere to be found' : 'the text is there, altered a little');
  return altered;
}

async function searchDocument(
  { quote, quoted, expected, load, loadText }: QuoteSearch,
  spineIndex: number,
  find: typeof findQuote,
  texts: Map<number, DocumentText>,
): Promise<FoundQuote | undefined> {
  const source = await loadText(spineIndex);
  const places = source === undefined ? undefined : await load(spineIndex);
  if (places === undefined || source === undefined || places.index.kind === 'placeholder') return undefined;
  const text = texts.get(spineIndex) ?? new DocumentText(places.index.engine, source);
  if (spineIndex === expected.spineIndex) texts.set(spineIndex, text);
  const isExpected = spineIndex === expected.spineIndex && expected.offset !== undefined;
  const near = isExpected ? text.indexFrom(expected.offset ?? 0) : 0;
  const found = find(text.folded, quote, near);
  if (found === undefined) return undefined;
  const isGap = found.start === found.end;
  const start = isGap ? text.pointAt(Math.max(0, found.start - 1), 'behind') : text.pointAt(found.start, 'before');
  const end = isGap ? start : text.pointAt(found.end - 1, 'behind');
  return {
    spineIndex,
    places,
    ...withEdges(places.index.engine, source, start, end, quoted),
    isClear: found.isClear,
    context: found.context,
  };
}

function isTellingMatch(quote: FoldedQuote, { context }: FoundQuote): boolean {
  return context >= tellingContext(quote);
}

/**
 * How much of the context must agree for a match to be the one that is meant. Few letters come often, and in books with chapters alike
 * even with some of the same words around: all of one side must be there then.
 */
export function tellingContext({ exact, prefix, suffix }: FoldedQuote): number {
  const given = prefix.length + suffix.length;
  const usual = Math.min(TELLING_CONTEXT, given / 2);
  return exact.length >= TELLING_LENGTH
    ? usual
    : Math.max(usual, Math.min(prefix.length || given, suffix.length || given));
}

/** Spine indexes from the middle outwards. */
function* outwards(middle: number, reach: number, length: number): Generator<number> {
  if (middle >= 0 && middle < length) yield middle;
  for (let distance = 1; distance <= reach; distance++) {
    if (middle + distance < length) yield middle + distance;
    if (middle - distance >= 0) yield middle - distance;
    if (middle + distance >= length && middle - distance < 0) return;
  }
}
