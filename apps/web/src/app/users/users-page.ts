import { Component, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import type { UserSummary } from '@bookorbit/contracts';
import { SessionStore } from '../session/session-store.ts';
import { FailureNote, Icon, When } from '../ui/index.ts';
import { PERMISSION_WORDS } from './permission-words.ts';
import { UsersStore } from './users-store.ts';

@Component({
  selector: 'bo-users-page',
  imports: [FailureNote, Icon, MatButton, RouterLink, When],
  templateUrl: './users-page.html',
})
export class UsersPage {
  protected readonly store = inject(UsersStore);
  protected readonly session = inject(SessionStore);
  protected readonly permissionWords = PERMISSION_WORDS;

  constructor() {
    void this.store.open();
  }

  protected sayEdit(username: string): string {
    return $localize`Edit ${username}:username:`;
  }

  protected sayLibraries(user: UserSummary): string {
    const libraries = this.store.libraries.value() ?? [];
    if (user.permissions.includes('manage_libraries')) return $localize`All libraries`;
    const names = libraries.filter(({ id }) => user.libraryIds.includes(id)).map(({ name }) => name);
    return names.length === 0 ? $localize`No library` : new Intl.ListFormat().format(names);
  }
}
