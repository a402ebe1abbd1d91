import { Component, inject, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import type { BookFileDetail } from '@bookorbit/contracts';
import { SessionStore } from '../session/session-store.ts';
import { Icon, saySize } from '../ui/index.ts';

/** The stored files of a book: what is wrong with them, what devices know them by, and how to get them. */
@Component({
  selector: 'bo-book-files',
  imports: [Icon, MatButton],
  templateUrl: './book-files.html',
  styleUrl: './book-files.css',
})
export class BookFiles {
  readonly files = input.required<readonly BookFileDetail[]>();
  protected readonly session = inject(SessionStore);
  protected readonly saySize = saySize;

  protected downloadLabel({ name }: BookFileDetail): string {
    return $localize`Download ${name}:file:`;
  }
}
