import { ViewportScroller } from '@angular/common';
import { type ApplicationConfig, inject, provideAppInitializer, provideZonelessChangeDetection } from '@angular/core';
import { TitleStrategy, provideRouter, withComponentInputBinding, withInMemoryScrolling } from '@angular/router';
import { routes } from './app.routes.ts';
import { SessionStore } from './session/session-store.ts';
import { PageTitle } from './shell/page-title.ts';

/** `--bo-space-8`, as in `styles/base.css`. */
const SCROLL_PADDING_PIXELS = 72;

export const appConfig: ApplicationConfig = {
  providers: [
    provideZonelessChangeDetection(),
    provideRouter(
      routes,
      withComponentInputBinding(),
      withInMemoryScrolling({ scrollPositionRestoration: 'enabled', anchorScrolling: 'enabled' }),
    ),
    { provide: TitleStrategy, useExisting: PageTitle },
    // The guards need to know who is asking before the first page is chosen.
    provideAppInitializer(() => inject(SessionStore).load()),
    // The router scrolls to anchors by itself, and does not know the page's scroll padding.
    provideAppInitializer(() => inject(ViewportScroller).setOffset([0, SCROLL_PADDING_PIXELS])),
  ],
};
