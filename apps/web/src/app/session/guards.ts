import { inject } from '@angular/core';
import { type CanActivateFn, type CanMatchFn, Router } from '@angular/router';
import type { Permission } from '@bookorbit/contracts';
import { pathWithinApp } from './path-within-app.ts';
import { SessionStore } from './session-store.ts';

/** Lets signed-in people in; sends others to sign in, and back here afterwards. */
export const whenSignedIn: CanActivateFn = (_route, state) => {
  const session = inject(SessionStore);
  const router = inject(Router);
  if (session.isSetupNeeded()) return router.parseUrl('/setup');
  if (session.user() !== undefined) return true;
  const next = state.url === '/' ? undefined : state.url;
  return router.createUrlTree(['/sign-in'], { queryParams: { next } });
};

/** The sign-in page is for those who are not. */
export const whenSignedOut: CanActivateFn = (route) => {
  const session = inject(SessionStore);
  const router = inject(Router);
  if (session.isSetupNeeded()) return router.parseUrl('/setup');
  if (session.user() === undefined) return true;
  return router.parseUrl(pathWithinApp(route.queryParamMap.get('next') ?? undefined));
};

/** The set-up page exists until there is an admin. */
export const whenSetupNeeded: CanActivateFn = () =>
  inject(SessionStore).isSetupNeeded() ? true : inject(Router).parseUrl('/');

/** Without the permission the page does not exist, as on the server. */
export function whenPermitted(permission: Permission): CanMatchFn {
  return () => inject(SessionStore).may(permission);
}
