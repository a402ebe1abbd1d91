import { Injectable } from '@nestjs/common';
import { type PlaceChange, WEB_READER_DEVICE } from '@bookorbit/contracts';
import type { Position } from '@bookorbit/domain-progress';
import type { EntityManager } from 'typeorm';
import type { UserPrincipal } from '../auth/index.ts';
import { ChangeBookState } from '../book-states/index.ts';
import { Clock } from '../clock/index.ts';
import { lockFiles, Transaction } from '../database/index.ts';
import { Refusal } from '../http/index.ts';
import { type AccessibleFile, AccessibleFiles } from '../libraries/index.ts';
import { ProgressRepository, type StoredReport } from './progress.repository.ts';
import { ResetRepository } from './reset.repository.ts';

/** Sets the place of a book by hand: back to the start, to where it was before, or to where one source is. It holds against devices that do not know yet. */
@Injectable()
export class SetPlace {
  constructor(
    private readonly transaction: Transaction,
    private readonly files: AccessibleFiles,
    private readonly progress: ProgressRepository,
    private readonly resets: ResetRepository,
    private readonly changeBookState: ChangeBookState,
    private readonly clock: Clock,
  ) {}

  async run(user: UserPrincipal, bookId: number, change: PlaceChange): Promise<void> {
    const now = this.clock.now();
    await this.transaction.run(async (tx) => {
      const files = await this.files.findFilesOfBook(tx, user.userId, bookId);
      if (files.length === 0) throw new Refusal('not_found', 'There is no such book.');
      await lockFiles(
        tx,
        user.userId,
        files.map(({ id }) => id),
      );
      switch (change.kind) {
        case 'startOver':
          for (const file of files)
            await this.setPlace(tx, user.userId, file.id, { percentage: 0, position: startOf(file) }, now);
          return this.changeBookState.startOver(tx, user.userId, bookId);
        case 'stepBack': {
          const entry = await this.progress.findHistoryEntry(tx, user.userId, change.entryId);
          const file = files.find(({ id }) => id === entry?.bookFileId);
          if (!entry || !file || isHidden(entry, user))
            throw new Refusal('not_found', 'There is no such entry in the history.');
          await this.setPlace(tx, user.userId, file.id, entry, now);
          return this.changeBookState.stepBack(tx, user.userId, bookId);
        }
        case 'use': {
          const file = files.find(({ id }) => id === change.fileId);
          const place = file && (await this.progress.findOwn(tx, user.userId, file.id, change.deviceId));
          if (!file || !place || isHidden(place, user)) throw new Refusal('not_found', 'There is no such source.');
          const shared = await this.progress.findShared(tx, user.userId, file.id);
          await this.setPlace(tx, user.userId, file.id, place, now);
          const isBack = shared !== undefined && place.percentage < shared.percentage;
          return isBack ? this.changeBookState.stepBack(tx, user.userId, bookId) : undefined;
        }
      }
    });
  }

  private async setPlace(
    tx: EntityManager,
    userId: number,
    bookFileId: number,
    { percentage, position, domVersion }: Pick<StoredReport, 'percentage' | 'position' | 'domVersion'>,
    now: Date,
  ): Promise<void> {
    const seconds = Math.floor(now.getTime() / 1000);
    const deviceId = WEB_READER_DEVICE.id;
    const [known] = await this.progress.findKnown(tx, userId, [{ bookFileId, deviceId }]);
    if (!known) throw new Error('a report has no number');
    const report: StoredReport = {
      deviceId,
      deviceName: WEB_READER_DEVICE.name,
      source: 'web',
      percentage,
      position,
      domVersion,
      readAt: seconds,
      receivedAt: seconds,
      sequence: known.sequence,
    };
    await this.resets.set(tx, userId, [bookFileId], percentage, now);
    await this.progress.save(tx, userId, [{ bookFileId, own: [report], shared: report, news: [report] }]);
  }
}

function isHidden({ source }: StoredReport, user: UserPrincipal): boolean {
  return source === 'koreader' && !user.permissions.includes('koreader_sync');
}

/** Where a file begins, in the words of devices, which jump by them. */
function startOf({ format }: AccessibleFile): Position {
  switch (format) {
    case 'epub':
    case 'kepub':
      return { xpointer: '/body/DocFragment[1].0' };
    case 'pdf':
    case 'cbz':
      return { page: '1' };
    case 'fb2':
    case 'mobi':
    case 'azw3':
      return {};
  }
}
