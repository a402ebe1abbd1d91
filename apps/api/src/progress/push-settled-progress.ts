import { Injectable } from '@nestjs/common';
import { statusByProgress, USUAL_THRESHOLDS } from '@bookorbit/domain-book-state';
import { acceptArrival } from '@bookorbit/domain-progress';
import type { DevicePrincipal } from '../auth/index.ts';
import type { StoredReport } from './progress.repository.ts';
import { type SettledPush, SettledProgressRepository } from './settled-progress.repository.ts';

/** How long a device need not be written down again. */
const SEEN_FOR_SECONDS = 60;

/** A stock push, before it has its number. */
export type ArrivingReport = Omit<StoredReport, 'sequence'> & { readonly document: string };

/** The short way for stock pushes: a settled file, a device seen within the minute, no change of status. Two statements. */
@Injectable()
export class PushSettledProgress {
  constructor(private readonly progress: SettledProgressRepository) {}

  /** @returns False when this push has to go the long way; nothing has happened then. */
  async run(device: DevicePrincipal, report: ArrivingReport, now: Date): Promise<boolean> {
    const known = await this.progress.findForPush(device.userId, report.document, report.deviceId);
    if (!known || !isSeen(known, device, report, now) || changesStatus(known, report)) return false;
    const numbered = { ...report, sequence: (known.shared?.sequence ?? 0) + 1 };
    const { isNews } = acceptArrival(known, numbered);
    return this.progress.save(device.userId, known, numbered, isNews);
  }
}

function isSeen({ device: known }: SettledPush, device: DevicePrincipal, report: ArrivingReport, now: Date): boolean {
  return (
    known !== undefined &&
    known.keyId === device.deviceKeyId &&
    (report.deviceName === '' || report.deviceName === known.name) &&
    now.getTime() / 1000 - known.lastSeenAt < SEEN_FOR_SECONDS
  );
}

function changesStatus({ status, thresholds }: SettledPush, { percentage, readAt }: ArrivingReport): boolean {
  const { reading, finished } = USUAL_THRESHOLDS;
  const from = { reading: thresholds.reading ?? reading, finished: thresholds.finished ?? finished };
  return statusByProgress(status, percentage, readAt ?? 0, from) !== undefined;
}
