import { Component, input } from '@angular/core';

/** The frame of the pages seen before anybody is signed in: the name, a heading, and one thing to do. */
@Component({
  selector: 'bo-front-page',
  template: `
    <main id="main" tabindex="-1">
      <p class="mark">
        <img src="favicon.svg" alt="" width="44" height="44" />&ngsp;<ng-container
          i18n="The name of the app: it stays as it is"
          >BookOrbit</ng-container
        >
      </p>
      <div class="bo-card bo-stack">
        <h1>{{ heading() }}</h1>
        <ng-content />
      </div>
      <p class="motto" i18n>Your library, and the place you left off, on every device.</p>
    </main>
  `,
  styles: `
    :host {
      display: grid;
      place-items: center;
      min-height: 100dvh;
      padding: var(--bo-space-5) var(--bo-space-4);
      background: radial-gradient(ellipse at 50% 0, var(--bo-inset), transparent 60%);
    }
    main {
      width: 100%;
      max-width: 26rem;
    }
    .mark {
      display: flex;
      align-items: center;
      justify-content: center;
      gap: var(--bo-space-3);
      margin-bottom: var(--bo-space-5);
      font: 600 1.75rem/1 var(--bo-serif);
      letter-spacing: -0.01em;
    }
    h1 {
      font-size: var(--bo-text-xl);
    }
    .bo-card {
      padding: var(--bo-space-6) var(--bo-space-5);
      border-radius: var(--bo-radius-l);
    }
    .motto {
      margin-top: var(--bo-space-5);
      text-align: center;
      font-family: var(--bo-serif);
      font-style: italic;
      color: var(--bo-ink-soft);
    }
  `,
})
export class FrontPage {
  readonly heading = input.required<string>();
}
