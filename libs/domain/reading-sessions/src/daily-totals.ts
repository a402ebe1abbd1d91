import { countedSeconds, SHORTEST_SESSION_SECONDS, sittingsOf } from './cluster-page-stats.ts';
import type { PageStat } from './page-stat.ts';

/** Tells days apart in somebody's time zone, daylight saving included. */
export interface Calendar {
  /** @returns The day an instant lies in, and when the next one begins, unix seconds. */
  dayOf(time: number): { readonly day: string; readonly endTime: number };
}

/**
 * Seconds read on each day: those of the sessions of one file and device, split at local midnight. They sum up to the sessions' durations.
 *
 * @param stats Distinct by page and start time, in any order.
 * @returns Seconds by day, `YYYY-MM-DD`.
 */
export function dailyTotals(stats: readonly PageStat[], calendar: Calendar): Map<string, number> {
  const totals = new Map<string, number>();
  for (const sitting of sittingsOf(stats)) {
    for (const [day, seconds] of sittingDays(sitting, calendar)) totals.set(day, (totals.get(day) ?? 0) + seconds);
  }
  return totals;
}

/** Seconds of one sitting by day; nothing of one too short to count. */
export function sittingDays(sitting: readonly PageStat[], calendar: Calendar): Map<string, number> {
  const [first] = sitting;
  if (!first) return new Map();
  let endTime = first.startTime;
  let total = 0;
  for (const { startTime, duration } of sitting) {
    endTime = Math.max(endTime, startTime + duration);
    total += duration;
  }
  const counted = countedSeconds(total, endTime - first.startTime);
  if (counted < SHORTEST_SESSION_SECONDS) return new Map();
  const { day, endTime: midnight } = calendar.dayOf(first.startTime);
  // Nearly every sitting: its pages need not be looked at one by one.
  if (endTime <= midnight) return new Map([[day, counted]]);
  return shrink(secondsByDay(sitting, calendar), total, counted);
}

/** Seconds of all pages by day, those of pages that overlap twice. */
function secondsByDay(sitting: readonly PageStat[], calendar: Calendar): Map<string, number> {
  const seconds = new Map<string, number>();
  for (const { startTime, duration } of sitting) {
    for (const [day, part] of splitAtMidnight(startTime, startTime + duration, calendar)) {
      seconds.set(day, (seconds.get(day) ?? 0) + part);
    }
  }
  return seconds;
}

function splitAtMidnight(startTime: number, endTime: number, calendar: Calendar): [string, number][] {
  const parts: [string, number][] = [];
  let from = startTime;
  while (from < endTime) {
    const { day, endTime: midnight } = calendar.dayOf(from);
    const until = Math.min(endTime, midnight);
    parts.push([day, until - from]);
    from = until;
  }
  return parts;
}

/** Overlapping pages sum up to more than the wall clock: each day gives its share, in whole seconds that sum up exactly. */
function shrink(seconds: ReadonlyMap<string, number>, total: number, counted: number): Map<string, number> {
  if (total === counted) return new Map(seconds);
  const shrunk = new Map<string, number>();
  let before = 0;
  let given = 0;
  for (const [day, part] of seconds) {
    before += part;
    const upTo = Math.round((before * counted) / total);
    shrunk.set(day, upTo - given);
    given = upTo;
  }
  return shrunk;
}
