import type { ChartColors } from './chart-colors.ts';
import type { ChartDrawing } from './chart.ts';
import { sayDuration } from '../ui/index.ts';

const MINUTE_SECONDS = 60;
const HOUR_SECONDS = 3600;
/** Lines across a chart lie at times people count in. */
const TIME_STEPS = [
  ...[1, 5, 10, 15, 30].map((minutes) => minutes * MINUTE_SECONDS),
  ...[1, 2, 5, 10, 25, 50, 100, 250, 1000].map((hours) => hours * HOUR_SECONDS),
];
export const COUNT_STEPS = [1, 2, 5, 10, 25, 50, 100, 1000];
const MOST_LINES = 4;

/** Bars side by side. */
export function bars(
  labels: readonly string[],
  values: readonly number[],
  say: (value: number) => string,
  steps: readonly number[] = TIME_STEPS,
): ChartDrawing {
  const most = Math.max(0, ...values);
  const step = steps.find((one) => most / one <= MOST_LINES) ?? steps.at(-1) ?? 1;
  return (colors) => ({
    ...base(colors),
    grid: { left: 8, right: 8, top: 16, bottom: 4, containLabel: true },
    xAxis: {
      type: 'category',
      data: labels,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: colors.line } },
      axisLabel: { color: colors.soft, hideOverlap: true },
    },
    yAxis: {
      type: 'value',
      interval: step,
      // The axis ends at a whole step, so that its last label has room.
      max: Math.max(1, Math.ceil(most / step)) * step,
      splitLine: { lineStyle: { color: colors.line } },
      axisLabel: { color: colors.soft, formatter: (value: number) => (value === 0 ? '0' : say(value)) },
    },
    series: [
      { type: 'bar', data: values, barMaxWidth: 28, itemStyle: { color: colors.accent, borderRadius: [3, 3, 0, 0] } },
    ],
    tooltip: { ...tooltip(colors), trigger: 'axis', valueFormatter: (value: unknown) => say(Number(value)) },
  });
}

/** Bars lying on one another, with their names before them: for names that are long. */
export function lyingBars(labels: readonly string[], values: readonly number[]): ChartDrawing {
  return (colors) => ({
    ...base(colors),
    grid: { left: 8, right: 72, top: 4, bottom: 4, containLabel: true },
    xAxis: { type: 'value', show: false },
    yAxis: {
      type: 'category',
      data: labels,
      inverse: true,
      axisTick: { show: false },
      axisLine: { show: false },
      axisLabel: { color: colors.ink, width: 110, overflow: 'truncate' },
    },
    series: [
      {
        type: 'bar',
        data: values,
        barMaxWidth: 20,
        itemStyle: { color: colors.accent, borderRadius: 3 },
        label: {
          show: true,
          position: 'right',
          color: colors.soft,
          formatter: ({ value }: { value: number }) => sayDuration(value),
        },
      },
    ],
  });
}

/** A year of days, darker where more was read. */
export function heatMap(
  range: readonly [string, string],
  days: readonly { readonly day: string; readonly seconds: number }[],
): ChartDrawing {
  const most = Math.max(30 * MINUTE_SECONDS, ...days.map(({ seconds }) => seconds));
  return (colors) => ({
    ...base(colors),
    calendar: {
      range: [...range],
      left: 40,
      right: 8,
      top: 24,
      bottom: 4,
      cellSize: ['auto', 'auto'],
      splitLine: { show: false },
      itemStyle: { color: colors.inset, borderColor: colors.surface, borderWidth: 2 },
      yearLabel: { show: false },
      dayLabel: { firstDay: 1, color: colors.soft, nameMap: weekdayNames('narrow', 0) },
      monthLabel: { color: colors.soft, nameMap: monthNames() },
    },
    visualMap: {
      show: false,
      min: 0,
      max: most,
      inRange: { color: [colors.accentSoft, colors.accent] },
    },
    series: [{ type: 'heatmap', coordinateSystem: 'calendar', data: days.map(({ day, seconds }) => [day, seconds]) }],
    tooltip: {
      ...tooltip(colors),
      formatter: ({ value }: { value: readonly [string, number] }) => `${sayDay(value[0])}: ${sayDuration(value[1])}`,
    },
  });
}

/** Names of the days of the week in the reader's language; `first` is 1 for a list from Monday, 0 from Sunday. */
export function weekdayNames(length: 'narrow' | 'short' | 'long', first: 0 | 1): readonly string[] {
  const format = new Intl.DateTimeFormat(undefined, { weekday: length, timeZone: 'UTC' });
  // 4 January 1970 was a Sunday.
  return Array.from({ length: 7 }, (_, n) => format.format(new Date(Date.UTC(1970, 0, 4 + first + n))));
}

export function sayDay(day: string): string {
  return new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' }).format(Date.parse(day));
}

function monthNames(): readonly string[] {
  const format = new Intl.DateTimeFormat(undefined, { month: 'short', timeZone: 'UTC' });
  return Array.from({ length: 12 }, (_, month) => format.format(new Date(Date.UTC(2026, month, 1))));
}

function base(colors: ChartColors): object {
  return {
    animation: !matchMedia('(prefers-reduced-motion: reduce)').matches,
    textStyle: { color: colors.ink, fontFamily: getComputedStyle(document.body).fontFamily },
  };
}

function tooltip(colors: ChartColors): object {
  return {
    confine: true,
    backgroundColor: colors.surface,
    borderColor: colors.line,
    textStyle: { color: colors.ink },
    axisPointer: { type: 'shadow', shadowStyle: { color: colors.inset, opacity: 0.5 } },
  };
}
