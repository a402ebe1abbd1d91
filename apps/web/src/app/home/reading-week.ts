import type { ReadingStatistics } from '@bookorbit/contracts';

/** One day of the last week. */
export interface WeekDay {
  /** `YYYY-MM-DD` */
  readonly day: string;
  readonly seconds: number;
  /** 0–1 of the day most was read on. */
  readonly share: number;
  readonly isToday: boolean;
}

const DAYS = 7;
const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;

/** The last seven days of the reader's own calendar, today last. */
export function lastWeek({ days, today }: Pick<ReadingStatistics, 'days' | 'today'>): readonly WeekDay[] {
  const secondsByDay = new Map(days.map(({ day, seconds }) => [day, seconds]));
  const week = Array.from({ length: DAYS }, (_, n) => dayBefore(today, DAYS - 1 - n));
  const most = Math.max(1, ...week.map((day) => secondsByDay.get(day) ?? 0));
  return week.map((day) => {
    const seconds = secondsByDay.get(day) ?? 0;
    return { day, seconds, share: seconds / most, isToday: day === today };
  });
}

function dayBefore(day: string, days: number): string {
  return new Date(Date.parse(day) - days * DAY_MILLISECONDS).toISOString().slice(0, 10);
}
