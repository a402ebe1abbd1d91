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
import { TakeInReports } from './take-in-reports.ts';

/** Takes in what stock KOReader pushes: it counts as read when it arrives, and the last write wins. */
@Injectable()
export class PushStockProgress {
  constructor(
    private readonly transaction: Transaction,
    private readonly matchDocuments: MatchDocuments,
    private readonly takeInReports: TakeInReports,
    private readonly adoptParkedProgress: AdoptParkedProgress,
    private readonly parked: ParkedProgressRepository,
    private readonly devices: DeviceRepository,
    private readonly clock: Clock,
  ) {}

  async run(device: DevicePrincipal, push: CheckedStockPush): Promise<StockProgressPushAnswer> {
    const now = this.clock.now();
    const seconds = Math.floor(now.getTime() / 1000);
    const document = documentKey(push.document);
    const asked = [{ document, title: push.title, authors: push.authors, filename: push.filename }];
    const report = {
      deviceId: push.deviceId,
      deviceName: push.device,
      document,
      percentage: push.percentage,
      readAt: seconds,
      receivedAt: seconds,
    };
    await this.transaction.run(async (tx) => {
      const matches = await this.matchDocuments.run(tx, device.userId, asked, now, true);
      const match = matches.get(document);
      if (match?.kind === 'matched') {
        await this.adoptParkedProgress.run(tx, device.userId, new Map([[document, match.bookFileId]]));
        const position = positionFromDevice(push.progress);
        await this.takeInReports.run(
          tx,
          device.userId,
          [{ ...report, bookFileId: match.bookFileId, source: 'koreader', position }],
          'whenItArrives',
        );
      } else {
        await this.parked.park(tx, device.userId, [{ ...report, progress: push.progress }], true);
        await this.matchDocuments.noteLoose(tx, device.userId, push.deviceId, asked, matches, now);
      }
      await this.devices.noteSeen(
        tx,
        device.userId,
        { deviceId: push.deviceId, name: push.device, deviceKeyId: device.deviceKeyId },
        now,
      );
    });
    return { document: push.document, timestamp: seconds };
  }
}
