import { Injectable, computed, inject } from '@angular/core';
import type { Permission } from '@bookorbit/contracts';
import { SessionStore } from '../session/session-store.ts';
import type { IconName } from '../ui/icon.ts';

export interface NavigationLink {
  readonly label: string;
  readonly path: string;
  readonly icon: IconName;
  /** Without it the link, like its page, does not exist. */
  readonly permission?: Permission;
}

export interface NavigationSection {
  /** Absent for the first section, which needs no heading. */
  readonly label?: string;
  readonly links: readonly NavigationLink[];
}

const SECTIONS: readonly NavigationSection[] = [
  {
    links: [
      { label: $localize`Home`, path: '/', icon: 'home' },
      { label: $localize`Books`, path: '/books', icon: 'book' },
      { label: $localize`Highlights`, path: '/highlights', icon: 'highlighter', permission: 'koreader_sync' },
      { label: $localize`Statistics`, path: '/statistics', icon: 'chart' },
      { label: $localize`Activity`, path: '/activity', icon: 'activity', permission: 'koreader_sync' },
    ],
  },
  {
    label: $localize`Settings`,
    links: [
      {
        label: $localize`KOReader`,
        path: '/settings/integrations/koreader',
        icon: 'device',
        permission: 'koreader_sync',
      },
      { label: $localize`Import`, path: '/import', icon: 'upload', permission: 'koreader_sync' },
      { label: $localize`Your account`, path: '/settings/account', icon: 'person' },
    ],
  },
  {
    label: $localize`Admin`,
    links: [
      { label: $localize`Users`, path: '/admin/users', icon: 'users', permission: 'manage_users' },
      { label: $localize`Libraries`, path: '/admin/libraries', icon: 'library', permission: 'manage_libraries' },
    ],
  },
];

/** The pages this user can go to, in the order they are shown. */
@Injectable({ providedIn: 'root' })
export class Navigation {
  private readonly session = inject(SessionStore);
  readonly sections = computed(() =>
    SECTIONS.map((section) => ({
      ...section,
      links: section.links.filter(({ permission }) => permission === undefined || this.session.may(permission)),
    })).filter(({ links }) => links.length > 0),
  );
}
