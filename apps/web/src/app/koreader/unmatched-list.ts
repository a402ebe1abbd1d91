import { Component, computed, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import type { UnmatchedDocument } from '@bookorbit/contracts';
import { firstValueFrom } from 'rxjs';
import { CountPipe, FailureNote, Icon, Notices } from '../ui/index.ts';
import { KoreaderStore } from './koreader-store.ts';
import { LinkDialog } from './link-dialog.ts';
import { UnmatchedItem } from './unmatched-item.ts';

/** What devices read that no file of the library is, and what to do about each. */
@Component({
  selector: 'bo-unmatched-list',
  imports: [CountPipe, FailureNote, Icon, MatButton, UnmatchedItem],
  templateUrl: './unmatched-list.html',
})
export class UnmatchedList {
  protected readonly store = inject(KoreaderStore);
  protected readonly isShowingDismissed = signal(false);
  protected readonly open = computed(() => this.store.unmatched.value()?.filter((one) => !one.isDismissed) ?? []);
  protected readonly dismissed = computed(() => this.store.unmatched.value()?.filter((one) => one.isDismissed) ?? []);
  private readonly dialog = inject(MatDialog);
  private readonly notices = inject(Notices);

  protected async chooseBook(unmatched: UnmatchedDocument): Promise<void> {
    const opened = this.dialog.open<LinkDialog, UnmatchedDocument, number>(LinkDialog, {
      data: unmatched,
      width: '36rem',
      maxWidth: '94vw',
    });
    const bookFileId = await firstValueFrom(opened.afterClosed());
    if (bookFileId !== undefined) await this.link(unmatched, bookFileId);
  }

  protected link(unmatched: UnmatchedDocument, bookFileId: number): Promise<void> {
    return this.change($localize`Linked. Its progress now counts for the book.`, () =>
      this.store.link(unmatched.id, bookFileId),
    );
  }

  protected dismiss(unmatched: UnmatchedDocument): Promise<void> {
    return this.change($localize`Dismissed. It is kept under dismissed books.`, () => this.store.dismiss(unmatched.id));
  }

  protected restore(unmatched: UnmatchedDocument): Promise<void> {
    return this.change($localize`Back in the list.`, () => this.store.restore(unmatched.id));
  }

  private async change(words: string, act: () => Promise<void>): Promise<void> {
    try {
      await act();
      this.notices.say(words);
    } catch (thrown) {
      this.notices.sayFailure(thrown);
    }
  }
}
