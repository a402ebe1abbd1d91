import { Component } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { EmptyState } from '../ui/empty-state.ts';

@Component({
  selector: 'bo-not-found-page',
  imports: [EmptyState, MatButton, RouterLink],
  template: `
    <h1 class="bo-hidden" i18n>Page not found</h1>
    <bo-empty-state icon="search" heading="This page is not in the catalogue" i18n-heading>
      <p i18n>The address may be mistyped, or what was here is gone or not yours to see.</p>
      <a matButton="filled" routerLink="/books" i18n>Go to your books</a>
    </bo-empty-state>
  `,
})
export class NotFoundPage {}
