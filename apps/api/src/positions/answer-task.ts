import type {
  BookPositions,
  Dialect,
  FoundTranslation,
  Translation,
  TranslationRequest,
} from '@bookorbit/domain-positions';
import type {
  FoundPosition,
  KnownPlace,
  LostPosition,
  OfferedPlace,
  OfferedPointer,
  PositionAnswer,
  PositionTask,
} from './worker-messages.ts';

const CHECKED_CHARACTERS = 40;

/** A book, as far as tasks ask it. */
export interface AskedBook {
  readonly domVersion: number;
  readonly positions: BookPositions;
  /** How much of the book each spine item is. */
  readonly weights: readonly number[];
  /** The same book for pointers of another DOM version. */
  inVersion(domVersion: number): Promise<BookPositions>;
}

/** Answers one question about a book. */
export async function answerTask(book: AskedBook, task: PositionTask): Promise<PositionAnswer> {
  switch (task.kind) {
    case 'translate':
      return withQuote(book, task.request.to, await translate(book, task.request, task.domVersion));
    case 'quote':
      return book.positions.quoteAt(task.dialect, task.start, task.end);
    case 'locate':
      return book.positions.locate(task.dialect, task.start);
    case 'share':
      return withQuote(book, task.to, await book.positions.atShare(task.to, task.percentage, book.weights));
    case 'offer':
      return offer(book, task.place);
  }
}

/**
 * Translates a pointer, by way of a CFI where it was written for a DOM version that numbers fragments otherwise.
 *
 * @param domVersion Of the xpointer that is translated; the book's own unless told.
 */
async function translate(
  book: AskedBook,
  request: TranslationRequest,
  domVersion = book.domVersion,
): Promise<Translation> {
  if (request.from !== 'xpointer' || numbersAlike(domVersion, book.domVersion))
    return book.positions.translate(request);
  const writer = await book.inVersion(domVersion);
  const cfi = await writer.translate({ ...request, to: 'cfi' });
  if (cfi.kind === 'lost') return cfi;
  const { start, end } = cfi;
  const there = await book.positions.translate({ from: 'cfi', to: request.to, start, end });
  return there.kind === 'lost' || there.kind !== 'exact' ? there : { ...there, kind: cfi.kind };
}

/** Every index or not, pointers of these versions lead to the same places. */
function numbersAlike(one: number, other: number): boolean {
  return one === other || (one >= FRAGMENT_FOR_EVERY_ITEM && other >= FRAGMENT_FOR_EVERY_ITEM);
}

const FRAGMENT_FOR_EVERY_ITEM = 20240114;

async function withQuote(
  { positions }: AskedBook,
  to: Dialect,
  translation: Translation,
): Promise<FoundPosition | LostPosition> {
  if (translation.kind === 'lost') return { kind: 'lost', reason: translation.reason };
  const { kind, start, end } = translation;
  const quote = await positions.quoteAt(to, start, end);
  return { kind, start, ...(end === undefined ? {} : { end }), ...(quote === undefined ? {} : { quote }) };
}

/** Pointers for a device to try, from the place itself to the share of the book. */
async function offer(book: AskedBook, place: KnownPlace): Promise<OfferedPlace | LostPosition> {
  const { positions, weights } = book;
  const best = await bestTranslation(book, place);
  const share = best?.kind === 'exact' || best?.kind === 'repaired' ? undefined : await shareOf(book, place);
  const candidates: OfferedPointer[] = [];
  const add = (kind: OfferedPointer['kind'], found: Translation): void => {
    if (found.kind === 'lost' || candidates.some(({ position }) => position === found.start)) return;
    candidates.push({ kind, position: found.start });
  };
  if (best?.kind === 'exact' || best?.kind === 'repaired') {
    add('exact', best);
    add('block', await positions.startOfBlock('xpointer', 'xpointer', best.start));
  } else if (best?.kind === 'nearby') {
    add('block', best);
  } else if (share !== undefined && (best === undefined || best.spineIndex === share.spineIndex)) {
    // Without a passage to go to, the share of the book leads nearer than the start of the chapter; but never to another chapter.
    add('block', share);
  }
  const [first] = candidates;
  if (best !== undefined) add('chapter', await positions.startOfDocument('xpointer', 'xpointer', best.start));
  else if (first) add('chapter', await positions.startOfDocument('xpointer', 'xpointer', first.position));
  if (candidates[0] === undefined) return { kind: 'lost', reason: 'there is no such place in the book' };
  const quote = await positions.quoteAt('xpointer', candidates[0].position);
  const textAfter = quote && Array.from(quote.exact).slice(0, CHECKED_CHARACTERS).join('');
  return {
    quality:
      first === undefined ? 'chapter' : best?.kind === undefined || best.kind === 'chapter' ? 'nearby' : best.kind,
    candidates: [...candidates, { kind: 'percent', position: String(place.percentage) }],
    ...(textAfter ? { textAfter } : {}),
  };

  async function shareOf({ positions: all }: AskedBook, { percentage }: KnownPlace) {
    const found = await all.atShare('xpointer', percentage, weights);
    return found.kind === 'lost' ? undefined : found;
  }
}

/** The most certain translation of what is known of a place. */
async function bestTranslation(book: AskedBook, place: KnownPlace): Promise<FoundTranslation | undefined> {
  const { xpointer, cfi, koboSpan, quote } = place;
  const known: readonly (readonly [Dialect, string | undefined])[] = [
    ['xpointer', xpointer],
    ['cfi', cfi],
    ['kobospan', koboSpan],
  ];
  let best: FoundTranslation | undefined;
  for (const [from, start] of known) {
    if (start === undefined) continue;
    const words = quote && quote.exact !== '' ? { text: quote.exact, prefix: quote.prefix } : {};
    const found = await translate(book, { from, to: 'xpointer', start, ...words }, place.domVersion);
    if (found.kind === 'lost') continue;
    if (best === undefined || RANKS.indexOf(found.kind) < RANKS.indexOf(best.kind)) best = found;
    if (best.kind === 'exact') break;
  }
  return best;
}

const RANKS = ['exact', 'repaired', 'nearby', 'chapter'] as const satisfies readonly FoundTranslation['kind'][];
