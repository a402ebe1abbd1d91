import { Component, ElementRef, Injector, afterNextRender, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MAT_DIALOG_DATA, MatDialogModule } from '@angular/material/dialog';
import type { BookCard, BookDetail, BookList, UnmatchedDocument } from '@bookorbit/contracts';
import { BooksApi } from '../api/index.ts';
import { Cover } from '../books/cover.ts';
import { CountPipe, FailureNote, Loadable } from '../ui/index.ts';
import { nameOf } from './unmatched-item.ts';

const FOUND_LIMIT = 20;
const TYPING_PAUSE_MILLISECONDS = 200;

/** Finds the book a document is, then the file of it; closes with that file's id. */
@Component({
  selector: 'bo-link-dialog',
  imports: [CountPipe, Cover, FailureNote, MatButton, MatDialogModule],
  templateUrl: './link-dialog.html',
  styleUrl: './link-dialog.css',
})
export class LinkDialog {
  protected readonly unmatched = inject<UnmatchedDocument>(MAT_DIALOG_DATA);
  protected readonly name = nameOf(this.unmatched);
  protected readonly words = signal(this.unmatched.title ?? '');
  protected readonly found = new Loadable<BookList>(() =>
    this.api.list({ q: this.words().trim(), limit: FOUND_LIMIT, sort: 'title' }),
  );
  protected readonly bookId = signal<number | undefined>(undefined);
  protected readonly book = new Loadable<BookDetail>(() => this.api.read(this.bookId() ?? 0));
  protected readonly fileId = signal<number | undefined>(undefined);
  private readonly api = inject(BooksApi);
  private readonly injector = inject(Injector);
  private readonly element = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  private typing: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    void this.begin();
  }

  protected search(words: string): void {
    this.words.set(words);
    clearTimeout(this.typing);
    this.typing = setTimeout(() => void this.found.ask(), TYPING_PAUSE_MILLISECONDS);
  }

  protected async choose(card: BookCard): Promise<void> {
    this.bookId.set(card.id);
    this.fileId.set(undefined);
    await this.book.load();
    const files = this.book.value()?.files ?? [];
    this.fileId.set((files.find(({ isPrimary }) => isPrimary) ?? files[0])?.id);
    this.focusNext('[name=file]:checked');
  }

  protected chooseAnother(): void {
    this.bookId.set(undefined);
    this.fileId.set(undefined);
    this.focusNext('[type=search]');
  }

  protected sayAuthors({ authors }: BookCard): string {
    return authors.length === 0 ? $localize`Author unknown` : authors.join(', ');
  }

  /** What had the focus is drawn no longer; what takes its place has it next. */
  private focusNext(selector: string): void {
    afterNextRender(() => this.element.querySelector<HTMLElement>(selector)?.focus(), { injector: this.injector });
  }

  /** Begins with the document's own title, and with every book where that finds none. */
  private async begin(): Promise<void> {
    await this.found.load();
    if (this.found.value()?.total !== 0 || this.words() === '') return;
    this.words.set('');
    await this.found.ask();
  }
}
