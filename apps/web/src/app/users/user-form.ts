import { Component, computed, inject, input, linkedSignal, signal } from '@angular/core';
import { form } from '@angular/forms/signals';
import { MatButton } from '@angular/material/button';
import { Router, RouterLink } from '@angular/router';
import type { LibrarySummary, Permission, UserSummary } from '@bookorbit/contracts';
import { type Failure, failureFrom } from '../api/index.ts';
import { PASSWORD_HINT, newPasswordRules } from '../session/password-rules.ts';
import { SessionStore } from '../session/session-store.ts';
import { Confirm, FailureNote, Notices, TextField, submitForm } from '../ui/index.ts';
import { AccessChoice } from './access-choice.ts';
import { UsersStore } from './users-store.ts';

/** Access, password, and the end of a user there is. */
@Component({
  selector: 'bo-user-form',
  imports: [AccessChoice, FailureNote, MatButton, RouterLink, TextField],
  templateUrl: './user-form.html',
  styleUrl: './user-form.css',
})
export class UserForm {
  readonly user = input.required<UserSummary>();
  readonly libraries = input.required<readonly LibrarySummary[]>();

  protected readonly passwordHint = PASSWORD_HINT;
  protected readonly permissions = linkedSignal<readonly Permission[]>(() => this.user().permissions);
  protected readonly libraryIds = linkedSignal<readonly number[]>(() => this.user().libraryIds);
  protected readonly isSaving = signal(false);
  protected readonly accessFailure = signal<Failure | undefined>(undefined);
  protected readonly passwordFailure = signal<Failure | undefined>(undefined);
  protected readonly passwordForm = form(signal({ password: '' }), (path) => newPasswordRules(path.password));
  private readonly session = inject(SessionStore);
  protected readonly isSelf = computed(() => this.user().id === this.session.user()?.id);
  private readonly store = inject(UsersStore);
  private readonly confirm = inject(Confirm);
  private readonly notices = inject(Notices);
  private readonly router = inject(Router);

  protected async saveAccess(event: Event): Promise<void> {
    event.preventDefault();
    this.accessFailure.set(undefined);
    this.isSaving.set(true);
    try {
      await this.store.change(this.user().id, { permissions: this.permissions(), libraryIds: this.libraryIds() });
      if (this.isSelf()) await this.session.load();
      this.notices.say($localize`Access saved. It counts from the next request on.`);
    } catch (thrown) {
      this.accessFailure.set(failureFrom(thrown));
    } finally {
      this.isSaving.set(false);
    }
  }

  protected resetPassword(event: Event): Promise<void> {
    event.preventDefault();
    return submitForm(
      this.passwordForm,
      this.passwordFailure,
      async () => {
        await this.store.resetPassword(this.user().id, this.passwordForm.password().value());
        this.passwordForm().reset({ password: '' });
        this.notices.say($localize`${this.user().username}:username: has a new password.`);
      },
      { password: this.passwordForm.password },
    );
  }

  protected async setEnabled(isEnabled: boolean): Promise<void> {
    try {
      await this.store.change(this.user().id, { isEnabled });
      this.notices.say(
        isEnabled ? $localize`The user can sign in again.` : $localize`The user is disabled and signed out everywhere.`,
      );
    } catch (thrown) {
      this.notices.sayFailure(thrown);
    }
  }

  protected async deleteUser(): Promise<void> {
    const { id, username } = this.user();
    const isSure = await this.confirm.ask({
      heading: $localize`Delete ${username}:username:?`,
      words: [
        $localize`The user, their KOReader account and all their reading progress are deleted. This cannot be undone.`,
        $localize`To only keep them out, disable them instead. The books themselves stay either way.`,
      ],
      action: $localize`Delete user`,
    });
    if (!isSure) return;
    try {
      await this.store.delete(id);
      this.notices.say($localize`${username}:username: is deleted.`);
      await this.router.navigateByUrl('/admin/users');
    } catch (thrown) {
      this.notices.sayFailure(thrown);
    }
  }
}
