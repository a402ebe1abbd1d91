import { Injectable } from '@nestjs/common';
import type { SweepAnswer } from '@bookorbit/contracts';
import { type DevicePrincipal, DeviceRepository } from '../auth/index.ts';
import { Clock } from '../clock/index.ts';
import { Transaction } from '../database/index.ts';
import { seenDevice, serverEnvelope } from '../device/index.ts';
import { readLibraryVersion } from '../libraries/index.ts';
import type { SweepReportDto } from './sweep.dto.ts';

/** Takes in what a device reports at the end of a run over all its books. */
@Injectable()
export class ReportSweep {
  constructor(
    private readonly transaction: Transaction,
    private readonly devices: DeviceRepository,
    private readonly clock: Clock,
  ) {}

  run(device: DevicePrincipal, report: SweepReportDto): Promise<SweepAnswer> {
    const now = this.clock.now();
    const { booksMatched = 0, pageStatsUploaded = 0, annotationsUpserted = 0 } = report;
    return this.transaction.run(async (tx) => {
      await tx.query(
        `INSERT INTO device_sweeps (user_id, device_id, swept_at, books_matched, page_stats_uploaded, annotations_upserted, plugin_version)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (user_id, device_id) DO UPDATE SET swept_at = excluded.swept_at, books_matched = excluded.books_matched,
           page_stats_uploaded = excluded.page_stats_uploaded, annotations_upserted = excluded.annotations_upserted,
           plugin_version = excluded.plugin_version`,
        [
          device.userId,
          report.deviceId,
          now,
          booksMatched,
          pageStatsUploaded,
          annotationsUpserted,
          report.pluginVersion ?? null,
        ],
      );
      await this.devices.noteSeen(tx, device.userId, seenDevice(report, device), now);
      const envelope = serverEnvelope(now);
      return { ...envelope, ok: true, lastSweepAt: envelope.serverTime, libraryVersion: await readLibraryVersion(tx) };
    });
  }
}
