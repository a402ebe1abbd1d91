import { Component, DestroyRef, computed, effect, inject, input, linkedSignal, untracked } from '@angular/core';
import { MatButton, MatIconButton } from '@angular/material/button';
import { Router, RouterLink } from '@angular/router';
import { BOOK_SORTS, type BookSort } from '@bookorbit/contracts';
import { LibrariesApi, listenToServer } from '../api/index.ts';
import { SessionStore } from '../session/session-store.ts';
import { EmptyState, FailureNote, Icon, Loadable } from '../ui/index.ts';
import { BookGrid } from './book-grid.ts';
import { type BookChoice, SORT_LABELS, addressFromChoice, choiceFromAddress, naturalOrder } from './book-query.ts';
import { BooksStore } from './books-store.ts';

const TYPING_PAUSE_MILLISECONDS = 200;

@Component({
  selector: 'bo-books-page',
  imports: [BookGrid, EmptyState, FailureNote, Icon, MatButton, MatIconButton, RouterLink],
  templateUrl: './books-page.html',
  styleUrl: './books-page.css',
})
export class BooksPage {
  readonly q = input<string>();
  readonly sort = input<string>();
  readonly order = input<string>();
  readonly library = input<string>();
  readonly only = input<string>();

  protected readonly store = inject(BooksStore);
  protected readonly session = inject(SessionStore);
  protected readonly sorts = BOOK_SORTS;
  protected readonly sortLabels = SORT_LABELS;
  protected readonly orderLabels = {
    asc: $localize`Ascending; turn round`,
    desc: $localize`Descending; turn round`,
  };
  protected readonly libraries = new Loadable(() => this.librariesApi.list());
  protected readonly choice = computed(
    () =>
      choiceFromAddress({
        q: this.q(),
        sort: this.sort(),
        order: this.order(),
        library: this.library(),
        only: this.only(),
      }),
    { equal: (one, other) => JSON.stringify(one) === JSON.stringify(other) },
  );
  /** What stands in the search box: the address's words, ahead of it while somebody types. */
  protected readonly words = linkedSignal(() => this.q() ?? '');
  protected readonly isNarrowed = computed(() => {
    const { q, libraryId, only } = this.choice();
    return q !== undefined || libraryId !== undefined || only !== undefined;
  });
  protected readonly isScanning = computed(() =>
    this.libraries.value()?.some(({ scan }) => scan?.state === 'running' || scan?.state === 'queued'),
  );
  protected readonly bookAt = (index: number): ReturnType<BooksStore['bookAt']> => this.store.bookAt(index);

  private readonly librariesApi = inject(LibrariesApi);
  private readonly router = inject(Router);
  private typing: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    effect(() => {
      const choice = this.choice();
      untracked(() => void this.store.open(choice));
    });
    // After the books, which people wait for.
    effect(() => {
      const areBooksHere = this.store.state() === 'filled' || this.store.state() === 'empty';
      if (areBooksHere) untracked(() => void this.libraries.refresh());
    });
    listenToServer((event) => {
      if (event.type === 'books' || event.type === 'missed') void this.libraries.refresh();
    });
    inject(DestroyRef).onDestroy(() => clearTimeout(this.typing));
  }

  protected search(words: string): void {
    this.words.set(words);
    clearTimeout(this.typing);
    // Each letter would be a step of the back button, so words replace one another in the address.
    this.typing = setTimeout(() => this.go({ ...this.choice(), q: words.trim() }, true), TYPING_PAUSE_MILLISECONDS);
  }

  protected sortBy(value: string): void {
    const sort: BookSort = BOOK_SORTS.find((known) => known === value) ?? 'title';
    this.go({ ...this.typed(), sort, order: naturalOrder(sort) });
  }

  protected turnOrder(): void {
    const { order } = this.choice();
    this.go({ ...this.typed(), order: order === 'asc' ? 'desc' : 'asc' });
  }

  protected showLibrary(value: string): void {
    this.go({ ...this.typed(), libraryId: value === '' ? undefined : Number(value) });
  }

  protected showOnly(value: string): void {
    this.go({ ...this.typed(), only: value === 'problem' || value === 'missing' ? value : undefined });
  }

  protected showAll(): void {
    const { sort, order } = this.choice();
    this.go({ sort, order });
  }

  protected sayCount(total: number): string {
    const books = new Intl.NumberFormat().format(total);
    if (this.isNarrowed()) return total === 1 ? $localize`1 book found` : $localize`${books}:count: books found`;
    return total === 1 ? $localize`1 book` : $localize`${books}:count: books`;
  }

  /** The choice with the words that were typed a moment ago and are not in the address yet. */
  private typed(): BookChoice {
    return { ...this.choice(), q: this.words().trim() || undefined };
  }

  private go(choice: BookChoice, replaceUrl = false): void {
    clearTimeout(this.typing);
    void this.router.navigate(['/books'], { queryParams: addressFromChoice(choice), replaceUrl });
  }
}
