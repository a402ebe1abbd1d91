import { Injectable } from '@nestjs/common';
import { LIMITS, type PageStatsAnswer, type RejectedItem } from '@bookorbit/contracts';
import { type DevicePrincipal, DeviceRepository } from '../auth/index.ts';
import { Clock } from '../clock/index.ts';
import { Transaction } from '../database/index.ts';
import { checkItems, leavesBadItemsOut, seenDevice, serverEnvelope } from '../device/index.ts';
import { MatchDocuments } from '../fingerprint/index.ts';
import { checkEventCount, type CheckedStats, checkPageStats } from './check-page-stats.ts';
import { PageStatsBookDto, type PageStatsPushDto } from './page-stats.dto.ts';
import { type FileStats, TakeInPageStats } from './take-in-page-stats.ts';

/** Takes in the page stats a device uploads. */
@Injectable()
export class PushPageStats {
  constructor(
    private readonly transaction: Transaction,
    private readonly matchDocuments: MatchDocuments,
    private readonly takeInPageStats: TakeInPageStats,
    private readonly devices: DeviceRepository,
    private readonly clock: Clock,
  ) {}

  async run(device: DevicePrincipal, request: PageStatsPushDto): Promise<PageStatsAnswer> {
    const now = this.clock.now();
    const { books, rejected } = booksOf(request);
    const asked = books.map(({ book }) => ({
      document: book.hash,
      contentSignature: book.contentSignature,
      alsoKnownAs: book.alsoKnownAs,
    }));
    return this.transaction.run(async (tx) => {
      const matches = await this.matchDocuments.run(tx, device.userId, asked, now);
      const files = books.flatMap(({ book, stats }): FileStats[] => {
        const match = matches.get(book.hash);
        return match?.kind === 'matched'
          ? [{ bookFileId: match.bookFileId, hash: book.hash, stats, rowCount: book.rowCount }]
          : [];
      });
      const results = await this.takeInPageStats.run(tx, device.userId, request.deviceId, files, now);
      // Last, as wherever a device is noted: rows locked in one order everywhere cannot deadlock.
      await this.devices.noteSeen(tx, device.userId, seenDevice(request, device), now);
      return {
        ...serverEnvelope(now),
        results,
        unmatched: [...new Set(books.map(({ book }) => book.hash))].filter(
          (hash) => matches.get(hash)?.kind !== 'matched',
        ),
        ...(rejected.length > 0 && { rejected }),
      };
    });
  }
}

function booksOf(request: PageStatsPushDto): {
  books: { book: PageStatsBookDto; stats: CheckedStats }[];
  rejected: RejectedItem[];
} {
  const leavesOut = leavesBadItemsOut(request);
  const checked = checkItems(PageStatsBookDto, request.books, 'books', LIMITS.pageStatsBooks, leavesOut);
  const rejected = [...checked.rejected];
  const books = checked.items.map(({ item, path }) => ({
    book: item,
    stats: checkPageStats(item, path, leavesOut, rejected),
  }));
  checkEventCount(books.map(({ stats }) => stats));
  return { books, rejected };
}
