import { Component, DestroyRef, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatDialogModule, MatDialogRef } from '@angular/material/dialog';
import type { ReadBooks } from '@bookorbit/contracts';
import { ReadingApi } from '../api/index.ts';
import { CountPipe, FailureNote, Loadable, sayDuration } from '../ui/index.ts';

/** The book statistics are to be of; without an id they are of all books. */
export interface ChosenBook {
  readonly bookId?: number;
}

const TYPING_PAUSE_MILLISECONDS = 200;

/** Finds one of all the books something was read of. */
@Component({
  selector: 'bo-book-choice-dialog',
  imports: [CountPipe, FailureNote, MatButton, MatDialogModule],
  templateUrl: './book-choice-dialog.html',
  styleUrl: './book-choice-dialog.css',
})
export class BookChoiceDialog {
  protected readonly words = signal('');
  protected readonly found = new Loadable<ReadBooks>(() => this.api.searchBooks(this.words().trim()));
  protected readonly sayDuration = sayDuration;
  private readonly api = inject(ReadingApi);
  private readonly opened = inject<MatDialogRef<BookChoiceDialog, ChosenBook>>(MatDialogRef);
  private typing: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    void this.found.load();
    inject(DestroyRef).onDestroy(() => clearTimeout(this.typing));
  }

  protected search(words: string): void {
    this.words.set(words);
    clearTimeout(this.typing);
    this.typing = setTimeout(() => void this.found.ask(), TYPING_PAUSE_MILLISECONDS);
  }

  protected choose(chosen: ChosenBook): void {
    this.opened.close(chosen);
  }
}
