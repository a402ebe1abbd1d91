import { isSamePlace, type Place, type ProgressSource } from './place.ts';

/** One report of one source, as it is kept. */
export interface ProgressReport extends Place {
  /** The device, or the fixed id of the web reader or Kobo. */
  readonly deviceId: string;
  readonly source: ProgressSource;
  /** When it was read, unix seconds by the server's clock; undefined when the device's clock could not be believed. */
  readonly readAt?: number;
  /** Rises with every report the server takes in: decides within one second. */
  readonly sequence: number;
}

/** What is known of a file before a report comes in. */
export interface FileProgress {
  /** The newest place of all sources. */
  readonly shared?: ProgressReport;
  /** The place the reporting source was last known at. */
  readonly own?: ProgressReport;
}

/** What a report changes. What is absent stays as it is. */
export interface ProgressDecision {
  readonly own?: ProgressReport;
  readonly shared?: ProgressReport;
  /** Whether the report belongs into the history: repeats of one place do not. */
  readonly isNews: boolean;
}

/**
 * Takes a report in.
 *
 * - The shared place is the one read last; a late upload of old reading changes its own source's row at most.
 * - Saying the same place again is not reading: it never makes an old place new.
 * - Without a believable time a report moves its own source's row; the shared place only if there is none, or if it is this source's own
 *   and had no time either.
 *
 * @param report Its `readAt` comes from `readTimeOf`.
 */
export function acceptReport(known: FileProgress, report: ProgressReport): ProgressDecision {
  if (known.own && isSamePlace(known.own, report)) return acceptRepeat(known, known.own, report);
  return {
    own: !known.own || replacesOwn(known.own, report) ? report : undefined,
    shared: replacesShared(known.shared, report) ? report : undefined,
    isNews: true,
  };
}

/**
 * Takes in a report that counts as read when it arrives, whatever came before: the last write wins, backwards too.
 * Stock KOReader sends these.
 */
export function acceptArrival(known: FileProgress, report: ProgressReport): ProgressDecision {
  const isNews = !known.own || !isSamePlace(known.own, report) || known.shared?.deviceId !== report.deviceId;
  return { own: report, shared: report, isNews };
}

/** @returns The newer of two reports: by the second it was read in, then by sequence; any known time is newer than none. */
export function newerOf(a: ProgressReport, b: ProgressReport): ProgressReport {
  return compareReadTime(a, b) >= 0 ? a : b;
}

/** @returns The newest of many, or undefined of none: the canonical progress. */
export function newestOf(reports: readonly ProgressReport[]): ProgressReport | undefined {
  return reports.reduce<ProgressReport | undefined>(
    (newest, report) => (newest ? newerOf(newest, report) : report),
    undefined,
  );
}

function acceptRepeat(known: FileProgress, own: ProgressReport, report: ProgressReport): ProgressDecision {
  // The first believable time for this place is the one it was read at.
  const isTimeLearnt = own.readAt === undefined && report.readAt !== undefined;
  if (!isTimeLearnt) return { isNews: false };
  return { own: report, shared: replacesShared(known.shared, report) ? report : undefined, isNews: true };
}

function replacesOwn(own: ProgressReport, report: ProgressReport): boolean {
  if (own.readAt === undefined || report.readAt === undefined) return report.sequence > own.sequence;
  return compareReadTime(report, own) > 0;
}

function replacesShared(shared: ProgressReport | undefined, report: ProgressReport): boolean {
  if (!shared) return true;
  if (report.readAt === undefined)
    return shared.readAt === undefined && shared.deviceId === report.deviceId && report.sequence > shared.sequence;
  return compareReadTime(report, shared) > 0;
}

function compareReadTime(a: ProgressReport, b: ProgressReport): number {
  return (a.readAt ?? -1) - (b.readAt ?? -1) || a.sequence - b.sequence;
}
