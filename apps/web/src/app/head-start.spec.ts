import type { Routes } from '@angular/router';
import { headStart } from './head-start.ts';

/** Names of what is fetched for a path. */
function fetched(path: string): string[] {
  const names: string[] = [];
  const loaded = (name: string) => () => {
    names.push(name);
    return Promise.reject(new Error('offline'));
  };
  const routes: Routes = [
    { path: 'sign-in', loadComponent: loaded('sign-in') },
    {
      path: '',
      loadComponent: loaded('frame'),
      children: [
        { path: '', pathMatch: 'full', loadComponent: loaded('home') },
        { path: 'books', loadComponent: loaded('books') },
        { path: 'books/:id', loadComponent: loaded('book') },
        { path: 'settings/koreader', loadChildren: loaded('koreader') },
        { path: '**', loadComponent: loaded('nothing') },
      ],
    },
  ];
  headStart(routes, path);
  return names;
}

describe('headStart', () => {
  it.each([
    ['/', ['frame', 'home']],
    ['/books', ['frame', 'books']],
    ['/books/7', ['frame', 'book']],
    ['/settings/koreader', ['frame', 'koreader']],
    ['/settings/koreader/devices', ['frame', 'koreader']],
    ['/sign-in', ['sign-in']],
    ['/nowhere', ['frame']],
  ])('fetches what %s needs, and does not mind when it does not come', (path, names) => {
    expect(fetched(path)).toEqual(names);
  });
});
