import { Injectable } from '@nestjs/common';
import type { SyncAnswer, SyncBookAnswer } from '@bookorbit/contracts';
import type { EntityManager } from 'typeorm';
import { ANCHORED_WITHIN_MILLISECONDS, AnchorAnnotations } from '../annotations/index.ts';
import { type DevicePrincipal, DeviceRepository } from '../auth/index.ts';
import { Clock } from '../clock/index.ts';
import { lockFiles, Transaction } from '../database/index.ts';
import { seenDevice, serverEnvelope } from '../device/index.ts';
import { type DocumentMatch, MatchDocuments } from '../fingerprint/index.ts';
import { ProgressRepository, ResetRepository } from '../progress/index.ts';
import { type CheckedBook, checkedBooks } from './checked-books.ts';
import { type NewestOfBook, type NewestPlace, NewestPlaces } from './newest-places.ts';
import type { SyncRequestDto } from './sync.dto.ts';
import { TakeInSync } from './take-in-sync.ts';

type Matches = ReadonlyMap<string, DocumentMatch>;

/** Runs the use cases of every part of a request in one transaction: all of it counts or nothing does. */
@Injectable()
export class SyncBooks {
  constructor(
    private readonly transaction: Transaction,
    private readonly matchDocuments: MatchDocuments,
    private readonly takeInSync: TakeInSync,
    private readonly progress: ProgressRepository,
    private readonly resets: ResetRepository,
    private readonly newestPlaces: NewestPlaces,
    private readonly anchorAnnotations: AnchorAnnotations,
    private readonly devices: DeviceRepository,
    private readonly clock: Clock,
  ) {}

  async run(device: DevicePrincipal, request: SyncRequestDto): Promise<SyncAnswer> {
    const now = this.clock.now();
    const { books, rejected } = checkedBooks(request);
    const asked = books.map(({ book: { hash, ...described } }) => ({ document: hash, ...described }));
    const { answers, newest, changed } = await this.transaction.run(async (tx) => {
      const matches = await this.matchDocuments.run(tx, device.userId, asked, now);
      // All at once, in order of file id: none of the parts then waits for a lock of its own.
      await lockFiles(tx, device.userId, fileIdsOf(matches));
      const synced = await this.syncParts(tx, device.userId, request, books, matches, now);
      await this.matchDocuments.noteLoose(tx, device.userId, request.deviceId, asked, matches, now);
      await this.devices.noteSeen(tx, device.userId, seenDevice(request, device), now);
      return { ...synced, changed: changedFilesOf(books, matches) };
    });
    // The lock is gone: to translate a place, a book may have to be read.
    const [places] = await Promise.all([
      this.newestPlaces.run(device.userId, request.deviceId, newest),
      this.anchorAnnotations.runWithin(ANCHORED_WITHIN_MILLISECONDS, device.userId, changed),
    ]);
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
    const answers = await this.takeInSync.run(tx, userId, request, books, matches, now);
    const shared = await this.progress.findSharedOf(tx, userId, fileIdsOf(matches));
    await this.resets.noteSent(tx, userId, request.deviceId, fileIdsOf(matches));
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

/** Files whose annotations the request changes. */
function changedFilesOf(books: readonly CheckedBook[], matches: Matches): number[] {
  return books.flatMap(({ book: { hash }, annotations, bookmarks }) => {
    const match = matches.get(hash);
    const changes = (annotations?.changes.length ?? 0) + (bookmarks?.request.changes.length ?? 0);
    return match?.kind === 'matched' && changes > 0 ? [match.bookFileId] : [];
  });
}

function fileIdsOf(matches: Matches): number[] {
  return [...matches.values()].flatMap((match) => (match.kind === 'matched' ? [match.bookFileId] : []));
}
