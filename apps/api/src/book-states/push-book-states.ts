import { Injectable } from '@nestjs/common';
import { type BookStatesAnswer, LIMITS } from '@bookorbit/contracts';
import { type DevicePrincipal, DeviceRepository } from '../auth/index.ts';
import { Clock } from '../clock/index.ts';
import { Transaction } from '../database/index.ts';
import { checkItems, leavesBadItemsOut, seenDevice, serverEnvelope } from '../device/index.ts';
import { MatchDocuments } from '../fingerprint/index.ts';
import { reportFromItem } from './book-state-report.ts';
import { BookStateItemDto, type BookStatesPushDto } from './book-states.dto.ts';
import { type FileBookState, MergeBookStates } from './merge-book-states.ts';

/** Takes in status, rating and review of books a device reports, and answers with the server's. */
@Injectable()
export class PushBookStates {
  constructor(
    private readonly transaction: Transaction,
    private readonly matchDocuments: MatchDocuments,
    private readonly mergeBookStates: MergeBookStates,
    private readonly devices: DeviceRepository,
    private readonly clock: Clock,
  ) {}

  async run(device: DevicePrincipal, request: BookStatesPushDto): Promise<BookStatesAnswer> {
    const now = this.clock.now();
    const leavesOut = leavesBadItemsOut(request);
    const { items, rejected } = checkItems(BookStateItemDto, request.books, 'books', LIMITS.bookStates, leavesOut);
    const books = items.map(({ item }) => item);
    const asked = books.map(({ hash, ...described }) => ({ document: hash, ...described }));
    return this.transaction.run(async (tx) => {
      const matches = await this.matchDocuments.run(tx, device.userId, asked, now);
      const files = books.flatMap((item): FileBookState[] => {
        const match = matches.get(item.hash);
        const report = reportFromItem(item, request, now.getTime() / 1000);
        return match?.kind === 'matched' ? [{ bookFileId: match.bookFileId, hash: item.hash, report }] : [];
      });
      const results = await this.mergeBookStates.run(tx, device.userId, request.deviceId, files, now);
      // Last, as wherever a device is noted: rows locked in one order everywhere cannot deadlock.
      await this.devices.noteSeen(tx, device.userId, seenDevice(request, device), now);
      return {
        ...serverEnvelope(now),
        results,
        unmatched: [...new Set(books.map(({ hash }) => hash))].filter((hash) => matches.get(hash)?.kind !== 'matched'),
        ...(rejected.length > 0 && { rejected }),
      };
    });
  }
}
