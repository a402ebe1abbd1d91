import type { Routes } from '@angular/router';
import { KoreaderPage } from './koreader-page.ts';

/** Settings › Integrations › KOReader, a page for each part of it. */
export const koreaderRoutes: Routes = [
  {
    path: '',
    component: KoreaderPage,
    children: [
      {
        path: '',
        pathMatch: 'full',
        title: $localize`KOReader Sync`,
        loadComponent: () => import('./overview-page.ts').then((file) => file.OverviewPage),
      },
      {
        path: 'devices',
        title: $localize`KOReader devices`,
        loadComponent: () => import('./devices-page.ts').then((file) => file.DevicesPage),
      },
      {
        path: 'activity',
        title: $localize`Plugin Activity`,
        loadComponent: () => import('./plugin-activity-page.ts').then((file) => file.PluginActivityPage),
      },
      {
        path: 'unmatched',
        title: $localize`Unmatched books`,
        loadComponent: () => import('./unmatched-page.ts').then((file) => file.UnmatchedPage),
      },
      {
        path: 'check',
        title: $localize`Why is it not syncing?`,
        loadComponent: () => import('./sync-check-page.ts').then((file) => file.SyncCheckPage),
      },
    ],
  },
];
