import type { ImportBook, ImportState, ImportTotals, ImportUndo } from '@bookorbit/contracts';
import { sayDuration } from '../ui/index.ts';

export const STATE_LABELS: Readonly<Record<ImportState, string>> = {
  reading: $localize`Being read`,
  ready: $localize`Waiting for you`,
  applying: $localize`Being applied`,
  applied: $localize`Applied`,
  undoing: $localize`Being taken back`,
  undone: $localize`Taken back`,
  failed: $localize`Failed`,
};

/** States in which the server is at work. */
export function isAtWork(state: ImportState): boolean {
  return state === 'reading' || state === 'applying' || state === 'undoing';
}

/** A name and a number people can read. */
export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** What an import brings or brought; what is nothing is left out, but for the books. */
export function factsOfTotals(totals: ImportTotals): readonly Fact[] {
  return [
    { name: $localize`Books`, value: number(totals.books) },
    ...some($localize`Books not found`, totals.unmatched),
    ...(totals.newSeconds > 0 ? [{ name: $localize`New reading time`, value: sayDuration(totals.newSeconds) }] : []),
    ...some($localize`New sessions`, totals.newSessions),
    ...some($localize`New page turns`, totals.newPageStats),
    ...some($localize`New highlights`, totals.newHighlights),
    ...some($localize`Changed highlights`, totals.changedHighlights),
    ...some($localize`New bookmarks`, totals.newBookmarks),
    ...some($localize`Statuses, ratings, reviews`, totals.changedStates),
    ...some($localize`Newer places`, totals.newPlaces),
  ];
}

/** Whether an import would change anything at all. */
export function bringsSomething(totals: ImportTotals): boolean {
  const { books: _books, unmatched: _unmatched, ...changes } = totals;
  return Object.values(changes).some((count) => count > 0);
}

/** What taking an import back did. */
export function factsOfUndo(undo: ImportUndo): readonly Fact[] {
  return [
    ...some($localize`Page turns removed`, undo.removedPageStats),
    ...some($localize`Highlights and bookmarks removed`, undo.removedAnnotations),
    ...some($localize`Highlights as they were before`, undo.revertedAnnotations),
    ...some($localize`Highlights kept, as they were changed since`, undo.keptAnnotations),
    ...some($localize`Statuses and ratings as they were before`, undo.revertedStates),
    ...some($localize`Statuses and ratings kept, as they were changed since`, undo.keptStates),
    ...some($localize`Places removed`, undo.removedPlaces),
  ];
}

/** What is new of one book, a phrase each; empty when nothing is. */
export function newsOfBook({
  reading,
  highlights,
  bookmarks,
  status,
  rating,
  review,
  place,
}: ImportBook): readonly string[] {
  const news: (string | false | undefined)[] = [
    reading && reading.newSeconds > 0 && $localize`${sayDuration(reading.newSeconds)}:time: of reading`,
    highlights && highlights.new > 0 && $localize`new highlights: ${number(highlights.new)}:count:`,
    highlights && highlights.changed > 0 && $localize`changed highlights: ${number(highlights.changed)}:count:`,
    highlights && highlights.inTrash > 0 && $localize`in the trash already: ${number(highlights.inTrash)}:count:`,
    highlights &&
      highlights.unplacedTotal > 0 &&
      $localize`not found in the book’s text: ${number(highlights.unplacedTotal)}:count:`,
    bookmarks && bookmarks.new > 0 && $localize`new bookmarks: ${number(bookmarks.new)}:count:`,
    status?.isChanged && $localize`status`,
    rating?.isChanged && $localize`rating`,
    review?.isChanged && $localize`review`,
    place?.isNewest && $localize`place: ${percent(place.percentage)}:percentage:`,
  ];
  return news.filter((one) => typeof one === 'string');
}

function some(name: string, count: number): readonly Fact[] {
  return count > 0 ? [{ name, value: number(count) }] : [];
}

function number(count: number): string {
  return new Intl.NumberFormat().format(count);
}

function percent(fraction: number): string {
  return new Intl.NumberFormat(undefined, { style: 'percent' }).format(fraction);
}
