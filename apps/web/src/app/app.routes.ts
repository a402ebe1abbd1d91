import type { Routes } from '@angular/router';
import { whenPermitted, whenSetupNeeded, whenSignedIn, whenSignedOut } from './session/guards.ts';

/** Every page and who may come; a page somebody may not see falls through to the last line. */
export const routes: Routes = [
  {
    path: 'setup',
    title: $localize`Set up`,
    canActivate: [whenSetupNeeded],
    loadComponent: () => import('./session/setup-page.ts').then((file) => file.SetupPage),
  },
  {
    path: 'sign-in',
    title: $localize`Sign in`,
    canActivate: [whenSignedOut],
    loadComponent: () => import('./session/sign-in-page.ts').then((file) => file.SignInPage),
  },
  {
    path: '',
    canActivate: [whenSignedIn],
    loadComponent: () => import('./shell/shell.ts').then((file) => file.Shell),
    children: [
      {
        path: '',
        pathMatch: 'full',
        title: $localize`Home`,
        loadComponent: () => import('./home/home-page.ts').then((file) => file.HomePage),
      },
      {
        path: 'books',
        title: $localize`Books`,
        loadComponent: () => import('./books/books-page.ts').then((file) => file.BooksPage),
      },
      {
        path: 'books/:id',
        title: $localize`Book`,
        loadComponent: () => import('./book/book-page.ts').then((file) => file.BookPage),
      },
      {
        path: 'highlights',
        title: $localize`Highlights`,
        canMatch: [whenPermitted('koreader_sync')],
        loadComponent: () => import('./highlights/highlights-page.ts').then((file) => file.HighlightsPage),
      },
      {
        path: 'statistics',
        title: $localize`Statistics`,
        loadComponent: () => import('./statistics/statistics-page.ts').then((file) => file.StatisticsPage),
      },
      {
        path: 'activity',
        title: $localize`Activity`,
        canMatch: [whenPermitted('koreader_sync')],
        loadComponent: () => import('./activity/activity-page.ts').then((file) => file.ActivityPage),
      },
      {
        path: 'import',
        title: $localize`Import`,
        canMatch: [whenPermitted('koreader_sync')],
        loadComponent: () => import('./import/import-page.ts').then((file) => file.ImportPage),
      },
      {
        path: 'settings/account',
        title: $localize`Your account`,
        loadComponent: () => import('./session/account-page.ts').then((file) => file.AccountPage),
      },
      {
        path: 'settings/integrations/koreader',
        canMatch: [whenPermitted('koreader_sync')],
        loadChildren: () => import('./koreader/koreader.routes.ts').then((file) => file.koreaderRoutes),
      },
      {
        path: 'admin/users',
        canMatch: [whenPermitted('manage_users')],
        loadChildren: () => import('./users/users.routes.ts').then((file) => file.usersRoutes),
      },
      {
        path: 'admin/libraries',
        canMatch: [whenPermitted('manage_libraries')],
        loadChildren: () => import('./libraries/libraries.routes.ts').then((file) => file.librariesRoutes),
      },
      {
        path: '**',
        title: $localize`Page not found`,
        loadComponent: () => import('./shell/not-found-page.ts').then((file) => file.NotFoundPage),
      },
    ],
  },
];
