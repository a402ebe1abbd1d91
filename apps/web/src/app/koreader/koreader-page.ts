import { Component, computed, inject } from '@angular/core';
import { RouterLink, RouterLinkActive, RouterOutlet } from '@angular/router';
import { CountPipe } from '../ui/index.ts';
import { KoreaderStore } from './koreader-store.ts';

/** The frame of Settings › Integrations › KOReader: its parts as tabs with addresses of their own. */
@Component({
  selector: 'bo-koreader-page',
  imports: [CountPipe, RouterLink, RouterLinkActive, RouterOutlet],
  providers: [KoreaderStore],
  // What it leads to stands beside it, and it would count as one more gap.
  styles: `
    router-outlet {
      display: none;
    }
  `,
  template: `
    <div class="bo-page">
      <header>
        <p class="bo-crumb" i18n>Settings › Integrations</p>
        <h1 i18n>KOReader Sync</h1>
        <nav class="bo-tabs" aria-label="KOReader" i18n-aria-label>
          <a
            routerLink="."
            routerLinkActive
            ariaCurrentWhenActive="page"
            [routerLinkActiveOptions]="{ exact: true }"
            i18n
            >Overview</a
          >
          <a routerLink="devices" routerLinkActive ariaCurrentWhenActive="page" i18n>Devices</a>
          <a routerLink="activity" routerLinkActive ariaCurrentWhenActive="page">
            <ng-container i18n>Plugin Activity</ng-container>
            @if (openQuestions() > 0) {
              <span class="bo-badge bo-badge--warning">{{ openQuestions() | boCount }}</span>
            }
          </a>
          <a routerLink="unmatched" routerLinkActive ariaCurrentWhenActive="page">
            <ng-container i18n>Unmatched books</ng-container>
            @if (unmatched() > 0) {
              <span class="bo-badge bo-badge--warning">{{ unmatched() | boCount }}</span>
            }
          </a>
          <a routerLink="check" routerLinkActive ariaCurrentWhenActive="page" i18n>Why is it not syncing?</a>
        </nav>
      </header>
      <router-outlet />
    </div>
  `,
})
export class KoreaderPage {
  private readonly store = inject(KoreaderStore);
  protected readonly unmatched = computed(() => this.store.settings.value()?.counts.unmatchedBooks ?? 0);
  /** What waits for a person. */
  protected readonly openQuestions = computed(() => {
    const activity = this.store.activity.value();
    return activity === undefined ? 0 : activity.heldDeletes + activity.failedPositions;
  });

  constructor() {
    void this.store.open();
  }
}
