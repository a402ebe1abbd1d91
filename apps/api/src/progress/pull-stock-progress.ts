import { Injectable } from '@nestjs/common';
import { KOBO_DEVICE, type StockProgressAnswer, WEB_READER_DEVICE } from '@bookorbit/contracts';
import type { DevicePrincipal } from '../auth/index.ts';
import { Clock } from '../clock/index.ts';
import { Transaction } from '../database/index.ts';
import { MatchDocuments } from '../fingerprint/index.ts';
import { AdoptParkedProgress } from './adopt-parked-progress.ts';
import { ParkedProgressRepository } from './parked-progress.repository.ts';
import { ProgressRepository, type StoredReport } from './progress.repository.ts';
import { SettledProgressRepository } from './settled-progress.repository.ts';
import { documentKey } from './stock-progress.ts';

/** Answers with the newest place in a document, of whatever device. */
@Injectable()
export class PullStockProgress {
  constructor(
    private readonly transaction: Transaction,
    private readonly matchDocuments: MatchDocuments,
    private readonly adoptParkedProgress: AdoptParkedProgress,
    private readonly settled: SettledProgressRepository,
    private readonly progress: ProgressRepository,
    private readonly parked: ParkedProgressRepository,
    private readonly clock: Clock,
  ) {}

  /** @returns `{}` when nothing is known. */
  async run(device: DevicePrincipal, document: string): Promise<StockProgressAnswer | Record<string, never>> {
    const key = documentKey(document);
    const settled = await this.settled.findForPull(device.userId, key);
    if (settled) return settled.shared ? sharedAnswer(document, settled.shared) : {};
    return this.transaction.run(async (tx) => {
      const matches = await this.matchDocuments.run(tx, device.userId, [{ document: key }], this.clock.now(), true);
      const match = matches.get(key);
      if (match?.kind === 'matched') {
        await this.adoptParkedProgress.run(tx, device.userId, new Map([[key, match.bookFileId]]));
        const shared = await this.progress.findShared(tx, device.userId, match.bookFileId);
        return shared ? sharedAnswer(document, shared) : {};
      }
      const parked = await this.parked.findNewest(tx, device.userId, key);
      return parked ? answerOf(document, { ...parked, source: 'koreader' }, parked.progress) : {};
    });
  }
}

function sharedAnswer(document: string, shared: StoredReport): StockProgressAnswer {
  return answerOf(document, shared, shared.position.xpointer ?? shared.position.page);
}

function answerOf(
  document: string,
  report: Pick<StoredReport, 'deviceId' | 'deviceName' | 'percentage' | 'readAt' | 'receivedAt' | 'source'>,
  progress: string | undefined,
): StockProgressAnswer {
  const device = deviceOf(report);
  return {
    document,
    percentage: report.percentage,
    progress: progress ?? '',
    device: device.name,
    device_id: device.id,
    timestamp: Math.floor(report.readAt ?? report.receivedAt),
  };
}

function deviceOf(report: Pick<StoredReport, 'deviceId' | 'deviceName' | 'source'>): { name: string; id: string } {
  switch (report.source) {
    case 'koreader':
      return { name: report.deviceName, id: report.deviceId };
    case 'web':
      return WEB_READER_DEVICE;
    case 'kobo':
      return KOBO_DEVICE;
  }
}
