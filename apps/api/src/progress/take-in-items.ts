import { Injectable } from '@nestjs/common';
import type { DeviceEnvelope } from '@bookorbit/contracts';
import { positionFromDevice, readTimeOf } from '@bookorbit/domain-progress';
import type { EntityManager } from 'typeorm';
import type { DocumentMatch } from '../fingerprint/index.ts';
import { AdoptParkedProgress } from './adopt-parked-progress.ts';
import { type ParkedReport, ParkedProgressRepository } from './parked-progress.repository.ts';
import type { ProgressItemDto } from './push-progress.dto.ts';
import { type NewReport, TakeInReports } from './take-in-reports.ts';

/** Takes in places our plugin's requests carry: those of files, and for later those of documents without one. Runs inside the caller's transaction. */
@Injectable()
export class TakeInItems {
  constructor(
    private readonly takeInReports: TakeInReports,
    private readonly adoptParkedProgress: AdoptParkedProgress,
    private readonly parked: ParkedProgressRepository,
  ) {}

  /** @param matches What each item's document turned out to be, and others the request names. */
  async run(
    tx: EntityManager,
    userId: number,
    envelope: DeviceEnvelope,
    items: readonly ProgressItemDto[],
    matches: ReadonlyMap<string, DocumentMatch>,
    now: Date,
  ): Promise<void> {
    await this.adoptParkedProgress.run(tx, userId, filesOf(matches));
    const reports = items.flatMap((item) => fileReport(item, matches.get(item.hash), envelope, now));
    await this.takeInReports.run(tx, userId, reports, 'whenRead');
    const loose = items
      .filter(({ hash }) => matches.get(hash)?.kind !== 'matched')
      .map((item) => parkedReport(item, envelope, now));
    if (loose.length > 0) await this.parked.park(tx, userId, loose, false);
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
  envelope: DeviceEnvelope,
  now: Date,
): NewReport[] {
  if (match?.kind !== 'matched') return [];
  const { progress, ...report } = parkedReport(item, envelope, now);
  return [{ ...report, bookFileId: match.bookFileId, source: 'koreader', position: positionFromDevice(progress) }];
}

function parkedReport(item: ProgressItemDto, envelope: DeviceEnvelope, now: Date): ParkedReport {
  const seconds = now.getTime() / 1000;
  return {
    document: item.hash,
    deviceId: envelope.deviceId,
    deviceName: envelope.deviceModel ?? '',
    percentage: item.percentage,
    progress: item.progress,
    domVersion: item.domVersion,
    readAt: readTimeOf(item.timestamp, envelope, seconds),
    receivedAt: Math.floor(seconds),
  };
}
