import { Component, computed, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import { NotFoundPage } from '../shell/not-found-page.ts';
import { FailureNote } from '../ui/index.ts';
import { NewUserForm } from './new-user-form.ts';
import { UserForm } from './user-form.ts';
import { UsersStore } from './users-store.ts';

/** A new user, or one there is. */
@Component({
  selector: 'bo-user-editor-page',
  imports: [FailureNote, NewUserForm, NotFoundPage, RouterLink, UserForm],
  templateUrl: './user-editor-page.html',
})
export class UserEditorPage {
  /** Absent for a new user. */
  readonly id = input<string>();
  protected readonly newUser = $localize`New user`;
  protected readonly store = inject(UsersStore);
  protected readonly user = computed(() => this.store.users.value()?.find(({ id }) => String(id) === this.id()));
  protected readonly libraries = computed(() => this.store.libraries.value() ?? []);

  constructor() {
    void this.store.open();
  }
}
