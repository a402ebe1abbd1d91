import type { ReadingStatistics } from '@bookorbit/contracts';
import { sayDuration } from '../ui/index.ts';
import type { ChartDrawing, ChartTable } from './chart.ts';
import { COUNT_STEPS, bars, heatMap, lyingBars, sayDay, weekdayNames } from './drawings.ts';
import { type Period, finishedByMonth, heatMapRange, isCut, sumsByPeriod } from './reading-days.ts';
import { PERIOD_LABELS, sayDevice, sayPeriod, sayPeriodWithYear } from './statistics-words.ts';

/** Numbers as a picture, in a sentence, and as the table behind it. */
export interface ChartOf {
  readonly summary: string;
  readonly drawing: ChartDrawing;
  readonly table: ChartTable;
}

const HOUR_MILLISECONDS = 3_600_000;
const ROW_REM = 2.25;
const LEAST_REM = 3;

/** Each day of a year, or of the last twelve months. */
export function calendarChart({ days, today }: ReadingStatistics, year: number | undefined): ChartOf {
  const range = heatMapRange(year, today);
  const within = days.filter(({ day }) => day >= range[0] && day <= range[1]);
  return {
    summary: $localize`Reading on each day from ${sayDay(range[0])}:first: to ${sayDay(range[1])}:last:`,
    drawing: heatMap(range, within),
    table: tableOf(
      $localize`Day`,
      within.map(({ day, seconds }) => [sayDay(day), sayDuration(seconds)] as const),
    ),
  };
}

/** @param lastDay Nothing is shown of days that have not been. */
export function timeChart(
  { days }: ReadingStatistics,
  period: Period,
  lastDay: string,
): ChartOf & { readonly isCut: boolean } {
  const sums = sumsByPeriod(days, period, lastDay);
  return {
    ...timeBars(
      TIME_SUMMARIES[period],
      PERIOD_LABELS[period],
      sums.map(({ start, seconds }) => [sayPeriodWithYear(start, period), seconds] as const),
      sums.map(({ start }) => sayPeriod(start, period)),
    ),
    isCut: isCut(days, period, sums),
  };
}

const TIME_SUMMARIES: Readonly<Record<Period, string>> = {
  day: $localize`Time read by day`,
  week: $localize`Time read by week`,
  month: $localize`Time read by month`,
};

export function hoursChart({ hours }: ReadingStatistics): ChartOf {
  const format = new Intl.DateTimeFormat(undefined, { hour: 'numeric', timeZone: 'UTC' });
  return timeBars(
    $localize`Time read by hour of the day`,
    $localize`Hour`,
    hours.map((seconds, hour) => [format.format(hour * HOUR_MILLISECONDS), seconds] as const),
  );
}

export function weekdaysChart({ weekdays }: ReadingStatistics): ChartOf {
  const names = weekdayNames('long', 1);
  return timeBars(
    $localize`Time read by day of the week`,
    $localize`Weekday`,
    weekdays.map((seconds, n) => [names[n] ?? '', seconds] as const),
    weekdayNames('short', 1),
  );
}

/** What each device has of it; a line for each. */
export function devicesChart({ devices }: ReadingStatistics): ChartOf & { readonly height: string } {
  const names = devices.map(({ source, name }) => sayDevice(source, name));
  return {
    summary: $localize`Time read on each device`,
    height: `${Math.max(LEAST_REM, devices.length * ROW_REM)}rem`,
    drawing: lyingBars(
      names,
      devices.map(({ seconds }) => seconds),
    ),
    table: tableOf(
      $localize`Device`,
      devices.map(({ seconds }, n) => [names[n] ?? '', sayDuration(seconds)] as const),
    ),
  };
}

/** Books read to the end, month by month. */
export function finishedChart({ finished }: ReadingStatistics, lastDay: string): ChartOf {
  const months = finishedByMonth(finished, lastDay);
  const labels = months.map(({ start }) => sayPeriod(start, 'month'));
  const number = new Intl.NumberFormat();
  return {
    summary: $localize`Books finished by month`,
    drawing: bars(
      labels,
      months.map(({ count }) => count),
      (count) => number.format(count),
      COUNT_STEPS,
    ),
    table: tableOf(
      PERIOD_LABELS.month,
      months.map(({ count }, n) => [labels[n] ?? '', number.format(count)] as const),
      $localize`Books`,
    ),
  };
}

/** @param shortLabels What stands under the bars, where the words of the table are too long for that. */
function timeBars(
  summary: string,
  head: string,
  times: readonly (readonly [label: string, seconds: number])[],
  shortLabels: readonly string[] = times.map(([label]) => label),
): ChartOf {
  return {
    summary,
    drawing: bars(
      shortLabels,
      times.map(([, seconds]) => seconds),
      sayDuration,
    ),
    table: tableOf(
      head,
      times.map(([label, seconds]) => [label, sayDuration(seconds)] as const),
    ),
  };
}

function tableOf(
  first: string,
  rows: readonly (readonly [string, string])[],
  second: string = $localize`Time read`,
): ChartTable {
  return { head: [first, second], rows };
}
