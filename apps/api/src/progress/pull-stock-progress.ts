import { Injectable } from '@nestjs/common';
import { KOBO_DEVICE, type StockProgressAnswer, WEB_READER_DEVICE } from '@bookorbit/contracts';
import type { DevicePrincipal } from '../auth/index.ts';
import { DataSource } from 'typeorm';
import { Clock } from '../clock/index.ts';
import { Transaction } from '../database/index.ts';
import { MatchDocuments } from '../fingerprint/index.ts';
import { AdoptParkedProgress } from './adopt-parked-progress.ts';
import { type ParkedReport, ParkedProgressRepository } from './parked-progress.repository.ts';
import { PlaceForDevice } from './place-for-device.ts';
import { PlaceQuoteRepository } from './place-quote.repository.ts';
import { ProgressRepository, type StoredReport } from './progress.repository.ts';
import { ResetRepository } from './reset.repository.ts';
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
    private readonly resets: ResetRepository,
    private readonly parked: ParkedProgressRepository,
    private readonly quotes: PlaceQuoteRepository,
    private readonly placeForDevice: PlaceForDevice,
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
  ) {}

  /** @returns `{}` when nothing is known. */
  async run(device: DevicePrincipal, document: string): Promise<StockProgressAnswer | Record<string, never>> {
    const key = documentKey(document);
    const settled = await this.settled.findForPull(device.userId, key);
    const found = settled ?? (await this.findTheLongWay(device, key));
    if ('parked' in found) {
      const { parked } = found;
      return parked ? answerOf(document, { ...parked, source: 'koreader' }, parked.progress) : {};
    }
    const { bookFileId, shared, isRewritten } = found;
    if (!shared) return {};
    const native = shared.position.xpointer ?? shared.position.page;
    if (native !== undefined && !isRewritten) return answerOf(document, shared, native);
    // Outside of any transaction: a book may have to be read first.
    const { manager } = this.dataSource;
    const place = await this.placeForDevice.run(manager, device.userId, bookFileId, shared, { document: key });
    // A stock client jumps by a pointer only; without one it stays where it is.
    return answerOf(document, shared, place.candidates.find(({ kind }) => kind !== 'percent')?.position);
  }

  private findTheLongWay(device: DevicePrincipal, key: string): Promise<FoundPlace> {
    return this.transaction.run(async (tx) => {
      const matches = await this.matchDocuments.run(tx, device.userId, [{ document: key }], this.clock.now(), true);
      const match = matches.get(key);
      if (match?.kind !== 'matched') return { parked: await this.parked.findNewest(tx, device.userId, key) };
      const { bookFileId } = match;
      await this.adoptParkedProgress.run(tx, device.userId, new Map([[key, bookFileId]]));
      const shared = await this.progress.findShared(tx, device.userId, bookFileId);
      await this.resets.noteSentByKey(tx, device.userId, device.deviceKeyId, bookFileId);
      const { isRewritten } = await this.quotes.findBackground(tx, device.userId, bookFileId);
      return { bookFileId, shared, isRewritten };
    });
  }
}

/** The newest place in a document: of the file it is, or parked as long as it is none. */
type FoundPlace =
  | { readonly bookFileId: number; readonly shared?: StoredReport; readonly isRewritten: boolean }
  | { readonly parked: ParkedReport | undefined };

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
