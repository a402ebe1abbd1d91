import { Component, ElementRef, afterRenderEffect, computed, effect, inject, signal, untracked } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { MatButton } from '@angular/material/button';
import { ActivatedRoute, RouterLink } from '@angular/router';
import type { AnnotationDetail } from '@bookorbit/contracts';
import { HighlightEdits } from '../highlights/highlight-edits.ts';
import { HighlightsStore } from '../highlights/highlights-store.ts';
import { CountPipe, FailureNote, Icon, Notices } from '../ui/index.ts';
import { BookHighlight } from './book-highlight.ts';
import { BookStore } from './book-store.ts';

const FRAGMENT = /^highlight-(\d{1,15})$/;

/** The highlights of a book in its own order, chapter by chapter, or its bookmarks; those in the trash behind a button. An address ending in `#highlight-7` leads to one. */
@Component({
  selector: 'bo-book-highlights',
  imports: [BookHighlight, CountPipe, FailureNote, Icon, MatButton, RouterLink],
  providers: [HighlightsStore, HighlightEdits],
  templateUrl: './book-highlights.html',
  styleUrl: './book-highlights.css',
})
export class BookHighlights {
  protected readonly book = inject(BookStore);
  protected readonly store = inject(HighlightsStore);
  protected readonly isShowingTrash = signal(false);
  protected readonly isShowingBookmarks = signal(false);
  /** The first of each chapter. One list of all, so that a row stays while a device brings others before it, and with it what is written there. */
  protected readonly chapterBeginnings = computed(() => beginningsOfChapters(this.store.rows()));
  protected readonly hasMore = computed(() => this.store.rows().length < (this.store.total() ?? 0));
  private readonly edits = inject(HighlightEdits);
  private readonly notices = inject(Notices);
  private readonly fragment = toSignal(inject(ActivatedRoute).fragment, { initialValue: null });
  private readonly wanted = computed(() => Number(FRAGMENT.exec(this.fragment() ?? '')?.[1] ?? 0));
  /** The highlight the address leads to, once it is on the page. */
  protected readonly shown = computed(() => this.store.rows().find(({ id }) => id === this.wanted())?.id);

  constructor() {
    const element = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
    effect(() => {
      const bookId = this.book.id();
      const state = this.isShowingTrash() ? 'trash' : 'active';
      const kind = this.isShowingBookmarks() ? 'bookmark' : 'highlight';
      if (bookId === undefined) return;
      untracked(() => void this.store.open({ bookId, state, kind, sort: 'page' }));
    });
    // A highlight further down than the first page is read up to.
    effect(() => {
      if (this.wanted() > 0 && this.shown() === undefined && this.hasMore()) {
        untracked(() => void this.store.readMore());
      }
    });
    afterRenderEffect(() => {
      const id = this.shown();
      if (id === undefined) return;
      const target = element.querySelector<HTMLElement>(`#highlight-${id}`);
      target?.scrollIntoView({ block: 'center' });
      target?.focus({ preventScroll: true });
    });
  }

  protected async trash({ id }: AnnotationDetail): Promise<void> {
    const undo = await this.edits.move([id], 'trash');
    if (undo === undefined) return;
    this.notices.offer(
      $localize`Moved to the trash. Your devices delete it at their next sync.`,
      $localize`Undo`,
      () => void this.edits.takeBack(undo),
    );
  }

  protected async restore({ id }: AnnotationDetail): Promise<void> {
    if (await this.edits.move([id], 'restore')) this.notices.say($localize`Restored.`);
  }
}

function beginningsOfChapters(highlights: readonly AnnotationDetail[]): ReadonlySet<number> {
  const beginnings = highlights.filter(({ chapter }, n) => n === 0 || highlights[n - 1]?.chapter !== chapter);
  return new Set(beginnings.map(({ id }) => id));
}
