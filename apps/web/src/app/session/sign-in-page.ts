import { Component, inject, input, signal } from '@angular/core';
import { form, required } from '@angular/forms/signals';
import { MatButton } from '@angular/material/button';
import { Router } from '@angular/router';
import type { Failure } from '../api/index.ts';
import { FailureNote, TextField, submitForm } from '../ui/index.ts';
import { FrontPage } from './front-page.ts';
import { pathWithinApp } from './path-within-app.ts';
import { SessionStore } from './session-store.ts';

@Component({
  selector: 'bo-sign-in-page',
  imports: [FailureNote, FrontPage, MatButton, TextField],
  templateUrl: './sign-in-page.html',
})
export class SignInPage {
  /** Where to go afterwards; an address within this app. */
  readonly next = input<string>();
  protected readonly session = inject(SessionStore);
  protected readonly failure = signal<Failure | undefined>(undefined);
  protected readonly form = form(signal({ username: '', password: '' }), (path) => {
    required(path.username, { message: $localize`Enter your user name.` });
    required(path.password, { message: $localize`Enter your password.` });
  });
  private readonly router = inject(Router);

  protected signIn(event: Event): Promise<void> {
    event.preventDefault();
    return submitForm(this.form, this.failure, async () => {
      await this.session.signIn(this.form().value());
      const next = pathWithinApp(this.next());
      if (this.session.isSomebodyElse()) window.location.assign(next);
      else await this.router.navigateByUrl(next);
    });
  }
}
