import { Component, ElementRef, afterNextRender, computed, inject, output, signal, viewChild } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { type Failure, failureFrom } from '../api/index.ts';
import { FailureNote, Notices } from '../ui/index.ts';
import { BookLogStore } from './book-log-store.ts';

const MINUTE_SECONDS = 60;
const USUAL_MINUTES = 30;

/** Writes a sitting into the log: reading on paper, or before there was a device. */
@Component({
  selector: 'bo-log-entry-form',
  imports: [FailureNote, MatButton],
  template: `
    <form class="bo-stack" (submit)="$event.preventDefault(); add(pages.value)">
      @if (failure(); as failure) {
        <bo-failure-note [failure]="failure" />
      }
      <div class="fields">
        <label>
          <span i18n>Started</span>
          <input
            #started
            class="bo-input"
            type="datetime-local"
            required
            [value]="start()"
            [max]="now"
            (input)="chosenStart.set(started.value)"
          />
        </label>
        <label>
          <span i18n>Minutes</span>
          <input
            #minutes
            class="bo-input"
            type="number"
            required
            min="1"
            max="1440"
            [value]="usualMinutes"
            (input)="minutesRead.set(minutes.valueAsNumber)"
          />
        </label>
        <label>
          <span i18n>Pages, if you like</span>
          <input #pages class="bo-input" type="number" min="0" max="100000" />
        </label>
      </div>
      <div class="bo-row">
        <button matButton="filled" type="submit" [disabled]="isSending()" i18n>Add to log</button>
        <button matButton type="button" (click)="closed.emit()" i18n>Cancel</button>
      </div>
    </form>
  `,
  styles: `
    form {
      padding: var(--bo-space-4);
      border-radius: var(--bo-radius-s);
      background: var(--bo-inset);
    }
    .fields {
      display: grid;
      grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr));
      gap: var(--bo-space-3) var(--bo-space-4);
    }
    label {
      display: flex;
      flex-direction: column;
      gap: var(--bo-space-1);
      font-size: var(--bo-text-s);
    }
  `,
})
export class LogEntryForm {
  readonly closed = output();
  protected readonly isSending = signal(false);
  protected readonly failure = signal<Failure | undefined>(undefined);
  protected readonly usualMinutes = USUAL_MINUTES;
  protected readonly now = localTime(Date.now());
  protected readonly minutesRead = signal(USUAL_MINUTES);
  protected readonly chosenStart = signal<string | undefined>(undefined);
  /** Just now, as long as nobody says otherwise: it ends when it is written down. */
  protected readonly start = computed(
    () => this.chosenStart() ?? localTime(Date.now() - (this.minutesRead() || USUAL_MINUTES) * MINUTE_SECONDS * 1000),
  );
  private readonly started = viewChild.required<ElementRef<HTMLInputElement>>('started');
  private readonly store = inject(BookLogStore);
  private readonly notices = inject(Notices);

  constructor() {
    afterNextRender(() => this.started().nativeElement.focus());
  }

  /** What was typed counts, not what the fields show: they are drawn a moment later. */
  protected async add(pages: string): Promise<void> {
    this.isSending.set(true);
    this.failure.set(undefined);
    try {
      await this.store.add({
        startedAt: new Date(this.start()).toISOString(),
        seconds: Math.round(this.minutesRead() * MINUTE_SECONDS),
        ...(pages !== '' && { pages: Number(pages) }),
      });
      this.notices.say($localize`Added to the reading log.`);
      this.closed.emit();
    } catch (thrown) {
      this.failure.set(failureFrom(thrown));
    } finally {
      this.isSending.set(false);
    }
  }
}

/** As a `datetime-local` field takes it: wall clock, to the minute. */
function localTime(time: number): string {
  const local = new Date(time - new Date(time).getTimezoneOffset() * MINUTE_SECONDS * 1000);
  return local.toISOString().slice(0, 16);
}
