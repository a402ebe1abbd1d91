import { TestBed } from '@angular/core/testing';
import { Router, type UrlTree, provideRouter } from '@angular/router';
import type { SessionState } from '@bookorbit/contracts';
import { Http, ServerEvents, SessionApi } from '../api/index.ts';
import { whenPermitted, whenSignedIn, whenSignedOut } from './guards.ts';
import { pathWithinApp } from './path-within-app.ts';
import { SessionStore } from './session-store.ts';

const ANNA: SessionState = {
  isSetupNeeded: false,
  serverVersion: '1',
  user: { id: 1, username: 'anna', permissions: ['koreader_sync'] },
};
const NOBODY: SessionState = { isSetupNeeded: false, serverVersion: '1' };

async function setUp(
  state: SessionState,
  next: SessionState = state,
): Promise<{ store: SessionStore; signOut: () => void; refuseEvents: () => void; read: jest.Mock }> {
  let signOut = (): void => undefined;
  let refuseEvents = (): void => undefined;
  const read = jest.fn(async () => state);
  TestBed.configureTestingModule({
    providers: [
      provideRouter([{ path: 'slow/:id', canActivate: [() => new Promise<boolean>(() => undefined)], children: [] }]),
      { provide: SessionApi, useValue: { read, signIn: async () => ({ ...next }) } },
      {
        provide: Http,
        useValue: { onSignedOut: (listener: () => void) => (signOut = listener), startLogin: jest.fn() },
      },
      {
        provide: ServerEvents,
        useValue: {
          start: jest.fn(),
          stop: jest.fn(),
          onRefused: (listener: () => void) => (refuseEvents = listener),
        },
      },
    ],
  });
  const store = TestBed.inject(SessionStore);
  await store.load();
  return { store, signOut: () => signOut(), refuseEvents: () => refuseEvents(), read };
}

function guard(run: typeof whenSignedIn, url: string): string | boolean {
  const route = { queryParamMap: new Map([['next', '/books/3']]) };
  const answer = TestBed.runInInjectionContext(() => run(route as never, { url } as never)) as boolean | UrlTree;
  return typeof answer === 'boolean' ? answer : TestBed.inject(Router).serializeUrl(answer);
}

describe('SessionStore', () => {
  it('sends a stranger to sign in, and remembers where they wanted to go', async () => {
    await setUp(NOBODY);
    expect(guard(whenSignedIn, '/books?q=whale')).toBe('/sign-in?next=%2Fbooks%3Fq%3Dwhale');
  });

  it('lets somebody signed in pass, and on from the sign-in page', async () => {
    await setUp(ANNA);
    expect(guard(whenSignedIn, '/books')).toBe(true);
    expect(guard(whenSignedOut, '/sign-in')).toBe('/books/3');
  });

  it('sends everybody to set-up while there is no admin', async () => {
    await setUp({ ...NOBODY, isSetupNeeded: true });
    expect(guard(whenSignedIn, '/books')).toBe('/setup');
    expect(guard(whenSignedOut, '/sign-in')).toBe('/setup');
  });

  it('leads back to the page somebody was on when their login ended', async () => {
    const { store, signOut } = await setUp(ANNA);
    const navigate = jest.spyOn(TestBed.inject(Router), 'navigate').mockResolvedValue(true);
    signOut();
    expect(store.user()).toBeUndefined();
    expect(store.hasExpired()).toBe(true);
    expect(navigate).toHaveBeenCalledWith(['/sign-in'], { queryParams: { next: '/' } });
  });

  it('leads on to the page somebody was on the way to when their login ended', async () => {
    const { signOut } = await setUp(ANNA);
    const router = TestBed.inject(Router);
    void router.navigateByUrl('/slow/3?q=x');
    await new Promise((settle) => setTimeout(settle));
    const navigate = jest.spyOn(router, 'navigate').mockResolvedValue(true);
    signOut();
    expect(navigate).toHaveBeenCalledWith(['/sign-in'], { queryParams: { next: '/slow/3?q=x' } });
  });

  it('signs nobody out who signed in while it was asked whether the login had ended', async () => {
    const { store, signOut, refuseEvents, read } = await setUp(ANNA);
    jest.spyOn(TestBed.inject(Router), 'navigate').mockResolvedValue(true);
    let answerLate = (_state: SessionState): void => undefined;
    read.mockReturnValue(new Promise((settle) => (answerLate = settle)));
    refuseEvents();
    signOut();
    await store.signIn({ username: '', password: '' });
    answerLate(NOBODY);
    await new Promise((settle) => setTimeout(settle));
    expect(store.user()?.id).toBe(1);
  });

  it.each([
    ['the same person', ANNA, false],
    ['somebody else', { ...ANNA, user: { id: 2, username: 'ben', permissions: [] } }, true],
  ])('after a login ended knows %s again', async (_who, next, isSomebodyElse) => {
    const { store, signOut } = await setUp(ANNA, next);
    jest.spyOn(TestBed.inject(Router), 'navigate').mockResolvedValue(true);
    expect(store.isSomebodyElse()).toBe(false);
    signOut();
    await store.signIn({ username: '', password: '' });
    expect(store.isSomebodyElse()).toBe(isSomebodyElse);
  });

  it('says of a page without the permission that it does not exist', async () => {
    await setUp(ANNA);
    const may = (permission: 'koreader_sync' | 'manage_users'): unknown =>
      TestBed.runInInjectionContext(() => whenPermitted(permission)({} as never, [], {} as never));
    expect(may('koreader_sync')).toBe(true);
    expect(may('manage_users')).toBe(false);
  });
});

it.each([
  ['/books/3?q=x', '/books/3?q=x'],
  [undefined, '/'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['https://evil.example', '/'],
  ['/sign-in?next=/sign-in', '/'],
])('leads from %p to %p after signing in', (next, path) => {
  expect(pathWithinApp(next)).toBe(path);
});
