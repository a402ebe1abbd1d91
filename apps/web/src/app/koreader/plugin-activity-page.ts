import { Component, DestroyRef, Injector, afterNextRender, inject } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { ActivatedRoute } from '@angular/router';
import { PluginActivityCard } from './plugin-activity-card.ts';
import { FailedList } from './failed-list.ts';
import { HeldList } from './held-list.ts';
import { KoreaderStore } from './koreader-store.ts';
import { MatchedList } from './matched-list.ts';
import { PendingList } from './pending-list.ts';

/** By these somebody moves the page by themselves. */
const MOVES = ['wheel', 'touchmove', 'keydown'] as const;

/** What the plugin brought in all, and the list behind each number. */
@Component({
  selector: 'bo-plugin-activity-page',
  imports: [FailedList, HeldList, MatchedList, PendingList, PluginActivityCard],
  host: { class: 'bo-stack' },
  template: `
    <bo-plugin-activity-card />
    <bo-held-list />
    <bo-failed-list />
    <bo-pending-list />
    <bo-matched-list />
  `,
})
export class PluginActivityPage {
  private readonly injector = inject(Injector);

  constructor() {
    const opened = inject(KoreaderStore).openLists();
    inject(ActivatedRoute)
      .fragment.pipe(takeUntilDestroyed())
      .subscribe((list) => {
        if (list !== null) this.showOnceOpened(list, opened);
      });
  }

  /** The router looks for a list when its number is clicked: that may be before it, or what stands above it, is drawn. */
  private showOnceOpened(list: string, opened: Promise<void>): void {
    const stop = new AbortController();
    this.injector.get(DestroyRef).onDestroy(() => stop.abort());
    for (const move of MOVES) addEventListener(move, () => stop.abort(), { signal: stop.signal, passive: true });
    void opened.then(() => {
      if (stop.signal.aborted) return;
      afterNextRender(
        {
          read: () => {
            if (!stop.signal.aborted) document.getElementById(list)?.scrollIntoView();
            stop.abort();
          },
        },
        { injector: this.injector },
      );
    });
  }
}
