import { Injectable, computed, inject, signal } from '@angular/core';
import type { BookDetail, ProgressHistory } from '@bookorbit/contracts';
import { BooksApi, listenToServer } from '../api/index.ts';
import { Loadable } from '../ui/index.ts';

/** One book and the places it was read to; provided by the book page, so it lives as long as that does. */
@Injectable()
export class BookStore {
  private readonly api = inject(BooksApi);
  private readonly id = signal<number | undefined>(undefined);
  /** Undefined as a value: there is no such book for this user. */
  readonly book = new Loadable<BookDetail | undefined>(() => this.read());
  readonly history = new Loadable<ProgressHistory>(() => this.api.readHistory(this.id() ?? 0));
  readonly isHistoryOpen = signal(false);

  /** The place shown above all others. */
  readonly canonicalPlace = computed(() => this.book.value()?.places.find(({ isCanonical }) => isCanonical));

  constructor() {
    listenToServer((event) => {
      const isThis =
        (event.type === 'progress' && event.bookId === this.id()) ||
        (event.type === 'books' && event.libraryId === this.book.value()?.libraryId) ||
        event.type === 'missed';
      if (!isThis) return;
      void this.book.refresh();
      if (this.isHistoryOpen()) void this.history.refresh();
    });
  }

  open(id: number | undefined): Promise<void> {
    this.id.set(id);
    this.isHistoryOpen.set(false);
    return this.book.load();
  }

  openHistory(): void {
    if (this.isHistoryOpen()) return;
    this.isHistoryOpen.set(true);
    void this.history.load();
  }

  private async read(): Promise<BookDetail | undefined> {
    const id = this.id();
    if (id === undefined) return undefined;
    try {
      return await this.api.read(id);
    } catch (thrown) {
      if (isNotFound(thrown)) return undefined;
      throw thrown;
    }
  }
}

function isNotFound(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === 'not_found';
}
