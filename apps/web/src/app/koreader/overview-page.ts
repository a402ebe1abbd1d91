import { Component, inject } from '@angular/core';
import { FailureNote } from '../ui/index.ts';
import { CredentialsForm } from './credentials-form.ts';
import { DangerZone } from './danger-zone.ts';
import { KoreaderStore } from './koreader-store.ts';
import { SetupCard } from './setup-card.ts';
import { StatusCard } from './status-card.ts';

/** The account devices sign in with: its state, how to set a device up, and its end. */
@Component({
  selector: 'bo-koreader-overview-page',
  imports: [CredentialsForm, DangerZone, FailureNote, SetupCard, StatusCard],
  host: { class: 'bo-stack' },
  template: `
    @let state = store.settings.state();
    @switch (state.kind) {
      @case ('loading') {
        <div class="bo-stack" aria-hidden="true">
          <div class="bo-skeleton" style="height: 9rem"></div>
          <div class="bo-skeleton" style="height: 16rem"></div>
        </div>
        <p class="bo-hidden" role="status" i18n>Loading KOReader settings</p>
      }
      @case ('failed') {
        <bo-failure-note [failure]="state.failure" [canRetry]="true" (retry)="store.open()" />
      }
      @case ('ready') {
        @if (state.value.account; as account) {
          <bo-status-card [account]="account" [counts]="state.value.counts" />
          <bo-setup-card [serverUrl]="state.value.serverUrl" [plugin]="state.value.plugin" />
          <bo-danger-zone [username]="account.username" />
        } @else {
          <bo-credentials-form />
        }
      }
    }
  `,
})
export class OverviewPage {
  protected readonly store = inject(KoreaderStore);

  constructor() {
    // What another browser changed of the account tells nobody; who comes back here sees it as it is.
    void this.store.settings.refresh();
  }
}
