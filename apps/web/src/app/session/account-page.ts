import { Component, inject, signal } from '@angular/core';
import { form, required } from '@angular/forms/signals';
import { MatButton } from '@angular/material/button';
import { type Failure, SessionApi } from '../api/index.ts';
import { ThemeChoice } from '../shell/theme-choice.ts';
import { FailureNote, Notices, TextField, submitForm } from '../ui/index.ts';
import { PASSWORD_HINT, newPasswordRules } from './password-rules.ts';
import { SessionStore } from './session-store.ts';
import { TimeZoneCard } from './time-zone-card.ts';

const EMPTY_FORM = { currentPassword: '', newPassword: '' };

@Component({
  selector: 'bo-account-page',
  imports: [FailureNote, MatButton, TextField, ThemeChoice, TimeZoneCard],
  templateUrl: './account-page.html',
})
export class AccountPage {
  protected readonly session = inject(SessionStore);
  protected readonly passwordHint = PASSWORD_HINT;
  protected readonly failure = signal<Failure | undefined>(undefined);
  protected readonly form = form(signal(EMPTY_FORM), (path) => {
    required(path.currentPassword, { message: $localize`Enter the password you have now.` });
    newPasswordRules(path.newPassword);
  });
  private readonly api = inject(SessionApi);
  private readonly notices = inject(Notices);

  protected changePassword(event: Event): Promise<void> {
    event.preventDefault();
    return submitForm(
      this.form,
      this.failure,
      async () => {
        await this.api.changePassword(this.form().value());
        this.form().reset(EMPTY_FORM);
        this.notices.say($localize`Password changed. Every other browser is signed out.`);
      },
      { currentPassword: this.form.currentPassword, newPassword: this.form.newPassword },
    );
  }
}
