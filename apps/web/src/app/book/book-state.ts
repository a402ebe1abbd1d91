import { Component, ElementRef, Injector, afterNextRender, computed, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import {
  type BookReadingDates,
  type BookStateChange,
  LIMITS,
  READING_STATUS_NAMES,
  type ReadingStatusName,
} from '@bookorbit/contracts';
import { FailureNote, Icon, Notices } from '../ui/index.ts';
import { BookStore } from './book-store.ts';

const STATUS_LABELS: Readonly<Record<ReadingStatusName, string>> = {
  unread: $localize`Unread`,
  want_to_read: $localize`Want to read`,
  reading: $localize`Reading`,
  on_hold: $localize`On hold`,
  rereading: $localize`Reading again`,
  finished: $localize`Finished`,
  abandoned: $localize`Abandoned`,
};

const RATINGS = [1, 2, 3, 4, 5] as const;

/** Where somebody stands with the book and what they think of it. Each change shows at once and goes back if it is refused. */
@Component({
  selector: 'bo-book-state',
  imports: [FailureNote, Icon, MatButton],
  templateUrl: './book-state.html',
  styleUrl: './book-state.css',
})
export class BookStateCard {
  protected readonly store = inject(BookStore);
  protected readonly statuses = READING_STATUS_NAMES.map((value) => ({ value, label: STATUS_LABELS[value] }));
  protected readonly ratings = RATINGS.map((value) => ({
    value,
    label: value === 1 ? $localize`1 star` : $localize`${value}:count: stars`,
  }));
  protected readonly reviewLength = LIMITS.reviewLength;
  /** The review as it is being written; undefined while nobody writes. */
  protected readonly draft = signal<string | undefined>(undefined);
  protected readonly readings = computed(() => (this.store.state.value()?.readings ?? []).map(sayReading));
  private readonly notices = inject(Notices);
  private readonly injector = inject(Injector);
  private readonly element = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;

  protected setStatus(value: string): Promise<boolean> {
    const status = READING_STATUS_NAMES.find((name) => name === value);
    return status === undefined ? Promise.resolve(false) : this.change({ status });
  }

  protected setRating(rating: number | null): Promise<boolean> {
    return this.change({ rating });
  }

  protected writeReview(): void {
    this.draft.set(this.store.state.value()?.review ?? '');
    this.focusNext('#book-review');
  }

  protected stopWriting(): void {
    this.draft.set(undefined);
    this.focusNext('#write-review');
  }

  protected async saveReview(): Promise<void> {
    const review = this.draft()?.trim();
    if (review === undefined) return;
    this.stopWriting();
    // What was written is not lost with the connection.
    if (!(await this.change({ review: review === '' ? null : review }))) this.draft.set(review);
  }

  /** What had the focus is drawn no longer; what takes its place has it next. */
  private focusNext(selector: string): void {
    afterNextRender(() => this.element.querySelector<HTMLElement>(selector)?.focus(), { injector: this.injector });
  }

  private async change(change: BookStateChange): Promise<boolean> {
    try {
      await this.store.changeState(change);
      return true;
    } catch (thrown) {
      this.notices.sayFailure(thrown);
      return false;
    }
  }
}

function sayReading({ startedAt, endedAt, outcome }: BookReadingDates): string {
  const date = (iso: string): string =>
    new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' }).format(Date.parse(iso));
  const start = startedAt === undefined ? undefined : date(startedAt);
  if (endedAt === undefined) return start === undefined ? $localize`Begun` : $localize`Begun on ${start}:date:`;
  const end = date(endedAt);
  if (outcome === 'abandoned') return $localize`Abandoned on ${end}:date:`;
  return start === undefined
    ? $localize`Finished on ${end}:date:`
    : $localize`Read from ${start}:start: to ${end}:end:`;
}
