import { Injectable } from '@nestjs/common';
import { LIMITS, type ProgressPushAnswer } from '@bookorbit/contracts';
import { positionFromDevice, readTimeOf } from '@bookorbit/domain-progress';
import { type DevicePrincipal, DeviceRepository } from '../auth/index.ts';
import { Clock } from '../clock/index.ts';
import { Transaction } from '../database/index.ts';
import { checkItems, leavesBadItemsOut, seenDevice, serverEnvelope } from '../device/index.ts';
import { type DocumentMatch, MatchDocuments } from '../fingerprint/index.ts';
import { AdoptParkedProgress } from './adopt-parked-progress.ts';
import { type ParkedReport, ParkedProgressRepository } from './parked-progress.repository.ts';
import { ProgressItemDto, type ProgressPushDto } from './push-progress.dto.ts';
import { type NewReport, TakeInReports } from './take-in-reports.ts';

/** Takes in places the plugin reports, by when they were read. */
@Injectable()
export class PushProgress {
  constructor(
    private readonly transaction: Transaction,
    private readonly matchDocuments: MatchDocuments,
    private readonly takeInReports: TakeInReports,
    private readonly adoptParkedProgress: AdoptParkedProgress,
    private readonly parked: ParkedProgressRepository,
    private readonly devices: DeviceRepository,
    private readonly clock: Clock,
  ) {}

  async run(device: DevicePrincipal, request: ProgressPushDto): Promise<ProgressPushAnswer> {
    const now = this.clock.now();
    const { items: checked, rejected } = checkItems(
      ProgressItemDto,
      request.items,
      'items',
      LIMITS.progressItems,
      leavesBadItemsOut(request),
    );
    const items = checked.map(({ item }) => item);
    const asked = items.map(({ hash, ...described }) => ({ document: hash, ...described }));
    const matches = await this.transaction.run(async (tx) => {
      const found = await this.matchDocuments.run(tx, device.userId, asked, now);
      await this.adoptParkedProgress.run(tx, device.userId, filesOf(found));
      await this.takeInReports.run(
        tx,
        device.userId,
        items.flatMap((item) => fileReport(item, found.get(item.hash), request, now)),
        'whenRead',
      );
      const loose = items
        .filter(({ hash }) => found.get(hash)?.kind !== 'matched')
        .map((item) => parkedReport(item, request, now));
      if (loose.length > 0) {
        await this.parked.park(tx, device.userId, loose, false);
        await this.matchDocuments.noteLoose(tx, device.userId, request.deviceId, asked, found, now);
      }
      // Last, as on the stock route: rows locked in one order everywhere cannot deadlock.
      await this.devices.noteSeen(tx, device.userId, seenDevice(request, device), now);
      return found;
    });
    const isMatched = (hash: string) => matches.get(hash)?.kind === 'matched';
    return {
      ...serverEnvelope(now),
      results: items.filter(({ hash }) => isMatched(hash)).map(({ hash }) => ({ hash, accepted: true })),
      unmatched: [...new Set(items.map(({ hash }) => hash))].filter((hash) => !isMatched(hash)),
      ...(rejected.length > 0 && { rejected }),
    };
  }
}

function filesOf(matches: ReadonlyMap<string, DocumentMatch>): Map<string, number> {
  return new Map(
    [...matches].flatMap(([document, match]) => (match.kind === 'matched' ? [[document, match.bookFileId]] : [])),
  );
}

function fileReport(
  item: ProgressItemDto,
  match: DocumentMatch | undefined,
  request: ProgressPushDto,
  now: Date,
): NewReport[] {
  if (match?.kind !== 'matched') return [];
  const { progress, ...report } = parkedReport(item, request, now);
  return [{ ...report, bookFileId: match.bookFileId, source: 'koreader', position: positionFromDevice(progress) }];
}

function parkedReport(item: ProgressItemDto, request: ProgressPushDto, now: Date): ParkedReport {
  const seconds = now.getTime() / 1000;
  return {
    document: item.hash,
    deviceId: request.deviceId,
    deviceName: request.deviceModel ?? '',
    percentage: item.percentage,
    progress: item.progress,
    domVersion: item.domVersion,
    readAt: readTimeOf(item.timestamp, request, seconds),
    receivedAt: Math.floor(seconds),
  };
}
