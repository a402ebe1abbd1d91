/** `next` if it leads somewhere in this app, else the first page. */
export function pathWithinApp(next: string | undefined): string {
  return next !== undefined && /^\/(?![/\\])/.test(next) && !next.startsWith('/sign-in') ? next : '/';
}
