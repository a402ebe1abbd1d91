import { Component, DestroyRef, computed, effect, inject, input, signal, untracked } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import type { ReadingStatistics } from '@bookorbit/contracts';
import { ReadingApi, listenToServer } from '../api/index.ts';
import { EmptyState, FailureNote, Loadable, ProgressLine, browserTimeZone, sayDuration } from '../ui/index.ts';
import { Achievements } from './achievements.ts';
import { Chart } from './chart.ts';
import { sayDay } from './drawings.ts';
import { PERIODS, type Period } from './reading-days.ts';
import {
  calendarChart,
  devicesChart,
  finishedChart,
  hoursChart,
  timeChart,
  weekdaysChart,
} from './statistics-charts.ts';
import { StatisticsFilters } from './statistics-filters.ts';
import { type StatisticsChoice, addressFromChoice, choiceFromAddress, queryFromChoice } from './statistics-query.ts';
import { PERIOD_LABELS, factsOf } from './statistics-words.ts';

const REFRESH_DELAY_MILLISECONDS = 500;

/** When, how much and on what somebody read. */
@Component({
  selector: 'bo-statistics-page',
  imports: [Achievements, Chart, EmptyState, FailureNote, ProgressLine, RouterLink, StatisticsFilters],
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
  protected readonly isNarrowed = computed(() => Object.keys(this.choice()).length > 0);

  private readonly shown = computed(() => this.statistics.value() ?? EMPTY);
  /** Nothing is shown of days that have not been. */
  private readonly lastDay = computed(() => {
    const { today } = this.shown();
    const { year } = this.choice();
    return year === undefined || `${year}-12-31` > today ? today : `${year}-12-31`;
  });

  protected readonly facts = computed(() => factsOf(this.shown()));
  protected readonly calendar = computed(() => calendarChart(this.shown(), this.choice().year));
  protected readonly periods = PERIODS.map((value) => ({ value, label: PERIOD_LABELS[value] }));
  protected readonly period = signal<Period>('week');
  protected readonly time = computed(() => timeChart(this.shown(), this.period(), this.lastDay()));
  protected readonly hours = computed(() => hoursChart(this.shown()));
  protected readonly weekdays = computed(() => weekdaysChart(this.shown()));
  protected readonly share = computed(() => devicesChart(this.shown()));
  protected readonly finished = computed(() => finishedChart(this.shown(), this.lastDay()));
  protected readonly finishedBooks = computed(() => [...this.shown().finished].reverse());
  protected readonly books = computed(() => {
    const { books } = this.shown();
    const most = Math.max(1, ...books.map(({ seconds }) => seconds));
    return books.map((one) => ({ ...one, share: one.seconds / most, time: sayDuration(one.seconds) }));
  });

  protected readonly here = browserTimeZone();
  protected readonly isElsewhere = computed(() => this.statistics.value()?.timeZone !== this.here);
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

  protected showPeriod(value: string): void {
    this.period.set(PERIODS.find((known) => known === value) ?? 'week');
  }

  protected go(choice: StatisticsChoice): void {
    void this.router.navigate(['/statistics'], { queryParams: addressFromChoice(choice) });
  }

  private refreshSoon(): void {
    this.refreshTimer ??= setTimeout(() => {
      this.refreshTimer = undefined;
      for (const one of [this.statistics, this.all, this.achievements]) void one.refresh();
    }, REFRESH_DELAY_MILLISECONDS);
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
