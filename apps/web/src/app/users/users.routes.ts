import type { Routes } from '@angular/router';
import { UserEditorPage } from './user-editor-page.ts';
import { UsersPage } from './users-page.ts';
import { UsersStore } from './users-store.ts';

export const usersRoutes: Routes = [
  {
    path: '',
    providers: [UsersStore],
    children: [
      { path: '', title: $localize`Users`, component: UsersPage },
      { path: 'new', title: $localize`New user`, component: UserEditorPage },
      { path: ':id', title: $localize`User`, component: UserEditorPage },
    ],
  },
];
