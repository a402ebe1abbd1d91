import type { Route, Routes } from '@angular/router';

/**
 * Fetches the code of the page at `path` while the app is still finding out who asks: the router would begin only after that, with the
 * frame, and with the page after the frame. Whether somebody may see the page is the router's to judge, and so is code that does not come.
 */
export function headStart(routes: Routes, path: string): void {
  const segments = path.split('/').filter(Boolean);
  const own = routes.find((route) => route.path !== '' && fits(route, segments));
  if (own !== undefined) {
    load(own);
    return;
  }
  for (const frame of routes.filter(({ children }) => children !== undefined)) {
    load(frame);
    const page = frame.children?.find((route) => fits(route, segments));
    if (page !== undefined) load(page);
  }
}

function fits({ path = '', loadChildren }: Route, segments: readonly string[]): boolean {
  const parts = path.split('/').filter(Boolean);
  if (parts.length !== segments.length && (loadChildren === undefined || parts.length > segments.length)) return false;
  return parts.every((part, n) => part.startsWith(':') || part === segments[n]);
}

function load({ loadComponent, loadChildren }: Route): void {
  for (const loading of [loadComponent?.(), loadChildren?.()]) {
    if (loading instanceof Promise) loading.catch(() => undefined);
  }
}
