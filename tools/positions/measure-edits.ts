import { BookPositions } from '@bookorbit/domain-positions';
import { checkPlace } from './check-place.ts';
import { EDITS, type Edit, EditedBook } from './edits.ts';
import { EpubBook } from './epub-book.ts';
import type { ReportedBook, ReportedPlace } from './ground-truth.ts';
import { IndependentDom } from './independent-dom.ts';
import type { Tally } from './tally.ts';

/** Places of each book tried after each edit; those of larger documents fewer, as their index is built each time. */
const PLACES_PER_BOOK = 6;
const LARGEST_DOCUMENT = 400_000;

/**
 * Looks for some places of a book after each edit, by the pointer and the words kept from before it. Counts `<edit>.n`,
 * `<edit>.<how found>` and, of those, `<edit>.right`.
 */
export async function measureEdits(report: ReportedBook, tally: Tally): Promise<string[]> {
  const book = await EpubBook.open(report.path, report.domVersion);
  const before = new BookPositions(book, { domVersion: report.domVersion });
  const wrong: string[] = [];
  const places = report.places.filter(({ kind }) => kind !== 'page');
  const step = Math.max(1, Math.floor(places.length / PLACES_PER_BOOK));
  for (let index = 0; index < places.length; index += step) {
    const place = places[index];
    const at = place && (await before.locate('xpointer', place.start));
    const text = at && (await book.loadText(at.spineIndex));
    if (place === undefined || at === undefined || text === undefined || text.length > LARGEST_DOCUMENT) continue;
    if (!new IndependentDom(text).isRead || !(await isExactNow(before, place))) continue;
    for (const edit of EDITS) await measureEdit(edit, new EditedBook(book, edit, at), report, place, tally, wrong);
  }
  await book.close();
  return wrong;
}

async function isExactNow(positions: BookPositions, { start, end }: ReportedPlace): Promise<boolean> {
  return (await positions.translate({ from: 'xpointer', to: 'cfi', start, end })).kind === 'exact';
}

async function measureEdit(
  edit: Edit,
  edited: EditedBook,
  report: ReportedBook,
  place: ReportedPlace,
  tally: Tally,
  wrong: string[],
): Promise<void> {
  const positions = new BookPositions(edited, { domVersion: report.domVersion });
  const { start, end, text, before: prefix, after: suffix } = place;
  const found = await positions.translate({ from: 'xpointer', to: 'cfi', start, end, text, prefix, suffix });
  tally.add(`${edit}.n`);
  tally.add(`${edit}.${found.kind}`);
  if (found.kind === 'lost') {
    wrong.push(`${report.name} ${edit} ${start}: lost`);
    return;
  }
  const dom = new IndependentDom((await edited.loadText(found.spineIndex)) ?? '');
  const first = dom.resolve(found.start);
  const last = found.end === undefined ? undefined : dom.resolve(found.end);
  const isRight = first !== undefined && last !== undefined && checkPlace(dom, first, last, place) === 'character';
  if (isRight) tally.add(`${edit}.right`);
  else wrong.push(`${report.name} ${edit} ${start}: ${found.kind}, ${found.trace.join('; ')}`);
}
