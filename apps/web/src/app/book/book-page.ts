import { Component, computed, effect, inject, input, untracked } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { BookDetail } from '@bookorbit/contracts';
import { Cover } from '../books/cover.ts';
import { SessionStore } from '../session/session-store.ts';
import { NotFoundPage } from '../shell/not-found-page.ts';
import { PageTitle } from '../shell/page-title.ts';
import { FailureNote, Icon } from '../ui/index.ts';
import { BookFiles } from './book-files.ts';
import { BookHighlights } from './book-highlights.ts';
import { BookLog } from './book-log.ts';
import { BookPlaces } from './book-places.ts';
import { BookStateCard } from './book-state.ts';
import { BookStore } from './book-store.ts';
import { sayLanguage } from './say-language.ts';

interface Fact {
  readonly name: string;
  readonly value: string;
}

@Component({
  selector: 'bo-book-page',
  imports: [
    BookFiles,
    BookHighlights,
    BookLog,
    BookPlaces,
    BookStateCard,
    Cover,
    FailureNote,
    Icon,
    NotFoundPage,
    RouterLink,
  ],
  providers: [BookStore],
  templateUrl: './book-page.html',
  styleUrl: './book-page.css',
})
export class BookPage {
  readonly id = input.required<string>();
  protected readonly store = inject(BookStore);
  protected readonly facts = computed(() => {
    const book = this.store.book.value();
    return book === undefined ? [] : factsOf(book);
  });
  protected readonly changedFiles = computed(() =>
    (this.store.book.value()?.files ?? []).filter(({ isChangedSinceSync }) => isChangedSinceSync),
  );
  protected readonly mayHighlight = computed(() => this.session.may('koreader_sync'));
  protected readonly paragraphs = computed(() => paragraphsOf(this.store.book.value()?.description ?? ''));

  private readonly session = inject(SessionStore);

  constructor() {
    const title = inject(PageTitle);
    effect(() => {
      const id = /^\d{1,15}$/.test(this.id()) ? Number(this.id()) : undefined;
      untracked(() => void this.store.open(id));
    });
    effect(() => {
      const state = this.store.book.state();
      if (state.kind === 'ready') title.say(state.value?.title ?? $localize`Page not found`);
    });
  }
}

/** What the file says about the book, as rows; what it does not say has none. */
function factsOf(book: BookDetail): readonly Fact[] {
  const rows: readonly (readonly [string, string | undefined])[] = [
    [
      $localize`Series`,
      book.series && [book.series, book.seriesIndex].filter((part) => part !== undefined).join(' · '),
    ],
    [$localize`Language`, book.language && sayLanguage(book.language)],
    [$localize`Publisher`, book.publisher],
    [$localize`Published`, book.published],
    [$localize`ISBN`, book.isbn],
    [$localize`Library`, book.libraryName],
    [$localize`Added`, new Intl.DateTimeFormat(undefined, { dateStyle: 'long' }).format(Date.parse(book.addedAt))],
  ];
  return rows.flatMap(([name, value]) => (value ? [{ name, value }] : []));
}

/** Descriptions come as plain text or as HTML; either way only their words are shown. */
export function paragraphsOf(description: string): readonly string[] {
  const withBreaks = description.replace(/<\/(p|div|li|h[1-6])>|<br\s*\/?>/gi, '\n');
  const { body } = new DOMParser().parseFromString(withBreaks, 'text/html');
  for (const wordless of body.querySelectorAll('script, style')) wordless.remove();
  return (body.textContent ?? '')
    .split(/\n+/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '');
}
