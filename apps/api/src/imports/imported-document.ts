import type { Sidecar, SidecarBookmark, SidecarHighlight, StatisticsBook, StatisticsRows } from '@bookorbit/book-files';

/** What an upload says of one document, but for its page stats. */
export interface ImportedDocument {
  readonly document: string;
  readonly title?: string;
  readonly authors?: string;
  readonly place?: ImportedPlace;
  readonly state?: ImportedState;
  /** Annotations by the engine that wrote their pointers, oldest first. */
  readonly notes: readonly ImportedNotes[];
  readonly reading?: ImportedSpan;
}

export interface ImportedPlace {
  readonly percentage: number;
  readonly progress: string;
  readonly domVersion?: number;
  /** Unix seconds, where the statistics tell when it was read. */
  readonly timestamp?: number;
}

export interface ImportedState {
  readonly status?: 'reading' | 'complete' | 'abandoned';
  readonly rating?: number;
  readonly reviewNote?: string;
  /** `YYYY-MM-DD`. */
  readonly statusModified?: string;
}

export interface ImportedNotes {
  readonly domVersion?: number;
  readonly highlights: readonly SidecarHighlight[];
  readonly bookmarks: readonly SidecarBookmark[];
}

/** Page stats in all, and the first and last second of them. */
export interface ImportedSpan {
  readonly pageStats: number;
  readonly from: number;
  readonly until: number;
  /** 0–1: where the last page turn was. */
  readonly lastPercentage: number;
}

/** A place and the last page turn are the same sitting's end if they are this close; engines count pages in their own way. */
const SAME_PLACE = 0.02;

/** Puts together what the files of an upload say of each document. */
export class DocumentCollector {
  private readonly books = new Map<string, StatisticsBook>();
  private readonly sidecars = new Map<string, Sidecar[]>();
  private readonly spans = new Map<string, ImportedSpan>();

  addBook(book: StatisticsBook): void {
    this.books.set(book.fingerprint, { ...this.books.get(book.fingerprint), ...book });
  }

  addRows(fingerprint: string, { pages, startTimes, durations, totalPages }: StatisticsRows): void {
    let { pageStats, from, until, lastPercentage } = this.spans.get(fingerprint) ?? {
      pageStats: 0,
      from: Infinity,
      until: 0,
      lastPercentage: 0,
    };
    for (const [n, startTime] of startTimes.entries()) {
      pageStats += 1;
      from = Math.min(from, startTime);
      const end = startTime + (durations[n] ?? 0);
      if (end < until) continue;
      until = end;
      lastPercentage = (pages[n] ?? 0) / (totalPages[n] ?? 1);
    }
    this.spans.set(fingerprint, { pageStats, from, until, lastPercentage });
  }

  addSidecar(sidecar: Sidecar & { readonly fingerprint: string }): void {
    this.sidecars.set(sidecar.fingerprint, [...(this.sidecars.get(sidecar.fingerprint) ?? []), sidecar]);
  }

  /** Those that say something: a book of the statistics without a page turn does not. */
  documents(): ImportedDocument[] {
    return [...new Set([...this.spans.keys(), ...this.sidecars.keys()])].map((document) =>
      documentOf(document, this.books.get(document), this.sidecars.get(document) ?? [], this.spans.get(document)),
    );
  }
}

function documentOf(
  document: string,
  book: StatisticsBook | undefined,
  sidecars: readonly Sidecar[],
  reading: ImportedSpan | undefined,
): ImportedDocument {
  // Of several devices' sidecars the one whose status changed last speaks for the book.
  const inOrder = [...sidecars].sort((a, b) => compare(a.modified ?? '', b.modified ?? ''));
  const newest = inOrder.at(-1);
  return {
    document,
    title: newest?.title ?? book?.title,
    authors: newest?.authors ?? book?.authors,
    place: newest && placeOf(newest, reading),
    state: newest && stateOf(newest),
    notes: notesOf(sidecars),
    reading,
  };
}

function placeOf(
  { percentage, place, domVersion }: Sidecar,
  reading: ImportedSpan | undefined,
): ImportedPlace | undefined {
  if (percentage === undefined || place === undefined) return undefined;
  const isWhereReadingEnded = reading && Math.abs(reading.lastPercentage - percentage) <= SAME_PLACE;
  return { percentage, progress: place, domVersion, timestamp: isWhereReadingEnded ? reading.until : undefined };
}

function stateOf({ status, rating, review, modified }: Sidecar): ImportedState | undefined {
  if (status === undefined && rating === undefined && review === undefined) return undefined;
  return { status, rating, reviewNote: review, statusModified: modified };
}

/** Each once: of several sidecars' words the one that was changed last, by the newest engine. */
function notesOf(sidecars: readonly Sidecar[]): ImportedNotes[] {
  const inOrder = [...sidecars].sort((a, b) => (a.domVersion ?? 0) - (b.domVersion ?? 0));
  const highlights = newestOfEach(
    inOrder,
    (sidecar) => sidecar.highlights,
    ({ datetime, text, pos0 }) => `${datetime} ${text ?? pos0}`,
  );
  const bookmarks = newestOfEach(
    inOrder,
    (sidecar) => sidecar.bookmarks,
    ({ datetime }) => datetime,
  );
  return inOrder.flatMap((sidecar) => {
    const own = {
      domVersion: sidecar.domVersion,
      highlights: sidecar.highlights.filter((item) => highlights.has(item)),
      bookmarks: sidecar.bookmarks.filter((item) => bookmarks.has(item)),
    };
    return own.highlights.length + own.bookmarks.length > 0 ? [own] : [];
  });
}

function newestOfEach<Item extends { readonly datetime: string; readonly datetimeUpdated?: string }>(
  sidecars: readonly Sidecar[],
  itemsOf: (sidecar: Sidecar) => readonly Item[],
  identityOf: (item: Item) => string,
): ReadonlySet<Item> {
  const newest = new Map<string, Item>();
  const changedAt = (item: Item) => item.datetimeUpdated ?? item.datetime;
  for (const item of sidecars.flatMap(itemsOf)) {
    const known = newest.get(identityOf(item));
    if (!known || changedAt(item) >= changedAt(known)) newest.set(identityOf(item), item);
  }
  return new Set(newest.values());
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
