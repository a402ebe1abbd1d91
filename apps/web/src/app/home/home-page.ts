import { Component, computed, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { saySource } from '../book/say-came-from.ts';
import { sayDuration } from '../ui/say-duration.ts';
import { Cover } from '../books/cover.ts';
import { EmptyState, FailureNote, Icon, ProgressLine, When, sayPercentage } from '../ui/index.ts';
import { findAttention } from './attention.ts';
import { HomeStore } from './home-store.ts';
import { type WeekDay, lastWeek } from './reading-week.ts';

const MOST_SYNCED = 5;

/** Where somebody comes back to: the books they are in, how much they read, and what waits for them. */
@Component({
  selector: 'bo-home-page',
  imports: [Cover, EmptyState, FailureNote, Icon, MatButton, ProgressLine, RouterLink, When],
  providers: [HomeStore],
  templateUrl: './home-page.html',
  styleUrl: './home-page.css',
})
export class HomePage {
  protected readonly store = inject(HomeStore);
  protected readonly attention = computed(() => findAttention(this.store.news.value(), this.store.files.value()));
  /** What stands at the top comes together, so that nothing that is being read or reached for moves down. */
  protected readonly isTopRead = computed(() => this.store.top().every((part) => part.state().kind !== 'loading'));
  protected readonly week = computed(() => {
    const statistics = this.store.week.value();
    return statistics === undefined ? [] : lastWeek(statistics);
  });
  protected readonly today = computed(() => this.week().find(({ isToday }) => isToday)?.seconds ?? 0);
  protected readonly total = computed(() => this.week().reduce((sum, { seconds }) => sum + seconds, 0));
  protected readonly synced = computed(() => (this.store.synced.value() ?? []).slice(0, MOST_SYNCED));
  protected readonly sayPercentage = sayPercentage;
  protected readonly sayDuration = sayDuration;
  protected readonly saySource = saySource;

  constructor() {
    void this.store.open();
  }

  protected sayRead(seconds: number): string {
    return seconds === 0 ? $localize`nothing yet` : sayDuration(seconds);
  }

  protected sayDay({ day }: WeekDay, weekday: 'short' | 'long'): string {
    return new Intl.DateTimeFormat(undefined, { weekday, timeZone: 'UTC' }).format(Date.parse(day));
  }
}
