import { Component, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import type { HeldDeletes } from '@bookorbit/contracts';
import { Confirm, FailureNote, Notices, When } from '../ui/index.ts';
import { KoreaderStore } from './koreader-store.ts';

/** Deletions too many at once to believe: somebody says whether they were meant. Not there when nothing is held. */
@Component({
  selector: 'bo-held-list',
  imports: [FailureNote, MatButton, RouterLink, When],
  templateUrl: './held-list.html',
})
export class HeldList {
  protected readonly store = inject(KoreaderStore);
  protected readonly isDeciding = signal(false);
  private readonly confirm = inject(Confirm);
  private readonly notices = inject(Notices);

  protected async confirmDeletes(held: HeldDeletes): Promise<void> {
    const isSure = await this.confirm.ask({
      heading: held.kind === 'bookmark' ? $localize`Delete these bookmarks?` : $localize`Delete these highlights?`,
      words: [
        $localize`${held.count}:count: of “${held.bookTitle}:book:” go to the trash, and are deleted on your other devices at their next sync.`,
        $localize`They can be restored from the trash.`,
      ],
      action: $localize`Delete them`,
    });
    if (isSure) await this.decide(held, 'confirm', $localize`Deleted. You find them in the trash.`);
  }

  protected keep(held: HeldDeletes): Promise<void> {
    return this.decide(held, 'discard', $localize`Kept. The device gets them back at its next sync.`);
  }

  private async decide(held: HeldDeletes, decision: 'confirm' | 'discard', words: string): Promise<void> {
    this.isDeciding.set(true);
    try {
      await this.store.decideHeld(held, decision);
      this.notices.say(words);
    } catch (thrown) {
      this.notices.sayFailure(thrown);
    } finally {
      this.isDeciding.set(false);
    }
  }
}
