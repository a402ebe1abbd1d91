import { Component, DestroyRef, computed, effect, inject, input, signal, untracked } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import type { ReadingSource, ReadingStatistics } from '@bookorbit/contracts';
import { ReadingApi, listenToServer } from '../api/index.ts';
import { EmptyState, FailureNote, Loadable, ProgressLine, sayDuration } from '../ui/index.ts';
import { Achievements } from './achievements.ts';
import { Chart, type ChartTable } from './chart.ts';
import { COUNT_STEPS, bars, heatMap, lyingBars, sayDay, weekdayNames } from './drawings.ts';
import { MOST_PERIODS, PERIODS, type Period, finishedByMonth, heatMapRange, sumsByPeriod } from './reading-days.ts';
import {
  type StatisticsChoice,
  addressFromChoice,
  choiceFromAddress,
  queryFromChoice,
  yearsSince,
} from './statistics-query.ts';

const REFRESH_DELAY_MILLISECONDS = 500;

/** When, how much and on what somebody read. */
@Component({
  selector: 'bo-statistics-page',
  imports: [Achievements, Chart, EmptyState, FailureNote, ProgressLine, RouterLink],
  templateUrl: './statistics-page.html',
  styleUrl: './statistics-page.css',
})
export class StatisticsPage {
  readonly year = input<string>();
  readonly source = input<string>();
  readonly device = input<string>();
  readonly book = input<string>();

  protected readonly choice = computed(
    () => choiceFromAddress({ year: this.year(), source: this.source(), device: this.device(), book: this.book() }),
    { equal: (one, other) => JSON.stringify(one) === JSON.stringify(other) },
  );
  protected readonly statistics = new Loadable<ReadingStatistics>(() =>
    this.api.readStatistics(queryFromChoice(this.choice())),
  );
  protected readonly achievements = new Loadable(() => this.api.listAchievements());
  /** Everything that was ever read, for what can be chosen; what is shown may be less. */
  protected readonly all = new Loadable<ReadingStatistics>(() => this.api.readStatistics({}));
  protected readonly shown = computed(() => this.statistics.value());
  protected readonly years = computed(() => {
    const all = this.all.value();
    return all === undefined ? [] : yearsSince(all.firstDay, all.today);
  });
  protected readonly devices = computed(() =>
    (this.all.value()?.devices ?? []).map(({ source, deviceId, name }) => ({
      value: deviceId === undefined ? source : `${source}/${deviceId}`,
      label: sayDevice(source, name),
      isHere: this.choice().source === source && this.choice().deviceId === deviceId,
    })),
  );
  protected readonly isNarrowed = computed(() => Object.keys(this.choice()).length > 0);

  protected readonly facts = computed(() => {
    const { totals, streak, pace } = this.shown() ?? EMPTY;
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
  });

  protected readonly calendar = computed(() => {
    const { days, today } = this.shown() ?? EMPTY;
    const range = heatMapRange(this.choice().year, today);
    const within = days.filter(({ day }) => day >= range[0] && day <= range[1]);
    return {
      summary: $localize`Reading on each day from ${sayDay(range[0])}:first: to ${sayDay(range[1])}:last:`,
      drawing: heatMap(range, within),
      table: tableOf(
        $localize`Day`,
        within.map(({ day, seconds }) => [sayDay(day), sayDuration(seconds)] as const),
      ),
    };
  });

  protected readonly periods = PERIODS.map((value) => ({ value, label: PERIOD_LABELS[value] }));
  protected readonly period = signal<Period>('week');
  protected readonly time = computed(() => {
    const { days } = this.shown() ?? EMPTY;
    const period = this.period();
    const sums = sumsByPeriod(days, period, this.lastDay());
    const labels = sums.map(({ start }) => sayPeriod(start, period));
    return {
      summary: $localize`Time read by ${PERIOD_LABELS[period].toLocaleLowerCase()}:period:`,
      isCut: sums.length === MOST_PERIODS[period],
      drawing: bars(
        labels,
        sums.map(({ seconds }) => seconds),
        sayDuration,
      ),
      table: tableOf(
        PERIOD_LABELS[period],
        sums.map(({ seconds }, n) => [labels[n] ?? '', sayDuration(seconds)] as const),
      ),
    };
  });

  protected readonly hours = computed(() => {
    const { hours } = this.shown() ?? EMPTY;
    const format = new Intl.DateTimeFormat(undefined, { hour: 'numeric', timeZone: 'UTC' });
    const labels = hours.map((_, hour) => format.format(hour * 3_600_000));
    return {
      summary: $localize`Time read by hour of the day`,
      drawing: bars(labels, hours, sayDuration),
      table: tableOf(
        $localize`Hour`,
        hours.map((seconds, n) => [labels[n] ?? '', sayDuration(seconds)] as const),
      ),
    };
  });

  protected readonly weekdays = computed(() => {
    const { weekdays } = this.shown() ?? EMPTY;
    const names = weekdayNames('long', 1);
    return {
      summary: $localize`Time read by day of the week`,
      drawing: bars(weekdayNames('short', 1), weekdays, sayDuration),
      table: tableOf(
        $localize`Weekday`,
        weekdays.map((seconds, n) => [names[n] ?? '', sayDuration(seconds)] as const),
      ),
    };
  });

  protected readonly share = computed(() => {
    const { devices } = this.shown() ?? EMPTY;
    const names = devices.map(({ source, name }) => sayDevice(source, name));
    return {
      summary: $localize`Time read on each device`,
      height: `${Math.max(3, devices.length * 2.25)}rem`,
      drawing: lyingBars(
        names,
        devices.map(({ seconds }) => seconds),
      ),
      table: tableOf(
        $localize`Device`,
        devices.map(({ seconds }, n) => [names[n] ?? '', sayDuration(seconds)] as const),
      ),
    };
  });

  protected readonly finished = computed(() => {
    const { finished } = this.shown() ?? EMPTY;
    const months = finishedByMonth(finished, this.lastDay());
    const labels = months.map(({ start }) => sayPeriod(start, 'month'));
    const number = new Intl.NumberFormat();
    return {
      summary: $localize`Books finished by month`,
      books: [...finished].reverse(),
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
  });

  protected readonly books = computed(() => {
    const { books } = this.shown() ?? EMPTY;
    const most = Math.max(1, ...books.map(({ seconds }) => seconds));
    return books.map((one) => ({ ...one, share: one.seconds / most, time: sayDuration(one.seconds) }));
  });

  protected readonly sayDay = sayDay;
  private readonly api = inject(ReadingApi);
  private readonly router = inject(Router);
  private refreshTimer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    effect(() => {
      this.choice();
      untracked(() => void this.statistics.refresh());
    });
    void this.all.load();
    void this.achievements.load();
    listenToServer(({ type }) => {
      if (type === 'koreader' || type === 'progress' || type === 'import' || type === 'missed') this.refreshSoon();
    });
    inject(DestroyRef).onDestroy(() => clearTimeout(this.refreshTimer));
  }

  protected showYear(value: string): void {
    this.go({ ...this.choice(), year: value === '' ? undefined : Number(value) });
  }

  protected showDevice(value: string): void {
    const [source, deviceId] = value.split(/\/(.*)/s);
    this.go({ ...this.choice(), source: (source || undefined) as ReadingSource | undefined, deviceId });
  }

  protected showBook(value: string): void {
    this.go({ ...this.choice(), bookId: value === '' ? undefined : Number(value) });
  }

  protected showAll(): void {
    this.go({});
  }

  /** Nothing is shown of days that have not been. */
  private lastDay(): string {
    const { today } = this.shown() ?? EMPTY;
    const { year } = this.choice();
    return year === undefined || `${year}-12-31` > today ? today : `${year}-12-31`;
  }

  private refreshSoon(): void {
    this.refreshTimer ??= setTimeout(() => {
      this.refreshTimer = undefined;
      for (const one of [this.statistics, this.all, this.achievements]) void one.refresh();
    }, REFRESH_DELAY_MILLISECONDS);
  }

  private go(choice: StatisticsChoice): void {
    void this.router.navigate(['/statistics'], { queryParams: addressFromChoice(choice) });
  }
}

const EMPTY: ReadingStatistics = {
  timeZone: 'UTC',
  today: new Date().toISOString().slice(0, 10),
  days: [],
  totals: { seconds: 0, sessions: 0, books: 0, days: 0, finished: 0 },
  streak: { current: 0, longest: 0 },
  hours: [],
  weekdays: [],
  devices: [],
  books: [],
  finished: [],
};

const PERIOD_LABELS: Readonly<Record<Period, string>> = {
  day: $localize`Day`,
  week: $localize`Week`,
  month: $localize`Month`,
};

function sayPeriod(start: string, period: Period): string {
  const options: Intl.DateTimeFormatOptions =
    period === 'month' ? { month: 'short', year: 'numeric' } : { day: 'numeric', month: 'short' };
  return new Intl.DateTimeFormat(undefined, { ...options, timeZone: 'UTC' }).format(Date.parse(start));
}

function sayDevice(source: ReadingSource, name: string | undefined): string {
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

function tableOf(
  first: string,
  rows: readonly (readonly [string, string])[],
  second: string = $localize`Time read`,
): ChartTable {
  return { head: [first, second], rows };
}
