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

/** Sets the place of a book by hand: back to the start, or to where it was before. It holds against devices that do not know yet. */
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
          for (const file of files) await this.setPlace(tx, user.userId, file.id, 0, startOf(file), now);
          return this.changeBookState.startOver(tx, user.userId, bookId);
        case 'stepBack': {
          const entry = await this.progress.findHistoryEntry(tx, user.userId, change.entryId);
          const file = files.find(({ id }) => id === entry?.bookFileId);
          const isHidden = entry?.source === 'koreader' && !user.permissions.includes('koreader_sync');
          if (!entry || !file || isHidden) throw new Refusal('not_found', 'There is no such entry in the history.');
          await this.setPlace(tx, user.userId, file.id, entry.percentage, entry.position, now);
          return this.changeBookState.stepBack(tx, user.userId, bookId);
        }
      }
    });
  }

  private async setPlace(
    tx: EntityManager,
    userId: number,
    bookFileId: number,
    percentage: number,
    position: Position,
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
      readAt: seconds,
      receivedAt: seconds,
      sequence: known.sequence,
    };
    await this.resets.set(tx, userId, [bookFileId], percentage, now);
    await this.progress.save(tx, userId, [{ bookFileId, own: [report], shared: report, news: [report] }]);
  }
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
