import { Component, computed, effect, inject, input, untracked } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import { SYNC_OUTCOMES, type SyncFeedEntry } from '@bookorbit/contracts';
import { EmptyState, FailureNote, Icon, When } from '../ui/index.ts';
import { type ActivityChoice, ActivityStore } from './activity-store.ts';
import { OUTCOME_LABELS, sayCounts, sayExchange } from './activity-words.ts';

/** What devices did, as it happens: what came, what went, and what was refused and why. */
@Component({
  selector: 'bo-activity-page',
  imports: [EmptyState, FailureNote, Icon, RouterLink, When],
  providers: [ActivityStore],
  templateUrl: './activity-page.html',
  styleUrl: './activity-page.css',
})
export class ActivityPage {
  readonly device = input<string>();
  readonly outcome = input<string>();

  protected readonly store = inject(ActivityStore);
  protected readonly outcomes = SYNC_OUTCOMES.map((value) => ({ value, label: OUTCOME_LABELS[value] }));
  protected readonly choice = computed((): ActivityChoice => {
    const outcome = SYNC_OUTCOMES.find((known) => known === this.outcome());
    return { ...(this.device() && { deviceId: this.device() }), ...(outcome && { outcome }) };
  });
  protected readonly isNarrowed = computed(() => Object.keys(this.choice()).length > 0);
  protected readonly rows = computed(() => this.store.entries().map(rowOf));

  private readonly router = inject(Router);

  constructor() {
    effect(() => {
      const choice = this.choice();
      untracked(() => void this.store.open(choice));
    });
  }

  protected narrow(choice: { readonly device?: string; readonly outcome?: string }): void {
    const queryParams = Object.fromEntries(Object.entries(choice).map(([name, value]) => [name, value || null]));
    void this.router.navigate(['/activity'], { queryParams, queryParamsHandling: 'merge' });
  }

  protected showAll(): void {
    void this.router.navigate(['/activity']);
  }
}

function rowOf(entry: SyncFeedEntry) {
  const { came, went, refused } = entry;
  return {
    ...entry,
    what: sayExchange(entry.exchange),
    cameWords: sayCounts(came),
    wentWords: sayCounts(went),
    isQuiet: sayCounts(came) === undefined && sayCounts(went) === undefined && refused.length === 0,
  };
}
