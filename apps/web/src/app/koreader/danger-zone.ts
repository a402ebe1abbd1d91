import { Component, inject, input, signal } from '@angular/core';
import { form } from '@angular/forms/signals';
import { MatButton } from '@angular/material/button';
import type { Failure } from '../api/index.ts';
import { Confirm, FailureNote, Notices, TextField, submitForm } from '../ui/index.ts';
import { ACCOUNT_PASSWORD_HINT, accountPasswordRules } from './account-rules.ts';
import { KoreaderStore } from './koreader-store.ts';

/** A new password for the KOReader account, and its end. */
@Component({
  selector: 'bo-danger-zone',
  imports: [FailureNote, MatButton, TextField],
  templateUrl: './danger-zone.html',
  styleUrl: './danger-zone.css',
})
export class DangerZone {
  readonly username = input.required<string>();
  protected readonly passwordHint = ACCOUNT_PASSWORD_HINT;
  protected readonly failure = signal<Failure | undefined>(undefined);
  protected readonly form = form(signal({ password: '' }), (path) => accountPasswordRules(path.password));
  private readonly store = inject(KoreaderStore);
  private readonly confirm = inject(Confirm);
  private readonly notices = inject(Notices);

  protected changePassword(event: Event): Promise<void> {
    event.preventDefault();
    return submitForm(
      this.form,
      this.failure,
      async () => {
        await this.store.changePassword(this.form.password().value());
        this.form().reset({ password: '' });
        this.notices.say($localize`KOReader password changed.`);
      },
      { password: this.form.password },
    );
  }

  protected async deleteCredentials(): Promise<void> {
    const isSure = await this.confirm.ask({
      heading: $localize`Delete credentials?`,
      words: [
        $localize`The KOReader account “${this.username()}” is removed and paired devices are disconnected.`,
        $localize`Reading progress already stored in BookOrbit remains.`,
      ],
      action: $localize`Delete credentials`,
    });
    if (!isSure) return;
    try {
      await this.store.deleteAccount();
      this.notices.say($localize`Credentials deleted. Create new ones when you want to pair devices again.`);
    } catch (thrown) {
      this.notices.sayFailure(thrown);
    }
  }
}
