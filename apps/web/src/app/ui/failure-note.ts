import { Component, input, output } from '@angular/core';
import { MatButton } from '@angular/material/button';
import type { Failure } from '../api/index.ts';
import { Icon } from './icon.ts';

/** Says what failed, where it failed, and offers to try again where that may help. */
@Component({
  selector: 'bo-failure-note',
  imports: [Icon, MatButton],
  template: `
    <div class="bo-note bo-note--danger" role="alert">
      <bo-icon [name]="failure().kind === 'offline' ? 'offline' : 'alert'" />
      <div class="bo-grow">{{ failure().message }}</div>
      @if (canRetry()) {
        <button matButton type="button" (click)="retry.emit()" i18n>Try again</button>
      }
    </div>
  `,
  styles: `
    button {
      margin-block: -0.5rem;
    }
  `,
})
export class FailureNote {
  readonly failure = input.required<Failure>();
  readonly canRetry = input(false);
  readonly retry = output<void>();
}
