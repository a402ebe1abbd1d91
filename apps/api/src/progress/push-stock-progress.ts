import { Injectable } from '@nestjs/common';
import type { StockProgressPushAnswer } from '@bookorbit/contracts';
import { positionFromDevice } from '@bookorbit/domain-progress';
import { type DevicePrincipal, DeviceRepository } from '../auth/index.ts';
import { Clock } from '../clock/index.ts';
import { Transaction } from '../database/index.ts';
import { MatchDocuments } from '../fingerprint/index.ts';
import { AdoptParkedProgress } from './adopt-parked-progress.ts';
import { ParkedProgressRepository } from './parked-progress.repository.ts';
import { type CheckedStockPush, documentKey } from './stock-progress.ts';
import { type ArrivingReport, PushSettledProgress } from './push-settled-progress.ts';
import { TakeInReports } from './take-in-reports.ts';

/** What is answered, and what only the feed is told. */
export interface StockPushOutcome {
  readonly answer: StockProgressPushAnswer;
  /** The document, if no book has it: its place is kept until one does. */
  readonly unmatched: readonly string[];
}

/** Takes in what stock KOReader pushes: it counts as read when it arrives, and the last write wins. */
@Injectable()
export class PushStockProgress {
  constructor(
    private readonly transaction: Transaction,
    private readonly pushSettledProgress: PushSettledProgress,
    private readonly matchDocuments: MatchDocuments,
    private readonly takeInReports: TakeInReports,
    private readonly adoptParkedProgress: AdoptParkedProgress,
    private readonly parked: ParkedProgressRepository,
    private readonly devices: DeviceRepository,
    private readonly clock: Clock,
  ) {}

  async run(device: DevicePrincipal, push: CheckedStockPush): Promise<StockPushOutcome> {
    const now = this.clock.now();
    const seconds = Math.floor(now.getTime() / 1000);
    const document = documentKey(push.document);
    const report: ArrivingReport = {
      deviceId: push.deviceId,
      deviceName: push.device,
      document,
      source: 'koreader',
      position: positionFromDevice(push.progress),
      percentage: push.percentage,
      readAt: seconds,
      receivedAt: seconds,
    };
    const isDone = await this.pushSettledProgress.run(device, report, now);
    const isMatched = isDone || (await this.takeTheLongWay(device, push, report, now));
    return {
      answer: { document: push.document, timestamp: seconds },
      unmatched: isMatched ? [] : [document],
    };
  }

  /** @returns Whether a book has the document. */
  private takeTheLongWay(
    device: DevicePrincipal,
    push: CheckedStockPush,
    report: ArrivingReport,
    now: Date,
  ): Promise<boolean> {
    const { document } = report;
    const asked = [{ document, title: push.title, authors: push.authors, filename: push.filename }];
    return this.transaction.run(async (tx) => {
      const matches = await this.matchDocuments.run(tx, device.userId, asked, now, true);
      const match = matches.get(document);
      if (match?.kind === 'matched') {
        const { bookFileId } = match;
        await this.adoptParkedProgress.run(tx, device.userId, new Map([[document, bookFileId]]));
        await this.takeInReports.run(tx, device.userId, [{ ...report, bookFileId }], 'whenItArrives');
      } else {
        await this.parked.park(tx, device.userId, [{ ...report, progress: push.progress }], true);
      }
      await this.matchDocuments.noteLoose(tx, device.userId, push.deviceId, asked, matches, now);
      const seen = { deviceId: push.deviceId, name: push.device, deviceKeyId: device.deviceKeyId };
      await this.devices.noteSeen(tx, device.userId, seen, now);
      return match?.kind === 'matched';
    });
  }
}
