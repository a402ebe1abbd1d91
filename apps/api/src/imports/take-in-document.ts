import { Injectable } from '@nestjs/common';
import type {
  ImportBook,
  ImportedAnnotations as AnnotationCounts,
  ImportedField,
  ImportedReading,
  MatchedBy,
  SyncBookAnswer,
} from '@bookorbit/contracts';
import type { Annotation } from '@bookorbit/domain-annotations';
import type { EntityManager } from 'typeorm';
import { ImportedAnnotations } from '../annotations/index.ts';
import { ImportedStates, type StoredBookState } from '../book-states/index.ts';
import { lockFiles } from '../database/index.ts';
import { type DocumentMatch, MatchDocuments } from '../fingerprint/index.ts';
import { ImportedPlaces, type StoredReport } from '../progress/index.ts';
import { type FileReading, ImportedPageStats } from '../sessions/index.ts';
import { checkedBooks, type SyncRequestDto, TakeInSync } from '../sync/index.ts';
import { type DocumentJournal, type DocumentOutcome, ImportRepository } from './import.repository.ts';
import type { ImportedDocument } from './imported-document.ts';
import { type ImportDevice, pageStatsRequest, requestsOf } from './requests-of.ts';

/** What came of a document, and what taking it back needs. */
export interface TakenIn {
  readonly outcome: DocumentOutcome;
  readonly journal?: DocumentJournal;
}

/** A document of an import, and whose it is. */
export interface DocumentToTakeIn {
  readonly userId: number;
  readonly importId: number;
  readonly device: ImportDevice;
  readonly said: ImportedDocument;
}

/** What there is of a file and its book. */
interface Known {
  readonly annotations: readonly Annotation[];
  readonly state: StoredBookState;
  readonly shared?: StoredReport;
  readonly reading: FileReading;
}

type Matched = Extract<DocumentMatch, { kind: 'matched' }>;

const STATUS_NAMES = { reading: 'reading', complete: 'finished', abandoned: 'abandoned' } as const;

/**
 * Takes in one document by the use cases of a device's sync, and tells what that changed. Runs inside the caller's transaction: rolled back,
 * it is the preview.
 */
@Injectable()
export class TakeInDocument {
  constructor(
    private readonly matchDocuments: MatchDocuments,
    private readonly takeInSync: TakeInSync,
    private readonly annotations: ImportedAnnotations,
    private readonly states: ImportedStates,
    private readonly places: ImportedPlaces,
    private readonly pageStats: ImportedPageStats,
    private readonly imports: ImportRepository,
  ) {}

  async run(tx: EntityManager, one: DocumentToTakeIn, now: Date): Promise<TakenIn> {
    const { userId, device, said } = one;
    const asked = [{ document: said.document, title: said.title, authors: said.authors }];
    const matches = await this.matchDocuments.run(tx, userId, asked, now);
    const match = matches.get(said.document);
    const requests = requestsOf(device, said);
    if (match?.kind !== 'matched' || match.matchedBy === 'name') {
      // Its place is parked, as any device's is.
      await this.takeIn(tx, userId, requests.slice(0, 1), matches, now);
      await this.matchDocuments.noteLoose(tx, userId, device.deviceId, asked, matches, now);
      return { outcome: unmatchedOf(said, match) };
    }
    const { bookFileId, bookId } = match;
    await lockFiles(tx, userId, [bookFileId]);
    const before = await this.find(tx, userId, match);
    const datetimes = new Set(
      said.notes.flatMap(({ highlights, bookmarks }) => [...highlights, ...bookmarks]).map(({ datetime }) => datetime),
    );
    await this.annotations.restore(tx, userId, device.deviceId, bookFileId, datetimes, now);
    const newPageStats = await this.takeInPageStats(tx, one, matches, now);
    const answers = await this.takeIn(tx, userId, requests, matches, now);
    const after = await this.find(tx, userId, match);
    const journal: DocumentJournal = {
      bookId,
      bookFileId,
      annotations: changesOf(before.annotations, after.annotations),
      stateBefore: before.state,
      stateAfter: after.state,
      sharedBefore: before.shared,
    };
    const book = bookOf(
      one,
      { ...match, matchedBy: match.matchedBy },
      { before, after, journal, answers, newPageStats },
    );
    return { outcome: { kind: 'book', book }, journal };
  }

  private async find(tx: EntityManager, userId: number, { bookFileId, bookId }: Matched): Promise<Known> {
    return {
      annotations: await this.annotations.find(tx, userId, bookFileId),
      state: await this.states.find(tx, userId, bookId),
      shared: await this.places.find(tx, userId, bookFileId),
      reading: await this.pageStats.reading(tx, userId, bookFileId),
    };
  }

  /** A part at a time, so that never more of it is in memory. */
  private async takeInPageStats(
    tx: EntityManager,
    { userId, importId, device, said }: DocumentToTakeIn,
    matches: ReadonlyMap<string, DocumentMatch>,
    now: Date,
  ): Promise<number> {
    let accepted = 0;
    for (const part of await this.imports.findParts(tx, userId, importId, said.document)) {
      const rows = await this.imports.findPart(tx, userId, importId, said.document, part);
      const [answer] = await this.takeIn(tx, userId, [pageStatsRequest(device, said, rows)], matches, now);
      accepted += answer?.pageStats?.accepted ?? 0;
    }
    return accepted;
  }

  private async takeIn(
    tx: EntityManager,
    userId: number,
    requests: readonly SyncRequestDto[],
    matches: ReadonlyMap<string, DocumentMatch>,
    now: Date,
  ): Promise<SyncBookAnswer[]> {
    const answers: SyncBookAnswer[] = [];
    for (const request of requests)
      answers.push(...(await this.takeInSync.run(tx, userId, request, checkedBooks(request).books, matches, now)));
    return answers;
  }
}

function unmatchedOf(said: ImportedDocument, match: DocumentMatch | undefined): DocumentOutcome {
  return {
    kind: 'unmatched',
    unmatched: {
      document: said.document,
      title: said.title,
      authors: said.authors,
      reason: match?.kind === 'ask' ? 'ambiguous' : 'unknown',
      pageStats: said.reading?.pageStats ?? 0,
      highlights: said.notes.reduce((sum, { highlights }) => sum + highlights.length, 0),
    },
  };
}

function changesOf(before: readonly Annotation[], after: readonly Annotation[]): DocumentJournal['annotations'] {
  const known = new Map(before.map((annotation) => [annotation.id, annotation]));
  return after.flatMap((annotation) => {
    const old = known.get(annotation.id);
    return old?.version === annotation.version ? [] : [{ ...(old && { before: old }), after: annotation }];
  });
}

interface Changes {
  readonly before: Known;
  readonly after: Known;
  readonly journal: DocumentJournal;
  readonly answers: readonly SyncBookAnswer[];
  readonly newPageStats: number;
}

function bookOf(
  { device, said }: DocumentToTakeIn,
  match: {
    readonly bookId: number;
    readonly bookFileId: number;
    readonly title: string;
    readonly matchedBy: MatchedBy;
  },
  { before, after, journal, answers, newPageStats }: Changes,
): ImportBook {
  const { status, rating, reviewNote } = said.state ?? {};
  return {
    bookId: match.bookId,
    fileId: match.bookFileId,
    title: match.title,
    authors: (said.authors ?? '').split('\n').filter((author) => author !== ''),
    matchedBy: match.matchedBy,
    reading: said.reading && readingOf(said.reading, before.reading, after.reading, newPageStats),
    highlights: countsOf('highlight', said, journal, answers),
    bookmarks: countsOf('bookmark', said, journal, answers),
    status: status && fieldOf(before.state.status, STATUS_NAMES[status], before.state.status !== after.state.status),
    rating:
      rating === undefined
        ? undefined
        : fieldOf(before.state.rating, rating, before.state.rating !== after.state.rating),
    review:
      reviewNote === undefined
        ? undefined
        : fieldOf(before.state.review, reviewNote, before.state.review !== after.state.review),
    place: said.place && {
      percentage: said.place.percentage,
      readAt: said.place.timestamp === undefined ? undefined : isoOf(said.place.timestamp),
      isNewest: after.shared?.deviceId === device.deviceId,
    },
  };
}

function readingOf(
  { pageStats, from, until }: NonNullable<ImportedDocument['reading']>,
  before: FileReading,
  after: FileReading,
  newPageStats: number,
): ImportedReading {
  return {
    pageStats,
    newPageStats,
    newSeconds: after.seconds - before.seconds,
    newSessions: after.sessions - before.sessions,
    from: isoOf(from),
    until: isoOf(until),
  };
}

function countsOf(
  kind: Annotation['kind'],
  said: ImportedDocument,
  journal: DocumentJournal,
  answers: readonly SyncBookAnswer[],
): AnnotationCounts | undefined {
  const total = said.notes.reduce(
    (sum, notes) => sum + (kind === 'highlight' ? notes.highlights : notes.bookmarks).length,
    0,
  );
  if (total === 0) return undefined;
  const own = journal.annotations.filter(({ after }) => after.kind === kind);
  const fresh = own.filter(({ before }) => !before || before.deletedAt !== undefined).length;
  const inTrash =
    kind === 'highlight'
      ? answers.reduce((sum, { annotations }) => sum + (annotations?.applied.skippedDeleted ?? 0), 0)
      : 0;
  const changed = own.length - fresh;
  return {
    total,
    new: fresh,
    changed,
    unchanged: Math.max(0, total - fresh - changed - inTrash),
    inTrash,
    unplaced: [],
    unplacedTotal: 0,
  };
}

function fieldOf<Value>(from: Value | null, to: Value, isChanged: boolean): ImportedField<Value> {
  return { ...(from !== null && { from }), to, isChanged };
}

function isoOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
