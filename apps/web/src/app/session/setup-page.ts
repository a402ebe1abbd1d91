import { Component, inject, signal } from '@angular/core';
import { form } from '@angular/forms/signals';
import { MatButton } from '@angular/material/button';
import { Router } from '@angular/router';
import { type Failure, LibrariesApi, ReadingApi } from '../api/index.ts';
import { FailureNote, TextField, browserTimeZone, submitForm } from '../ui/index.ts';
import { FrontPage } from './front-page.ts';
import { PASSWORD_HINT, newPasswordRules, newUserNameRules } from './password-rules.ts';
import { SessionStore } from './session-store.ts';

@Component({
  selector: 'bo-setup-page',
  imports: [FailureNote, FrontPage, MatButton, TextField],
  templateUrl: './setup-page.html',
})
export class SetupPage {
  protected readonly passwordHint = PASSWORD_HINT;
  protected readonly failure = signal<Failure | undefined>(undefined);
  protected readonly form = form(signal({ username: '', password: '' }), (path) => {
    newUserNameRules(path.username);
    newPasswordRules(path.password);
  });
  private readonly session = inject(SessionStore);
  private readonly libraries = inject(LibrariesApi);
  private readonly reading = inject(ReadingApi);
  private readonly router = inject(Router);

  protected createAdmin(event: Event): Promise<void> {
    event.preventDefault();
    return submitForm(
      this.form,
      this.failure,
      async () => {
        await this.session.setUp(this.form().value());
        // Only where days end: if it fails they end in UTC, and the account page changes that.
        await this.reading.changeTimeZone(browserTimeZone()).catch(() => undefined);
        await this.router.navigateByUrl((await this.hasLibrary()) ? '/books' : '/admin/libraries/new');
      },
      { username: this.form.username, password: this.form.password },
    );
  }

  /** An unattended set-up may have made libraries before there was an admin. */
  private async hasLibrary(): Promise<boolean> {
    try {
      return (await this.libraries.list()).length > 0;
    } catch {
      // The admin exists by now; the next page tells what is wrong with the libraries.
      return false;
    }
  }
}
