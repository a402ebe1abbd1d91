import { Component, inject } from '@angular/core';
import { RouterOutlet } from '@angular/router';
import { SessionStore } from './session/session-store.ts';
import { FocusKeeper } from './shell/focus-keeper.ts';
import { PageFocus } from './shell/page-focus.ts';
import { ScrollKeeper } from './shell/scroll-keeper.ts';
import { Theme } from './shell/theme.ts';
import { FailureNote } from './ui/failure-note.ts';

@Component({
  selector: 'bo-app',
  imports: [FailureNote, RouterOutlet],
  template: `
    @if (session.failure(); as failure) {
      <main class="unreachable">
        <h1 i18n>BookOrbit</h1>
        <bo-failure-note [failure]="failure" [canRetry]="true" (retry)="reload()" />
      </main>
    } @else {
      <router-outlet />
    }
    <p class="bo-hidden" aria-live="polite">{{ focus.announcement() }}</p>
  `,
  styles: `
    .unreachable {
      display: grid;
      gap: var(--bo-space-5);
      max-width: 32rem;
      margin: 20vh auto 0;
      padding: var(--bo-space-4);
    }
  `,
})
export class App {
  protected readonly session = inject(SessionStore);
  protected readonly focus = inject(PageFocus);

  constructor() {
    inject(Theme);
    this.focus.start();
    inject(FocusKeeper).start();
    inject(ScrollKeeper).start();
  }

  protected reload(): void {
    window.location.reload();
  }
}
