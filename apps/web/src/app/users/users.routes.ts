import type { Routes } from '@angular/router';
import { UserEditorPage } from './user-editor-page.ts';
import { UsersPage } from './users-page.ts';
import { UsersStore } from './users-store.ts';

export const usersRoutes: Routes = [
  {
    path: '',
    providers: [UsersStore],
    children: [
      { path: '', title: 'Users', component: UsersPage },
      { path: 'new', title: 'New user', component: UserEditorPage },
      { path: ':id', title: 'User', component: UserEditorPage },
    ],
  },
];
