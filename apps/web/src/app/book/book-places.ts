import { Component, computed, inject, input } from '@angular/core';
import type { BookFileDetail, BookPlace } from '@bookorbit/contracts';
import { FailureNote, ProgressLine, When, sayPercentage } from '../ui/index.ts';
import { BookStore } from './book-store.ts';
import { sayCameFrom } from './say-came-from.ts';

/** Where each source is in the book: the newest one large, the others below it, and what was reported before. */
@Component({
  selector: 'bo-book-places',
  imports: [FailureNote, ProgressLine, When],
  templateUrl: './book-places.html',
  styleUrl: './book-places.css',
})
export class BookPlaces {
  readonly places = input.required<readonly BookPlace[]>();
  readonly files = input.required<readonly BookFileDetail[]>();

  protected readonly store = inject(BookStore);
  protected readonly canonical = computed(() => this.places().find(({ isCanonical }) => isCanonical));
  protected readonly hasManyFiles = computed(() => this.files().length > 1);
  protected readonly sayPercentage = sayPercentage;
  protected readonly sayCameFrom = sayCameFrom;

  protected fileName(fileId: number): string {
    return this.files().find(({ id }) => id === fileId)?.name ?? '';
  }
}
