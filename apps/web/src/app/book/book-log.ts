import {
  Component,
  ElementRef,
  Injector,
  afterNextRender,
  computed,
  effect,
  inject,
  signal,
  untracked,
} from '@angular/core';
import { MatButton } from '@angular/material/button';
import type { ReadingLogEntry } from '@bookorbit/contracts';
import { SessionStore } from '../session/session-store.ts';
import { FailureNote, Icon, Notices, sayPercentage } from '../ui/index.ts';
import { BookLogStore } from './book-log-store.ts';
import { BookStore } from './book-store.ts';
import { LogEntryForm } from './log-entry-form.ts';
import { sayDuration } from '../ui/say-duration.ts';
import { saySource } from './say-came-from.ts';
import { drawSittings } from './sittings.ts';

/** The reading log of a book: where in it each sitting was, as a picture and as a list, and entries made by hand. */
@Component({
  selector: 'bo-book-log',
  imports: [FailureNote, Icon, LogEntryForm, MatButton],
  providers: [BookLogStore],
  templateUrl: './book-log.html',
  styleUrl: './book-log.css',
})
export class BookLog {
  protected readonly store = inject(BookLogStore);
  protected readonly isAdding = signal(false);
  protected readonly sessions = computed(() => this.store.log.value()?.sessions ?? []);
  protected readonly drawn = computed(() => drawSittings(this.sessions()));
  protected readonly span = computed(() => {
    const sessions = this.sessions();
    return { first: sayDay(sessions.at(-1)?.startedAt), last: sayDay(sessions[0]?.startedAt) };
  });
  protected readonly hasDevices = inject(SessionStore).may('koreader_sync');
  protected readonly sayDuration = sayDuration;
  protected readonly saySource = saySource;
  private readonly notices = inject(Notices);
  private readonly injector = inject(Injector);
  private readonly element = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;

  constructor() {
    const book = inject(BookStore);
    effect(() => {
      book.id();
      untracked(() => void this.store.open());
    });
    effect(() => {
      if (book.changes() > 0) untracked(() => void this.store.log.refresh());
    });
  }

  protected async showMore(): Promise<void> {
    try {
      await this.store.showMore();
    } catch (thrown) {
      this.notices.sayFailure(thrown);
    }
  }

  protected stopAdding(): void {
    this.isAdding.set(false);
    afterNextRender(() => this.element.querySelector<HTMLElement>('#add-sitting')?.focus(), {
      injector: this.injector,
    });
  }

  protected sayTime({ startedAt }: ReadingLogEntry): string {
    return new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' }).format(
      Date.parse(startedAt),
    );
  }

  protected saySpan({ from, until }: ReadingLogEntry): string | undefined {
    if (from === undefined || until === undefined) return undefined;
    return $localize`${sayPercentage(from)}:from: to ${sayPercentage(until)}:until:`;
  }

  protected removeLabel(session: ReadingLogEntry): string {
    return $localize`Remove the entry of ${this.sayTime(session)}:time:`;
  }

  protected async remove({ id, startedAt, seconds, pages }: ReadingLogEntry): Promise<void> {
    try {
      await this.store.remove(id);
      this.notices.offer(
        $localize`Entry removed.`,
        $localize`Undo`,
        () => void this.putBack({ startedAt, seconds, pages }),
      );
    } catch (thrown) {
      this.notices.sayFailure(thrown);
    }
  }

  private async putBack(entry: Parameters<BookLogStore['add']>[0]): Promise<void> {
    try {
      await this.store.add(entry);
    } catch (thrown) {
      this.notices.sayFailure(thrown);
    }
  }
}

function sayDay(time: string | undefined): string {
  return time === undefined ? '' : new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' }).format(Date.parse(time));
}
