import { Component, inject, input } from '@angular/core';
import { MatSlideToggle, type MatSlideToggleChange } from '@angular/material/slide-toggle';
import { RouterLink } from '@angular/router';
import type { KoreaderAccountState, KoreaderCounts } from '@bookorbit/contracts';
import { CountPipe, Notices, When } from '../ui/index.ts';
import { KoreaderStore } from './koreader-store.ts';

/** Whether devices sync, how much there is, and the kill switch. */
@Component({
  selector: 'bo-status-card',
  imports: [CountPipe, MatSlideToggle, RouterLink, When],
  templateUrl: './status-card.html',
  styleUrl: './status-card.css',
})
export class StatusCard {
  readonly account = input.required<KoreaderAccountState>();
  readonly counts = input.required<KoreaderCounts>();
  protected readonly store = inject(KoreaderStore);
  private readonly notices = inject(Notices);

  protected async switchSync(change: MatSlideToggleChange): Promise<void> {
    try {
      await this.store.setSyncEnabled(change.checked);
      this.notices.say(
        change.checked
          ? $localize`Progress sync is on.`
          : $localize`Progress sync is off. Paired devices stop syncing.`,
      );
    } catch (thrown) {
      change.source.checked = this.account().isSyncEnabled;
      this.notices.sayFailure(thrown);
    }
  }
}
