/** The instants a day begins and ends at are the caller's: they depend on a zone. */
export interface DayOfChange {
  /** `YYYY-MM-DD` */
  readonly today: string;
  /** Unix seconds of the last second of a day. */
  readonly endOf: (day: string) => number;
}

/**
 * When a device changed a field: the time it says; of a date alone the end of that day, so that a later word of the same day does not lose
 * to it; else now. Never after now.
 */
export function changeTimeOf(
  report: { readonly changedAt?: number; readonly changedOn?: string },
  { today, endOf }: DayOfChange,
  now: number,
): number {
  if (report.changedAt !== undefined) return Math.min(report.changedAt, now);
  if (report.changedOn === undefined || report.changedOn >= today) return now;
  return Math.min(endOf(report.changedOn), now);
}
