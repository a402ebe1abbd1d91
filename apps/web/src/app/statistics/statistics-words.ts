import type { ReadingSource, ReadingStatistics } from '@bookorbit/contracts';
import { sayDuration } from '../ui/index.ts';
import type { Period } from './reading-days.ts';

/** A name and a number people can read. */
export interface Fact {
  readonly name: string;
  readonly value: string;
}

export const PERIOD_LABELS: Readonly<Record<Period, string>> = {
  day: $localize`Day`,
  week: $localize`Week`,
  month: $localize`Month`,
};

/** The first day of a period, as it stands under a bar. */
export function sayPeriod(start: string, period: Period): string {
  const options: Intl.DateTimeFormatOptions =
    period === 'month' ? { month: 'short', year: 'numeric' } : { day: 'numeric', month: 'short' };
  return new Intl.DateTimeFormat(undefined, { ...options, timeZone: 'UTC' }).format(Date.parse(start));
}

/** The first day of a period where several years stand below one another. */
export function sayPeriodWithYear(start: string, period: Period): string {
  const options: Intl.DateTimeFormatOptions =
    period === 'month' ? { month: 'short', year: 'numeric' } : { dateStyle: 'medium' };
  return new Intl.DateTimeFormat(undefined, { ...options, timeZone: 'UTC' }).format(Date.parse(start));
}

/** Who measured reading, by its name where it has one. */
export function sayDevice(source: ReadingSource, name: string | undefined): string {
  switch (source) {
    case 'koreader':
      return name ?? 'KOReader';
    case 'kobo':
      return name ?? 'Kobo';
    case 'web':
      return $localize`This website`;
    case 'manual':
      return $localize`Entered by hand`;
  }
}

/** The numbers above the charts. */
export function factsOf({ totals, streak, pace }: ReadingStatistics): readonly Fact[] {
  const number = new Intl.NumberFormat();
  const days = (count: number): string =>
    new Intl.NumberFormat(undefined, { style: 'unit', unit: 'day', unitDisplay: 'long' }).format(count);
  return [
    { name: $localize`Time read`, value: sayDuration(totals.seconds) },
    { name: $localize`Days with reading`, value: number.format(totals.days) },
    { name: $localize`Sessions`, value: number.format(totals.sessions) },
    { name: $localize`Books`, value: number.format(totals.books) },
    { name: $localize`Finished`, value: number.format(totals.finished) },
    { name: $localize`Current streak`, value: days(streak.current) },
    { name: $localize`Longest streak`, value: days(streak.longest) },
    ...(pace === undefined
      ? []
      : [
          { name: $localize`Pages an hour`, value: number.format(pace.pagesPerHour) },
          { name: $localize`Usual session`, value: sayDuration(pace.secondsPerSession) },
        ]),
  ];
}
