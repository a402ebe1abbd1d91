import { Injectable } from '@nestjs/common';
import type { BookStateResult, PageStatsResult, SyncBookAnswer } from '@bookorbit/contracts';
import type { EntityManager } from 'typeorm';
import { type FileBookState, MergeBookStates, reportFromItem } from '../book-states/index.ts';
import type { DocumentMatch } from '../fingerprint/index.ts';
import { TakeInItems } from '../progress/index.ts';
import { type FileStats, TakeInPageStats } from '../sessions/index.ts';
import type { CheckedBook } from './checked-books.ts';
import { SyncAnnotations } from './sync-annotations.ts';
import type { SyncRequestDto } from './sync.dto.ts';

type Matches = ReadonlyMap<string, DocumentMatch>;

/** Takes in every part of a request by the use case of that part. Runs inside the caller's transaction, the files locked. */
@Injectable()
export class TakeInSync {
  constructor(
    private readonly takeInItems: TakeInItems,
    private readonly takeInPageStats: TakeInPageStats,
    private readonly mergeBookStates: MergeBookStates,
    private readonly syncAnnotations: SyncAnnotations,
  ) {}

  /** @returns An answer for each of `books`, in their order, but for the newest place. */
  async run(
    tx: EntityManager,
    userId: number,
    request: SyncRequestDto,
    books: readonly CheckedBook[],
    matches: Matches,
    now: Date,
  ): Promise<SyncBookAnswer[]> {
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
    return books.map((checked): SyncBookAnswer => {
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
  }
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
