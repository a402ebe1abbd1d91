import { Injectable, computed, inject, signal } from '@angular/core';
import type { BookDetail, BookPlace, BookState, BookStateChange, ProgressHistory } from '@bookorbit/contracts';
import { BooksApi, listenToServer } from '../api/index.ts';
import { Loadable } from '../ui/index.ts';

/** A syncing device makes a burst of events; one reading after it is enough. */
const REFRESH_DELAY_MILLISECONDS = 400;

/** One book, where its reader is in it and what they say of it; provided by the book page, so it lives as long as that does. */
@Injectable()
export class BookStore {
  private readonly api = inject(BooksApi);
  readonly id = signal<number | undefined>(undefined);
  /** Undefined as a value: there is no such book for this user. */
  readonly book = new Loadable<BookDetail | undefined>(() => this.read());
  readonly state = new Loadable<BookState>(() => this.api.readState(this.known()));
  readonly history = new Loadable<ProgressHistory>(() => this.api.readHistory(this.known()));
  readonly isHistoryOpen = signal(false);
  /** Rises whenever something about the book may have changed: the parts that read for themselves follow it. */
  readonly changes = signal(0);

  /** The place shown above all others. */
  readonly canonicalPlace = computed(() => this.book.value()?.places.find(({ isCanonical }) => isCanonical));
  private refreshTimer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    listenToServer((event) => {
      const isThis =
        (event.type === 'progress' && event.bookId === this.id()) ||
        (event.type === 'books' && event.libraryId === this.book.value()?.libraryId) ||
        event.type === 'koreader' ||
        event.type === 'missed';
      if (isThis) this.refreshSoon();
    });
  }

  async open(id: number | undefined): Promise<void> {
    this.id.set(id);
    this.isHistoryOpen.set(false);
    await Promise.all([this.book.load(), ...(id === undefined ? [] : [this.state.load()])]);
  }

  openHistory(): void {
    if (this.isHistoryOpen()) return;
    this.isHistoryOpen.set(true);
    void this.history.load();
  }

  /** Shown at once; taken back if the server does not follow. */
  changeState(change: BookStateChange): Promise<void> {
    const { rating, review, ...rest } = change;
    return this.state.edit(
      (state) => ({
        ...state,
        ...rest,
        ...(rest.status !== undefined && { statusSetBy: 'user' as const }),
        ...(rating !== undefined && { rating: rating ?? undefined }),
        ...(review !== undefined && { review: review ?? undefined }),
      }),
      () => this.api.changeState(this.known(), change),
    );
  }

  /** @returns The entry of the history that leads back, if there is one. */
  startOver(): Promise<number | undefined> {
    return this.movePlace(() => this.api.startOver(this.known()));
  }

  /** @returns The entry of the history that leads back, if there is one. */
  stepBack(entryId: number): Promise<number | undefined> {
    return this.movePlace(() => this.api.stepBack(this.known(), entryId));
  }

  /** @returns The entry of the history that leads back, if there is one. */
  usePlace(place: BookPlace): Promise<number | undefined> {
    return this.movePlace(() => this.api.usePlace(this.known(), place));
  }

  async refresh(): Promise<void> {
    this.changes.update((count) => count + 1);
    await Promise.all([
      this.book.refresh(),
      ...(this.id() === undefined ? [] : [this.state.refresh()]),
      ...(this.isHistoryOpen() ? [this.history.refresh()] : []),
    ]);
  }

  private async movePlace(move: () => Promise<void>): Promise<number | undefined> {
    const place = this.canonicalPlace();
    const { entries } = await this.api.readHistory(this.known());
    await move();
    await this.refresh();
    return entries.find(
      ({ fileId, deviceId, percentage }) =>
        fileId === place?.fileId && deviceId === place.deviceId && percentage === place.percentage,
    )?.id;
  }

  private refreshSoon(): void {
    this.refreshTimer ??= setTimeout(() => {
      this.refreshTimer = undefined;
      void this.refresh();
    }, REFRESH_DELAY_MILLISECONDS);
  }

  private known(): number {
    return this.id() ?? 0;
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
