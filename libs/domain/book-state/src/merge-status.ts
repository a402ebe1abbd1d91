import { type FieldReport, mergeField } from './merge-field.ts';
import { type DeviceStatus, type ReadingStatus, statusForDevice, statusFromDevice } from './reading-status.ts';
import type { StatusState } from './status-by-progress.ts';

/** What a device's word makes of the status. */
export type StatusDecision =
  { readonly isApplied: false } | { readonly isApplied: true; readonly status: ReadingStatus };

/**
 * Merges the status in the device's words, where on hold and abandoned, reading and rereading are one each: what a device cannot tell
 * apart it has not changed.
 *
 * @param known What the device last said; undefined when it never spoke.
 * @param hasFinished Whether the user finished the book before: reading it then is reading it again.
 * @param dayOf As for {@link mergeField}.
 */
export function mergeStatus(
  server: StatusState | undefined,
  known: DeviceStatus | undefined,
  report: FieldReport<DeviceStatus>,
  hasFinished: boolean,
  dayOf: (time: number) => string,
): StatusDecision {
  if (report.kind !== 'set') return { isApplied: false };
  const shown = server && statusForDevice(server.status);
  const merged = mergeField({ value: shown ?? null, changedAt: server?.setAt }, known, report, dayOf);
  const isTaken = merged.isApplied || (server !== undefined && isChoiceOverStep(server, shown, known, report, dayOf));
  if (!isTaken) return { isApplied: false };
  return {
    isApplied: true,
    status: report.value === 'reading' && hasFinished ? 'rereading' : statusFromDevice(report.value),
  };
}

/**
 * A choice that comes late stands over the automatic steps since, which are made anew after it (`readAfterChoice`), but not over a later
 * choice. A date alone cannot tell whether it came after an automatic Finished of the same day: then too the choice counts. KOReader sets
 * `reading` by itself when a book is opened, so without a time only the other two are surely choices.
 */
function isChoiceOverStep(
  server: StatusState,
  shown: DeviceStatus | undefined,
  known: DeviceStatus | undefined,
  report: Extract<FieldReport<DeviceStatus>, { kind: 'set' }>,
  dayOf: (time: number) => string,
): boolean {
  if (server.setBy === 'user' || report.value === known || report.value === shown) return false;
  if (report.changedAt !== undefined) return server.chosenAt === undefined || report.changedAt > server.chosenAt;
  if (report.value === 'reading') return false;
  return server.status === 'reading' || report.changedOn === dayOf(server.setAt);
}
