import { Component, inject, signal } from '@angular/core';
import { form } from '@angular/forms/signals';
import { MatButton } from '@angular/material/button';
import type { Failure } from '../api/index.ts';
import { FailureNote, Notices, TextField, submitForm } from '../ui/index.ts';
import { ACCOUNT_PASSWORD_HINT, accountNameRules, accountPasswordRules } from './account-rules.ts';
import { KoreaderStore } from './koreader-store.ts';

/** Creates the name and password that devices sign in with. */
@Component({
  selector: 'bo-credentials-form',
  imports: [FailureNote, MatButton, TextField],
  templateUrl: './credentials-form.html',
})
export class CredentialsForm {
  protected readonly passwordHint = ACCOUNT_PASSWORD_HINT;
  protected readonly failure = signal<Failure | undefined>(undefined);
  protected readonly form = form(signal({ username: '', password: '' }), (path) => {
    accountNameRules(path.username);
    accountPasswordRules(path.password);
  });
  private readonly store = inject(KoreaderStore);
  private readonly notices = inject(Notices);

  protected createCredentials(event: Event): Promise<void> {
    event.preventDefault();
    return submitForm(
      this.form,
      this.failure,
      async () => {
        await this.store.createAccount(this.form().value());
        this.notices.say($localize`Credentials created. Next: download the plugin.`);
      },
      { username: this.form.username, name_taken: this.form.username, password: this.form.password },
    );
  }
}
