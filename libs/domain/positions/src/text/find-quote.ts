/** What a place is remembered by besides its pointer: the words there, and some around. All folded. */
export interface FoldedQuote {
  readonly exact: string;
  readonly prefix: string;
  readonly suffix: string;
}

export interface QuoteMatch {
  /** Range of the folded text. */
  readonly start: number;
  readonly end: number;
  /** Whether it is the only candidate, or clearly better than the next. */
  readonly isClear: boolean;
  /** Characters around it that are as the quote says. */
  readonly context: number;
}

/** How many candidates are weighed; a quote that comes more often than this says too little. */
const MOST_CANDIDATES = 20_000;
/** A candidate twice as near as the next one is clearly the one meant. */
const CLEARLY_NEARER = 2;

/**
 * Finds a quote in a folded text, near the index it is expected at. The words around weigh more than the distance; without them the
 * nearest candidate is taken.
 */
export function findQuote(text: string, quote: FoldedQuote, expected: number): QuoteMatch | undefined {
  if (quote.exact === '') return findGap(text, quote, expected);
  const candidates: { readonly at: number; readonly context: number; readonly distance: number }[] = [];
  for (let at = text.indexOf(quote.exact); at >= 0; at = text.indexOf(quote.exact, at + 1)) {
    candidates.push({ at, context: contextAround(text, at, quote), distance: Math.abs(at - expected) });
    if (candidates.length >= MOST_CANDIDATES) break;
  }
  candidates.sort((one, other) => other.context - one.context || one.distance - other.distance);
  const [best, next] = candidates;
  if (best === undefined) return undefined;
  const isClear = next === undefined || best.context > next.context || best.distance * CLEARLY_NEARER <= next.distance;
  return { start: best.at, end: best.at + quote.exact.length, isClear, context: best.context };
}

/** Letters on either side that a gap between them is recognised by, and how many there must be at least. */
const GAP_LETTERS = 12;
const FEWEST_GAP_LETTERS = 8;

/** What has no letters of its own, a dash for one, is found by the words around it. */
function findGap(text: string, { prefix, suffix }: FoldedQuote, expected: number): QuoteMatch | undefined {
  const before = prefix.slice(-GAP_LETTERS);
  const around = before + suffix.slice(0, GAP_LETTERS);
  if (around.length < FEWEST_GAP_LETTERS) return undefined;
  const found = findQuote(text, { exact: around, prefix: '', suffix: '' }, expected - before.length);
  if (found === undefined) return undefined;
  const at = found.start + before.length;
  return { start: at, end: at, isClear: found.isClear, context: around.length };
}

/** How many characters in front of a candidate and behind it are as the quote says. */
function contextAround(text: string, at: number, { exact, prefix, suffix }: FoldedQuote): number {
  let before = 0;
  while (before < prefix.length && text.charAt(at - 1 - before) === prefix.charAt(prefix.length - 1 - before)) before++;
  let behind = 0;
  const end = at + exact.length;
  while (behind < suffix.length && text.charAt(end + behind) === suffix.charAt(behind)) behind++;
  return before + behind;
}
