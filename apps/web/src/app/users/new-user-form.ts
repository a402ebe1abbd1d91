import { Component, inject, input, linkedSignal, signal } from '@angular/core';
import { form } from '@angular/forms/signals';
import { MatButton } from '@angular/material/button';
import { Router, RouterLink } from '@angular/router';
import type { LibrarySummary, Permission } from '@bookorbit/contracts';
import type { Failure } from '../api/index.ts';
import { PASSWORD_HINT, newPasswordRules, newUserNameRules } from '../session/password-rules.ts';
import { FailureNote, Notices, TextField, submitForm } from '../ui/index.ts';
import { AccessChoice } from './access-choice.ts';
import { UsersStore } from './users-store.ts';

/** A reader may sync and download; more is for the admin to give. */
const READER_PERMISSIONS: readonly Permission[] = ['koreader_sync', 'download'];

@Component({
  selector: 'bo-new-user-form',
  imports: [AccessChoice, FailureNote, MatButton, RouterLink, TextField],
  templateUrl: './new-user-form.html',
})
export class NewUserForm {
  readonly libraries = input.required<readonly LibrarySummary[]>();
  protected readonly passwordHint = PASSWORD_HINT;
  protected readonly failure = signal<Failure | undefined>(undefined);
  protected readonly permissions = signal<readonly Permission[]>(READER_PERMISSIONS);
  protected readonly libraryIds = linkedSignal<readonly number[]>(() => this.libraries().map(({ id }) => id));
  protected readonly form = form(signal({ username: '', password: '' }), (path) => {
    newUserNameRules(path.username);
    newPasswordRules(path.password);
  });
  private readonly store = inject(UsersStore);
  private readonly notices = inject(Notices);
  private readonly router = inject(Router);

  protected create(event: Event): Promise<void> {
    event.preventDefault();
    return submitForm(
      this.form,
      this.failure,
      async () => {
        const credentials = this.form().value();
        await this.store.create({
          ...credentials,
          permissions: this.permissions(),
          libraryIds: this.libraryIds(),
        });
        this.notices.say($localize`${credentials.username}:username: can sign in now.`);
        await this.router.navigateByUrl('/admin/users');
      },
      { username: this.form.username, name_taken: this.form.username, password: this.form.password },
    );
  }
}
