import { Component, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import type { DocumentLink } from '@bookorbit/contracts';
import { Confirm, Notices, When } from '../ui/index.ts';
import { KoreaderStore } from './koreader-store.ts';

/** Documents that count for a book though their fingerprint is not one of its files'; hidden while there are none. */
@Component({
  selector: 'bo-link-list',
  imports: [MatButton, RouterLink, When],
  templateUrl: './link-list.html',
  styles: `
    :host:empty {
      display: none;
    }
  `,
})
export class LinkList {
  protected readonly store = inject(KoreaderStore);
  private readonly confirm = inject(Confirm);
  private readonly notices = inject(Notices);

  protected unlinkLabel({ title }: DocumentLink): string {
    return $localize`Unlink a copy of ${title}:title:`;
  }

  protected async unlink(link: DocumentLink): Promise<void> {
    const isSure = await this.confirm.ask({
      heading: $localize`Unlink this copy?`,
      words: [
        $localize`Progress from this copy no longer counts for “${link.title}”: it is unmatched again, and is not taken for this file by itself.`,
        $localize`What your devices reported of it is kept, and counts once you link it to a book.`,
      ],
      action: $localize`Unlink`,
    });
    if (!isSure) return;
    try {
      await this.store.unlink(link.id);
      this.notices.say($localize`Unlinked.`);
    } catch (thrown) {
      this.notices.sayFailure(thrown);
    }
  }
}
