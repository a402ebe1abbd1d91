import type { Routes } from '@angular/router';
import { LibrariesPage } from './libraries-page.ts';
import { LibrariesStore } from './libraries-store.ts';
import { LibraryEditorPage } from './library-editor-page.ts';

export const librariesRoutes: Routes = [
  {
    path: '',
    providers: [LibrariesStore],
    children: [
      { path: '', title: $localize`Libraries`, component: LibrariesPage },
      { path: 'new', title: $localize`Add a library`, component: LibraryEditorPage },
      { path: ':id', title: $localize`Edit library`, component: LibraryEditorPage },
    ],
  },
];
