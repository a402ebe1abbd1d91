import { Injectable } from '@nestjs/common';
import type { BookStateResult, PageStatsResult, SyncAnswer, SyncBookAnswer } from '@bookorbit/contracts';
import type { EntityManager } from 'typeorm';
import { type DevicePrincipal, DeviceRepository } from '../auth/index.ts';
import { type FileBookState, MergeBookStates, reportFromItem } from '../book-states/index.ts';
import { Clock } from '../clock/index.ts';
import { lockFiles, Transaction } from '../database/index.ts';
import { seenDevice, serverEnvelope } from '../device/index.ts';
import { type DocumentMatch, MatchDocuments } from '../fingerprint/index.ts';
import { ProgressRepository, ResetRepository, TakeInItems } from '../progress/index.ts';
import { type FileStats, TakeInPageStats } from '../sessions/index.ts';
import { type CheckedBook, checkedBooks } from './checked-books.ts';
import { type NewestOfBook, type NewestPlace, NewestPlaces } from './newest-places.ts';
import { SyncAnnotations } from './sync-annotations.ts';
import type { SyncRequestDto } from './sync.dto.ts';

type Matches = ReadonlyMap<string, DocumentMatch>;

/** Runs the use cases of every part of a request in one transaction: all of it counts or nothing does. */
@Injectable()
export class SyncBooks {
  constructor(
    private readonly transaction: Transaction,
    private readonly matchDocuments: MatchDocuments,
    private readonly takeInItems: TakeInItems,
    private readonly progress: ProgressRepository,
    private readonly resets: ResetRepository,
    private readonly takeInPageStats: TakeInPageStats,
    private readonly mergeBookStates: MergeBookStates,
    private readonly syncAnnotations: SyncAnnotations,
    private readonly newestPlaces: NewestPlaces,
    private readonly devices: DeviceRepository,
    private readonly clock: Clock,
  ) {}

  async run(device: DevicePrincipal, request: SyncRequestDto): Promise<SyncAnswer> {
    const now = this.clock.now();
    const { books, rejected } = checkedBooks(request);
    const asked = books.map(({ book: { hash, ...described } }) => ({ document: hash, ...described }));
    const { answers, newest } = await this.transaction.run(async (tx) => {
      const matches = await this.matchDocuments.run(tx, device.userId, asked, now);
      // All at once, in order of file id: none of the parts then waits for a lock of its own.
      await lockFiles(tx, device.userId, fileIdsOf(matches));
      const synced = await this.syncParts(tx, device.userId, request, books, matches, now);
      await this.matchDocuments.noteLoose(tx, device.userId, request.deviceId, asked, matches, now);
      await this.devices.noteSeen(tx, device.userId, seenDevice(request, device), now);
      return synced;
    });
    // The lock is gone: to translate a place, a book may have to be read.
    const places = await this.newestPlaces.run(device.userId, request.deviceId, newest);
    return {
      ...serverEnvelope(now),
      books: answers.map((answer) => withPlace(answer, places.get(answer.hash))),
      ...(rejected.length > 0 && { rejected }),
    };
  }

  private async syncParts(
    tx: EntityManager,
    userId: number,
    request: SyncRequestDto,
    books: readonly CheckedBook[],
    matches: Matches,
    now: Date,
  ): Promise<{ readonly answers: readonly SyncBookAnswer[]; readonly newest: readonly NewestOfBook[] }> {
    const items = books.flatMap(({ progress }) => (progress ? [progress] : []));
    // Before the states: what a place makes of a status is in this answer already.
    await this.takeInItems.run(tx, userId, request, items, matches, now);
    const stats = await this.takeInPageStats.run(tx, userId, request.deviceId, statsOf(books, matches), now);
    const states = await this.mergeBookStates.run(
      tx,
      userId,
      request.deviceId,
      statesOf(books, matches, request, now),
      now,
    );
    const annotations = await this.syncAnnotations.run(tx, userId, request, books, matches, now);
    const shared = await this.progress.findSharedOf(tx, userId, fileIdsOf(matches));
    await this.resets.noteSent(tx, userId, request.deviceId, fileIdsOf(matches));
    const answers = books.map((checked): SyncBookAnswer => {
      const { hash } = checked.book;
      const match = matches.get(hash);
      if (match?.kind !== 'matched' || match.matchedBy === 'name') return { hash, unmatched: true };
      const { bookId, bookFileId, matchedBy, title } = match;
      return {
        hash,
        match: { hash, bookId, bookFileId, matchedBy, title },
        progress: { ...(checked.progress && { accepted: true }) },
        ...(checked.pageStats && { pageStats: withoutHash<PageStatsResult>(stats.shift()) }),
        ...(checked.state && { state: withoutHash<BookStateResult>(states.shift()) }),
        ...annotations.get(checked),
      };
    });
    const newest = books.flatMap(({ book: { hash, domVersion } }): NewestOfBook[] => {
      const match = matches.get(hash);
      const place = match?.kind === 'matched' ? shared.get(match.bookFileId) : undefined;
      return match?.kind === 'matched' && place
        ? [{ hash, bookFileId: match.bookFileId, shared: place, domVersion }]
        : [];
    });
    return { answers, newest };
  }
}

function withPlace(answer: SyncBookAnswer, newest: NewestPlace | undefined): SyncBookAnswer {
  return newest && answer.match ? { ...answer, progress: { ...answer.progress, newest } } : answer;
}

function fileIdsOf(matches: Matches): number[] {
  return [...matches.values()].flatMap((match) => (match.kind === 'matched' ? [match.bookFileId] : []));
}

function statsOf(books: readonly CheckedBook[], matches: Matches): FileStats[] {
  return books.flatMap(({ book: { hash }, pageStats }) => {
    const match = matches.get(hash);
    return pageStats && match?.kind === 'matched' ? [{ bookFileId: match.bookFileId, hash, ...pageStats }] : [];
  });
}

function statesOf(
  books: readonly CheckedBook[],
  matches: Matches,
  request: SyncRequestDto,
  now: Date,
): FileBookState[] {
  return books.flatMap(({ book: { hash }, state }) => {
    const match = matches.get(hash);
    return state && match?.kind === 'matched'
      ? [{ bookFileId: match.bookFileId, hash, report: reportFromItem(state, request, now.getTime() / 1000) }]
      : [];
  });
}

/** Results come in the order of the books that have the part. */
function withoutHash<T extends { readonly hash: string }>(result: T | undefined): Omit<T, 'hash'> {
  if (!result) throw new Error('a part of a book was not answered');
  const { hash: _, ...answer } = result;
  return answer;
}
