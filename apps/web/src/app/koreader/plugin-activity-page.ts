import { Component, inject } from '@angular/core';
import { PluginActivityCard } from './plugin-activity-card.ts';
import { FailedList } from './failed-list.ts';
import { HeldList } from './held-list.ts';
import { KoreaderStore } from './koreader-store.ts';
import { MatchedList } from './matched-list.ts';
import { PendingList } from './pending-list.ts';

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
  constructor() {
    void inject(KoreaderStore).openLists();
  }
}
