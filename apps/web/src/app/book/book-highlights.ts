import { Component, ElementRef, afterRenderEffect, computed, effect, inject, signal, untracked } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { MatButton } from '@angular/material/button';
import { ActivatedRoute, RouterLink } from '@angular/router';
import type { AnnotationDetail } from '@bookorbit/contracts';
import { HighlightEdits } from '../highlights/highlight-edits.ts';
import { HighlightsStore } from '../highlights/highlights-store.ts';
import { FailureNote, Icon, Notices } from '../ui/index.ts';
import { BookHighlight } from './book-highlight.ts';
import { BookStore } from './book-store.ts';

/** Headings of one chapter's highlights, in the order of the book. */
interface Chapter {
  readonly name: string | undefined;
  readonly highlights: readonly AnnotationDetail[];
}

const FRAGMENT = /^highlight-(\d{1,15})$/;

/** The highlights of a book in its own order, chapter by chapter, or its bookmarks; those in the trash behind a button. An address ending in `#highlight-7` leads to one. */
@Component({
  selector: 'bo-book-highlights',
  imports: [BookHighlight, FailureNote, Icon, MatButton, RouterLink],
  providers: [HighlightsStore, HighlightEdits],
  templateUrl: './book-highlights.html',
  styleUrl: './book-highlights.css',
})
export class BookHighlights {
  protected readonly book = inject(BookStore);
  protected readonly store = inject(HighlightsStore);
  protected readonly isShowingTrash = signal(false);
  protected readonly isShowingBookmarks = signal(false);
  protected readonly chapters = computed(() => byChapter(this.store.rows()));
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

function byChapter(highlights: readonly AnnotationDetail[]): readonly Chapter[] {
  const chapters: { name: string | undefined; highlights: AnnotationDetail[] }[] = [];
  for (const highlight of highlights) {
    const last = chapters.at(-1);
    if (last !== undefined && last.name === highlight.chapter) last.highlights.push(highlight);
    else chapters.push({ name: highlight.chapter, highlights: [highlight] });
  }
  return chapters;
}
