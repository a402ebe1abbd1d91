import { Component, DestroyRef, computed, effect, inject, input, untracked } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import type { ReadingStatistics } from '@bookorbit/contracts';
import { ReadingApi, listenToServer } from '../api/index.ts';
import { SessionStore } from '../session/session-store.ts';
import { EmptyState, FailureNote, Loadable, ProgressLine, browserTimeZone, sayDuration } from '../ui/index.ts';
import { Achievements } from './achievements.ts';
import { Chart } from './chart.ts';
import { sayDay } from './drawings.ts';
import { PERIODS } from './reading-days.ts';
import {
  calendarChart,
  devicesChart,
  finishedChart,
  hoursChart,
  timeChart,
  weekdaysChart,
} from './statistics-charts.ts';
import { StatisticsFilters } from './statistics-filters.ts';
import {
  type StatisticsChoice,
  addressFromChoice,
  addressFromPeriod,
  choiceFromAddress,
  periodFromAddress,
  queryFromChoice,
} from './statistics-query.ts';
import { PERIOD_LABELS, factsOf } from './statistics-words.ts';

const REFRESH_DELAY_MILLISECONDS = 500;

/** Statistics, and what they are of. */
interface Answer {
  readonly choice: StatisticsChoice;
  readonly found: ReadingStatistics;
}

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
  readonly by = input<string>();

  protected readonly choice = computed(
    () => choiceFromAddress({ year: this.year(), source: this.source(), device: this.device(), book: this.book() }),
    { equal: (one, other) => JSON.stringify(one) === JSON.stringify(other) },
  );
  protected readonly statistics = new Loadable<Answer>(async () => {
    const choice = this.choice();
    return { choice, found: await this.api.readStatistics(queryFromChoice(choice)) };
  });
  protected readonly achievements = new Loadable(() => this.api.listAchievements());
  /** Everything that was ever read, for what can be chosen; what is shown may be less. */
  protected readonly all = new Loadable<ReadingStatistics>(() => this.api.readStatistics({}));

  protected readonly shown = computed(() => this.statistics.value()?.found);
  private readonly numbers = computed(() => this.shown() ?? EMPTY);
  /** The choice whose numbers are shown, which may be the one before while the next is looked up. */
  private readonly answered = computed(() => this.statistics.value()?.choice ?? this.choice());
  protected readonly isNarrowed = computed(() => Object.keys(this.answered()).length > 0);
  /** Nothing is shown of days that have not been. */
  private readonly lastDay = computed(() => {
    const { today } = this.numbers();
    const { year } = this.answered();
    return year === undefined || `${year}-12-31` > today ? today : `${year}-12-31`;
  });

  protected readonly facts = computed(() => factsOf(this.numbers()));
  protected readonly calendar = computed(() => calendarChart(this.numbers(), this.answered().year));
  protected readonly periods = PERIODS.map((value) => ({ value, label: PERIOD_LABELS[value] }));
  protected readonly period = computed(() => periodFromAddress(this.by()));
  protected readonly time = computed(() => timeChart(this.numbers(), this.period(), this.lastDay()));
  protected readonly hours = computed(() => hoursChart(this.numbers()));
  protected readonly weekdays = computed(() => weekdaysChart(this.numbers()));
  protected readonly share = computed(() => devicesChart(this.numbers()));
  protected readonly finished = computed(() => finishedChart(this.numbers(), this.lastDay()));
  protected readonly finishedBooks = computed(() => [...this.numbers().finished].reverse());
  protected readonly books = computed(() => {
    const { books } = this.numbers();
    const most = Math.max(1, ...books.map(({ seconds }) => seconds));
    return books.map((one) => ({ ...one, share: one.seconds / most, time: sayDuration(one.seconds) }));
  });

  protected readonly session = inject(SessionStore);
  protected readonly here = browserTimeZone();
  protected readonly isElsewhere = computed(() => this.shown()?.timeZone !== this.here);
  protected readonly sayDay = sayDay;
  private readonly api = inject(ReadingApi);
  private readonly router = inject(Router);
  private refreshTimer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    effect(() => {
      this.choice();
      untracked(() => void this.statistics.ask());
    });
    void this.all.load();
    void this.achievements.load();
    listenToServer(({ type }) => {
      if (type === 'koreader' || type === 'progress' || type === 'import' || type === 'missed') this.refreshSoon();
    });
    inject(DestroyRef).onDestroy(() => clearTimeout(this.refreshTimer));
  }

  protected showPeriod(value: string): void {
    // It stands in the middle of the page, and whoever chooses it looks there.
    void this.router.navigate([], {
      queryParams: addressFromPeriod(periodFromAddress(value)),
      queryParamsHandling: 'merge',
      scroll: 'manual',
    });
  }

  protected go(choice: StatisticsChoice): void {
    void this.router.navigate(['/statistics'], {
      queryParams: addressFromChoice(choice),
      queryParamsHandling: 'merge',
    });
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
