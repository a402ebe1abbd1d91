import type { ReadingStatistics } from '@bookorbit/contracts';

type Day = ReadingStatistics['days'][number];

/** How days are put together. */
export const PERIODS = ['day', 'week', 'month'] as const;
export type Period = (typeof PERIODS)[number];

/** A day, a week from Monday, or a month: `start` is its first day. */
export interface PeriodSum {
  readonly start: string;
  readonly seconds: number;
}

/** Most bars a chart shows; the latest. */
export const MOST_PERIODS: Readonly<Record<Period, number>> = { day: 31, week: 53, month: 60 };
const DAY_MS = 86_400_000;

/**
 * Reading time by day, week or month, without a gap, oldest first: the latest of what lies from the first day that was read up to `until`.
 *
 * @param until The last day that counts, `YYYY-MM-DD`.
 */
export function sumsByPeriod(days: readonly Day[], period: Period, until: string): readonly PeriodSum[] {
  const [first] = days;
  if (first === undefined) return [];
  const secondsByStart = new Map<string, number>();
  for (const { day, seconds } of days) {
    const start = startOf(day, period);
    secondsByStart.set(start, (secondsByStart.get(start) ?? 0) + seconds);
  }
  const sums: PeriodSum[] = [];
  const earliest = startOf(first.day, period);
  let start = startOf(until, period);
  while (start >= earliest && sums.length < MOST_PERIODS[period]) {
    sums.push({ start, seconds: secondsByStart.get(start) ?? 0 });
    start = startOf(dayBefore(start), period);
  }
  return sums.reverse();
}

/** Whether reading lies before the first of `sums`. */
export function isCut(days: readonly Day[], period: Period, sums: readonly PeriodSum[]): boolean {
  const [[first], [earliest]] = [days, sums];
  return first !== undefined && earliest !== undefined && startOf(first.day, period) < earliest.start;
}

/** How many books were read to the end in each month, without a gap, oldest first. */
export function finishedByMonth(
  finished: ReadingStatistics['finished'],
  until: string,
): readonly { readonly start: string; readonly count: number }[] {
  const asDays = finished.map(({ day }) => ({ day, seconds: 1, books: 1 }));
  return sumsByPeriod(asDays, 'month', until).map(({ start, seconds }) => ({ start, count: seconds }));
}

/** First and last day of a year as a heat map shows it: a calendar year, or the twelve months up to `today`. */
export function heatMapRange(year: number | undefined, today: string): readonly [string, string] {
  if (year !== undefined) return [`${year}-01-01`, `${year}-12-31`];
  const back = new Date(today);
  back.setUTCFullYear(back.getUTCFullYear() - 1);
  return [dayAfter(dayOf(back)), today];
}

function startOf(day: string, period: Period): string {
  switch (period) {
    case 'day':
      return day;
    case 'week': {
      const date = new Date(day);
      const sinceMonday = (date.getUTCDay() + 6) % 7;
      return dayOf(new Date(date.getTime() - sinceMonday * DAY_MS));
    }
    case 'month':
      return `${day.slice(0, 7)}-01`;
  }
}

function dayBefore(day: string): string {
  return dayOf(new Date(Date.parse(day) - DAY_MS));
}

function dayAfter(day: string): string {
  return dayOf(new Date(Date.parse(day) + DAY_MS));
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}
