import { Component, input, model } from '@angular/core';
import { type LibrarySummary, PERMISSIONS, type Permission } from '@bookorbit/contracts';
import { PERMISSION_WORDS } from './permission-words.ts';

/** What a user may do and which libraries they may read, as boxes to tick. */
@Component({
  selector: 'bo-access-choice',
  templateUrl: './access-choice.html',
  styleUrl: './access-choice.css',
})
export class AccessChoice {
  readonly libraries = input.required<readonly LibrarySummary[]>();
  readonly permissions = model.required<readonly Permission[]>();
  readonly libraryIds = model.required<readonly number[]>();
  protected readonly allPermissions = PERMISSIONS;
  protected readonly words = PERMISSION_WORDS;

  protected setPermission(permission: Permission, isGiven: boolean): void {
    this.permissions.update((given) => withMember(given, permission, isGiven));
  }

  protected setLibrary(id: number, isOpen: boolean): void {
    this.libraryIds.update((ids) => withMember(ids, id, isOpen));
  }
}

function withMember<T>(members: readonly T[], member: T, isIn: boolean): readonly T[] {
  const others = members.filter((one) => one !== member);
  return isIn ? [...others, member] : others;
}
