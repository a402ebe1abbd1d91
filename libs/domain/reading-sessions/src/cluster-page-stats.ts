import { inTimeOrder, type PageStat } from './page-stat.ts';

/** A pause longer than this ends a session. */
export const SESSION_GAP_SECONDS = 1800;
/** A session shorter than this is leafing, not reading. */
export const SHORTEST_SESSION_SECONDS = 10;

/** Nobody reads for 68 years: what damaged rows sum up to beyond is not counted, and fits into what databases hold seconds in. */
export const LONGEST_SESSION_SECONDS = 2_147_483_647;

/** One sitting with one file on one device. */
export interface ReadingSession {
  /** Unix seconds of the first page. */
  readonly startTime: number;
  /** Unix seconds at which the last page was left. */
  readonly endTime: number;
  /** Seconds read: the summed durations, but never more than the clock on the wall. */
  readonly duration: number;
  /** Different pages looked at. */
  readonly pages: number;
  readonly firstPage: number;
  readonly lastPage: number;
  /** Pages the book had at the end. */
  readonly totalPages: number;
}

/**
 * Groups the page stats of one file and device into reading sessions: a gap over 30 minutes starts a new one, and one under 10 seconds
 * is dropped.
 *
 * @param stats Distinct by page and start time, in any order.
 */
export function clusterPageStats(stats: readonly PageStat[]): ReadingSession[] {
  return sittingsOf(stats)
    .map(sessionOf)
    .filter(({ duration }) => duration >= SHORTEST_SESSION_SECONDS);
}

/** @returns The stats of each sitting, those too short to count included, in order of time. */
export function sittingsOf(stats: readonly PageStat[]): PageStat[][] {
  const sittings: PageStat[][] = [];
  let sitting: PageStat[] = [];
  let readUntil = Number.NEGATIVE_INFINITY;
  for (const stat of [...stats].sort(inTimeOrder)) {
    if (stat.startTime - readUntil > SESSION_GAP_SECONDS) {
      sitting = [];
      sittings.push(sitting);
    }
    sitting.push(stat);
    readUntil = Math.max(readUntil, stat.startTime + stat.duration);
  }
  return sittings;
}

/** @param sitting At least one page, in order of time. */
export function sessionOf(sitting: readonly PageStat[]): ReadingSession {
  const [first] = sitting;
  const last = sitting.at(-1);
  if (!first || !last) throw new Error('a sitting has at least one page');
  const endTime = sitting.reduce(
    (end, { startTime, duration }) => Math.max(end, startTime + duration),
    first.startTime,
  );
  const summed = sitting.reduce((sum, { duration }) => sum + duration, 0);
  return {
    startTime: first.startTime,
    endTime,
    duration: countedSeconds(summed, endTime - first.startTime),
    pages: new Set(sitting.map(({ page }) => page)).size,
    firstPage: first.page,
    lastPage: last.page,
    totalPages: last.totalPages,
  };
}

/** @returns What counts of a sitting's summed durations, given the time on the wall clock. */
export function countedSeconds(summed: number, wall: number): number {
  return Math.min(summed, wall, LONGEST_SESSION_SECONDS);
}
