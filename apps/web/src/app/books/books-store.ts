import { Injectable, computed, inject, signal } from '@angular/core';
import type { BookCard } from '@bookorbit/contracts';
import { BooksApi, type Failure, failureFrom, listenToServer } from '../api/index.ts';
import type { BookChoice } from './book-query.ts';

/** Books asked for at once. */
export const PAGE_SIZE = 60;
const REFRESH_DELAY_MILLISECONDS = 1_000;

/** The books a choice finds, read page by page as they come into view, and kept for the way back from a book. */
@Injectable({ providedIn: 'root' })
export class BooksStore {
  private readonly api = inject(BooksApi);
  private readonly choice = signal<BookChoice | undefined>(undefined);
  private readonly pages = signal<ReadonlyMap<number, readonly BookCard[]>>(new Map());
  private readonly asked = new Set<number>();
  /** Raised with each new choice or refresh, so that late answers to older ones are dropped. */
  private round = 0;
  /** The books in view. */
  private wanted = { first: 0, end: 0 };
  private refreshTimer: ReturnType<typeof setTimeout> | undefined;

  /** Books found in all; undefined until the first answer. */
  readonly total = signal<number | undefined>(undefined);
  readonly failure = signal<Failure | undefined>(undefined);
  /** A new choice is being looked up while the books of the last one still show. */
  readonly isSearching = signal(false);
  readonly state = computed(() => {
    if (this.failure() !== undefined) return 'failed';
    const total = this.total();
    return total === undefined ? 'loading' : total === 0 ? 'empty' : 'filled';
  });

  constructor() {
    listenToServer((event) => {
      if (event.type !== 'scan' && event.type !== 'import') this.refreshSoon();
    });
  }

  /** Shows what `choice` finds; what is still here from before stays until the answer comes. */
  open(choice: BookChoice): Promise<void> {
    const isSame = JSON.stringify(choice) === JSON.stringify(this.choice());
    this.choice.set(choice);
    // On the way back from a book everything is still here and only brought up to date.
    this.isSearching.set(!isSame || this.total() === undefined);
    return this.restart();
  }

  /** Reads the same choice anew. */
  retry(): Promise<void> {
    this.failure.set(undefined);
    this.total.set(undefined);
    return this.restart();
  }

  /** The book at a place of the whole result; undefined until its page is here. */
  bookAt(index: number): BookCard | undefined {
    return this.pages().get(Math.floor(index / PAGE_SIZE))?.[index % PAGE_SIZE];
  }

  /** Sees to it that the books from `first` up to before `end` come. */
  need(first: number, end: number): void {
    this.wanted = { first, end };
    for (const page of pagesOf(this.wanted)) if (!this.asked.has(page)) void this.readPage(page, this.round);
  }

  private refreshSoon(): void {
    if (this.choice() === undefined || this.refreshTimer !== undefined) return;
    this.refreshTimer = setTimeout(() => {
      this.refreshTimer = undefined;
      void this.restart();
    }, REFRESH_DELAY_MILLISECONDS);
  }

  /** The first page tells how many there are; then come the pages in view. */
  private async restart(): Promise<void> {
    const round = ++this.round;
    this.asked.clear();
    this.asked.add(0);
    try {
      const list = await this.api.list({ ...this.choice(), offset: 0, limit: PAGE_SIZE });
      if (round !== this.round) return;
      this.pages.update((pages) => new Map([...this.pagesToKeep(pages), [0, list.books]]));
      this.total.set(list.total);
      this.failure.set(undefined);
      this.need(this.wanted.first, this.wanted.end);
    } catch (thrown) {
      if (round === this.round && (this.total() === undefined || this.isSearching())) {
        this.failure.set(failureFrom(thrown));
      }
    } finally {
      if (round === this.round) this.isSearching.set(false);
    }
  }

  /** While the same choice is read anew, what is in view stays until its new page is here, so nothing flickers. */
  private pagesToKeep(pages: ReadonlyMap<number, readonly BookCard[]>): [number, readonly BookCard[]][] {
    if (this.isSearching()) return [];
    const inView = pagesOf(this.wanted);
    return [...pages].filter(([page]) => inView.includes(page));
  }

  private async readPage(page: number, round: number): Promise<void> {
    const total = this.total();
    if (total === undefined || page * PAGE_SIZE >= total || page === 0) return;
    this.asked.add(page);
    try {
      const list = await this.api.list({ ...this.choice(), offset: page * PAGE_SIZE, limit: PAGE_SIZE });
      if (round === this.round) this.pages.update((pages) => new Map([...pages, [page, list.books]]));
    } catch {
      // Asked again when it next comes into view.
      if (round === this.round) this.asked.delete(page);
    }
  }
}

function pagesOf({ first, end }: { readonly first: number; readonly end: number }): number[] {
  const firstPage = Math.floor(first / PAGE_SIZE);
  const endPage = Math.ceil(end / PAGE_SIZE);
  return Array.from({ length: Math.max(0, endPage - firstPage) }, (_, index) => firstPage + index);
}
