import { Component, input } from '@angular/core';
import { Icon, type IconName } from './icon.ts';

/** Says that there is nothing here, why, and (as content) what to do about it. */
@Component({
  selector: 'bo-empty-state',
  imports: [Icon],
  template: `
    <bo-icon [name]="icon()" />
    <h2>{{ heading() }}</h2>
    <div class="words"><ng-content /></div>
  `,
  styles: `
    :host {
      display: flex;
      flex-direction: column;
      align-items: center;
      gap: var(--bo-space-3);
      padding: var(--bo-space-7) var(--bo-space-4);
      text-align: center;
    }
    bo-icon {
      font-size: 2.5rem;
      color: var(--bo-line-strong);
    }
    .words {
      display: flex;
      flex-direction: column;
      align-items: center;
      gap: var(--bo-space-4);
      max-width: 32rem;
      color: var(--bo-ink-soft);
    }
  `,
})
export class EmptyState {
  readonly icon = input.required<IconName>();
  readonly heading = input.required<string>();
}
