import { Component, inject } from '@angular/core';
import { RouterLink } from '@angular/router';
import { FailureNote, Icon, When } from '../ui/index.ts';
import { KoreaderStore } from './koreader-store.ts';

/** The numbers of the plugin's activity; each leads to the list behind it. */
@Component({
  selector: 'bo-plugin-activity-card',
  imports: [FailureNote, Icon, RouterLink, When],
  templateUrl: './plugin-activity-card.html',
  styleUrl: './plugin-activity-card.css',
})
export class PluginActivityCard {
  protected readonly store = inject(KoreaderStore);

  protected say(count: number): string {
    return new Intl.NumberFormat().format(count);
  }
}
