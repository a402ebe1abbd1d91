/**
 * Takes a picture of every page of a running server, on a phone and a desktop, in light and dark, into `screenshots/`.
 *
 * `BOOKORBIT_USERNAME=anna BOOKORBIT_PASSWORD=… npm run screenshots -- http://localhost:3000`
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BookList, LibrarySummary, SessionState, UserSummary } from '@bookorbit/contracts';
import { type Browser, type Page, chromium } from 'playwright-core';

const FOLDER = 'screenshots';
const VIEWPORTS = { desktop: { width: 1280, height: 860 }, phone: { width: 360, height: 740 } } as const;
const COLOR_SCHEMES = ['light', 'dark'] as const;
/** Once all that was asked for is here, covers are drawn, and fonts and transitions settle. */
const SETTLE_MILLISECONDS = 700;

interface Shot {
  readonly name: string;
  readonly path: string;
  /** A long list is shown as it first appears, any other page to its end. */
  readonly isCut?: boolean;
  /** The page is told that nobody has set the server up yet. */
  readonly isBeforeSetup?: boolean;
}

async function takeScreenshots(origin: string, username: string, password: string): Promise<number> {
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  });
  try {
    const before = await shootAll(browser, origin, [
      { name: 'sign-in', path: '/sign-in' },
      { name: 'setup', path: '/setup', isBeforeSetup: true },
    ]);
    return before + (await shootSignedIn(browser, origin, username, password));
  } finally {
    await browser.close();
  }
}

async function shootSignedIn(browser: Browser, origin: string, username: string, password: string): Promise<number> {
  const context = await browser.newContext({ baseURL: origin });
  const signedIn = await context.request.post('/api/v1/session', {
    data: { username, password },
    headers: { origin },
  });
  if (!signedIn.ok())
    throw new Error(`Signing in as ${username} answered ${signedIn.status()}: ${await signedIn.text()}`);
  const get = async <T>(path: string): Promise<T> => (await (await context.request.get(`/api/v1${path}`)).json()) as T;
  const read = await get<BookList>('/books?sort=recently_read&limit=1');
  const users = await get<readonly UserSummary[]>('/users');
  const libraries = await get<readonly LibrarySummary[]>('/libraries');
  const shots: Shot[] = [
    { name: 'home', path: '/' },
    { name: 'books', path: '/books', isCut: true },
    ...read.books.map(({ id }) => ({ name: 'book', path: `/books/${id}` })),
    { name: 'highlights', path: '/highlights', isCut: true },
    { name: 'bookmarks', path: '/highlights?kind=bookmark', isCut: true },
    { name: 'trash', path: '/highlights?view=trash', isCut: true },
    { name: 'statistics', path: '/statistics' },
    { name: 'activity', path: '/activity', isCut: true },
    { name: 'import', path: '/import' },
    { name: 'koreader', path: '/settings/integrations/koreader' },
    { name: 'koreader-devices', path: '/settings/integrations/koreader/devices' },
    { name: 'koreader-activity', path: '/settings/integrations/koreader/activity' },
    { name: 'koreader-unmatched', path: '/settings/integrations/koreader/unmatched' },
    { name: 'koreader-check', path: '/settings/integrations/koreader/check' },
    { name: 'account', path: '/settings/account' },
    { name: 'users', path: '/admin/users' },
    { name: 'new-user', path: '/admin/users/new' },
    ...users.slice(0, 1).map(({ id }) => ({ name: 'user', path: `/admin/users/${id}` })),
    { name: 'libraries', path: '/admin/libraries' },
    { name: 'new-library', path: '/admin/libraries/new' },
    ...libraries.slice(0, 1).map(({ id }) => ({ name: 'library', path: `/admin/libraries/${id}` })),
    { name: 'not-found', path: '/nowhere' },
  ];
  const cookies = await context.cookies();
  await context.close();
  return shootAll(browser, origin, shots, cookies);
}

type Cookies = Awaited<ReturnType<Awaited<ReturnType<Browser['newContext']>>['cookies']>>;

async function shootAll(
  browser: Browser,
  origin: string,
  shots: readonly Shot[],
  cookies: Cookies = [],
): Promise<number> {
  let taken = 0;
  for (const [size, viewport] of Object.entries(VIEWPORTS)) {
    for (const colorScheme of COLOR_SCHEMES) {
      const context = await browser.newContext({ baseURL: origin, viewport, colorScheme, reducedMotion: 'reduce' });
      await context.addCookies(cookies);
      const page = await context.newPage();
      for (const shot of shots) {
        await shoot(page, shot, join(FOLDER, `${shot.name}-${size}-${colorScheme}.png`));
        taken++;
      }
      await context.close();
    }
  }
  return taken;
}

async function shoot(page: Page, shot: Shot, file: string): Promise<void> {
  if (shot.isBeforeSetup === true) {
    const json: SessionState = { isSetupNeeded: true, serverVersion: '' };
    await page.route('**/api/v1/session', (route) => route.fulfill({ json }), { times: 1 });
  }
  await page.goto(shot.path);
  await page.locator('h1').first().waitFor({ state: 'attached' });
  await page.waitForFunction(() => {
    // Nobody scrolls: covers further down are asked for too.
    for (const image of document.images) image.loading = 'eager';
    return document.querySelector('.bo-skeleton') === null && [...document.images].every(({ complete }) => complete);
  });
  await page.waitForTimeout(SETTLE_MILLISECONDS);
  await page.screenshot({ path: file, fullPage: shot.isCut !== true });
}

const [origin = 'http://localhost:3000'] = process.argv.slice(2);
const { BOOKORBIT_USERNAME: username, BOOKORBIT_PASSWORD: password } = process.env;
if (username === undefined || password === undefined) {
  console.error('Set BOOKORBIT_USERNAME and BOOKORBIT_PASSWORD to an admin of the running server.');
  process.exitCode = 1;
} else {
  mkdirSync(FOLDER, { recursive: true });
  const taken = await takeScreenshots(origin, username, password);
  console.log(`${taken} screenshots are in ${FOLDER}/.`);
}
