import { BookPositions, formatXpointer, parseXpointer, type Translation } from '@bookorbit/domain-positions';
import { checkPlace } from './check-place.ts';
import { EpubBook } from './epub-book.ts';
import type { ReportedBook, ReportedPlace } from './ground-truth.ts';
import { IndependentDom } from './independent-dom.ts';
import { Tally } from './tally.ts';

/** Documents kept parsed at a time: places come in the order of the book. */
const KEPT_DOMS = 4;

/** A place that did not come out right, for people. */
export interface Miss {
  readonly what: string;
  readonly place: ReportedPlace;
}

export interface BookMeasure {
  readonly tally: Tally;
  readonly misses: readonly Miss[];
}

/**
 * Translates every reported place of a book: xpointer → CFI, checked in an independent DOM; back to the xpointer; to a Kobo span and
 * back; and once more with the text given. Counts are named `<kind>.<outcome>`.
 */
export async function measureBook(report: ReportedBook): Promise<BookMeasure> {
  const book = await EpubBook.open(report.path, report.domVersion);
  const positions = new BookPositions(book, { domVersion: report.domVersion });
  const doms = new Map<number, IndependentDom>();
  const htmlDocuments = new Set<number>();
  const tally = new Tally();
  const misses: Miss[] = [];

  for (const place of report.places) {
    const { kind, start, end } = place;
    tally.add(`${kind}.n`);
    const toCfi = await positions.translate({ from: 'xpointer', to: 'cfi', start, end });
    tally.add(`${kind}.${await nearness(place, toCfi)}`);
    if (toCfi.kind === 'lost') continue;
    await measureRoundTrip(place, toCfi.start, toCfi.end);
    await measureWithText(place, toCfi);
    await measureKobo(place);
  }
  await book.close();
  return { tally, misses };

  async function nearness(place: ReportedPlace, translation: Translation): Promise<string> {
    if (translation.kind === 'lost') return missed('lost', place);
    // crengine's sentence for a document it cannot read is in no other reader.
    if (translation.kind === 'chapter') return 'placeholder';
    const dom = await domOf(translation.spineIndex);
    if (htmlDocuments.has(translation.spineIndex)) tally.add(`${place.kind}.as HTML`);
    if (!dom.isRead) return 'unchecked';
    const first = dom.resolve(translation.start);
    const last = translation.end === undefined ? undefined : dom.resolve(translation.end);
    if (first === undefined || (translation.end !== undefined && last === undefined)) {
      return missed('unresolvable', place);
    }
    const found = checkPlace(dom, first, last, place);
    return found === 'character' ? found : missed(found, place);
  }

  async function measureRoundTrip(place: ReportedPlace, cfi: string, cfiEnd: string | undefined): Promise<void> {
    const back = await positions.translate({ from: 'cfi', to: 'xpointer', start: cfi, end: cfiEnd });
    const isSame = back.kind !== 'lost' && back.start === place.start && back.end === place.end;
    tally.add(`${place.kind}.${isSame ? 'identical' : missed('round trip', place)}`);
    if (back.kind === 'lost') return;
    const again = await positions.translate({ from: 'xpointer', to: 'xpointer', start: back.start, end: back.end });
    const isResolved = again.kind !== 'lost' && isSamePointer(again.start, back.start);
    if (!isResolved) tally.add(`${place.kind}.${missed('unresolved xpointer', place)}`);
  }

  async function measureWithText(place: ReportedPlace, without: Translation): Promise<void> {
    const { start, end } = place;
    const text = place.text ?? place.after;
    const given = await positions.translate({ from: 'xpointer', to: 'cfi', start, end, text });
    tally.add(`${place.kind}.with text`);
    if (given.kind === 'repaired') tally.add(`${place.kind}.repaired`);
    const isSame =
      given.kind !== 'lost' && without.kind !== 'lost' && given.start === without.start && given.end === without.end;
    tally.add(`${place.kind}.${isSame ? 'same with text' : missed('other with text', place)}`);
  }

  async function measureKobo(place: ReportedPlace): Promise<void> {
    const { start, end } = place;
    const span = await positions.translate({ from: 'xpointer', to: 'kobospan', start, end });
    // There are no spans in preformatted text, nor in documents without sentences.
    if (span.kind !== 'exact') return;
    tally.add(`${place.kind}.kobo`);
    const sentence = span.start.replace(/:\d+$/, '');
    const back = await positions.translate({ from: 'kobospan', to: 'xpointer', start: span.start, end: span.end });
    if (back.kind === 'lost') return;
    const again = await positions.translate({ from: 'xpointer', to: 'kobospan', start: back.start });
    const isSameSentence = again.kind !== 'lost' && again.start.replace(/:\d+$/, '') === sentence;
    tally.add(`${place.kind}.${isSameSentence ? 'same sentence' : missed('other sentence', place)}`);
    if (back.start === start && back.end === end) tally.add(`${place.kind}.kobo identical`);
  }

  async function domOf(spineIndex: number): Promise<IndependentDom> {
    const known = doms.get(spineIndex);
    if (known !== undefined) return known;
    const isHtml = (await book.loadDocument(spineIndex)).dom?.isWellFormed === false;
    if (isHtml) htmlDocuments.add(spineIndex);
    const dom = new IndependentDom((await book.loadText(spineIndex)) ?? '', isHtml);
    doms.set(spineIndex, dom);
    const [oldest] = doms.keys();
    if (doms.size > KEPT_DOMS && oldest !== undefined) doms.delete(oldest);
    return dom;
  }

  function missed(what: string, place: ReportedPlace): string {
    misses.push({ what, place });
    return what;
  }
}

function isSamePointer(one: string, other: string): boolean {
  const [first, second] = [parseXpointer(one), parseXpointer(other)];
  if (first === undefined || second === undefined) return false;
  const dialect = { writesEveryIndex: true };
  return formatXpointer(first, dialect) === formatXpointer(second, dialect);
}
