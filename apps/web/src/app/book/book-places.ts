import { Component, computed, inject, input, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import type { BookFileDetail, BookPlace, ProgressHistoryEntry } from '@bookorbit/contracts';
import { SessionStore } from '../session/session-store.ts';
import { Confirm, FailureNote, Icon, Notices, ProgressLine, When, sayPercentage } from '../ui/index.ts';
import { BookStore } from './book-store.ts';
import { sayCameFrom } from './say-came-from.ts';
import { sayWhy } from './say-why.ts';

/** Where each source is in the book: the newest one large, the others below it, and what was reported before. */
@Component({
  selector: 'bo-book-places',
  imports: [FailureNote, Icon, MatButton, ProgressLine, When],
  templateUrl: './book-places.html',
  styleUrl: './book-places.css',
})
export class BookPlaces {
  readonly places = input.required<readonly BookPlace[]>();
  readonly files = input.required<readonly BookFileDetail[]>();

  protected readonly store = inject(BookStore);
  protected readonly session = inject(SessionStore);
  protected readonly canonical = computed(() => this.places().find(({ isCanonical }) => isCanonical));
  protected readonly hasManyFiles = computed(() => this.files().length > 1);
  /** Why the book is where it is; nothing where that goes without saying. */
  protected readonly why = computed(() => sayWhy(this.places()));
  protected readonly isMoving = signal(false);
  protected readonly sayPercentage = sayPercentage;
  protected readonly sayCameFrom = sayCameFrom;
  private readonly confirm = inject(Confirm);
  private readonly notices = inject(Notices);

  protected fileName(fileId: number): string {
    return this.files().find(({ id }) => id === fileId)?.name ?? '';
  }

  protected useLabel(place: BookPlace): string {
    return $localize`Use this one: ${sayCameFrom(place)}:source:, ${sayPercentage(place.percentage)}:place:`;
  }

  protected backLabel(entry: ProgressHistoryEntry): string {
    return $localize`Go back here: ${sayPercentage(entry.percentage)}:place:, ${sayCameFrom(entry)}:source:`;
  }

  protected usePlace(place: BookPlace): Promise<void> {
    return this.move($localize`Your place is now ${sayPercentage(place.percentage)}:place:.`, () =>
      this.store.usePlace(place),
    );
  }

  protected stepBack(entry: ProgressHistoryEntry): Promise<void> {
    return this.move($localize`Your place is ${sayPercentage(entry.percentage)}:place: again.`, () =>
      this.store.stepBack(entry.id),
    );
  }

  protected async startOver(): Promise<void> {
    const isSure = await this.confirm.ask({
      heading: $localize`Start this book over?`,
      words: [
        $localize`Your place goes back to the beginning, on every device with its next sync.`,
        $localize`Reading log and highlights stay, and the place of now is kept under earlier places.`,
      ],
      action: $localize`Start over`,
    });
    if (isSure) await this.move($localize`Back at the beginning.`, () => this.store.startOver());
  }

  /** Moves the place, and offers the way back. */
  private async move(words: string, act: () => Promise<number | undefined>): Promise<void> {
    this.isMoving.set(true);
    try {
      const wayBack = await act();
      if (wayBack === undefined) this.notices.say(words);
      else this.notices.offer(words, $localize`Undo`, () => void this.undo(wayBack));
    } catch (thrown) {
      this.notices.sayFailure(thrown);
    } finally {
      this.isMoving.set(false);
    }
  }

  private async undo(entryId: number): Promise<void> {
    try {
      await this.store.stepBack(entryId);
      this.notices.say($localize`Undone.`);
    } catch (thrown) {
      this.notices.sayFailure(thrown);
    }
  }
}
