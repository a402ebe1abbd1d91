import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, type Page, chromium } from 'playwright-core';

const CHROMIUM_PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
/** On a machine with much else to do. */
const ACTION_MILLISECONDS = 20_000;

export const DESKTOP = { width: 1280, height: 860 } as const;
export const PHONE = { width: 360, height: 740 } as const;

/** Starts the machine's own Chromium. */
export function openBrowser(): Promise<Browser> {
  const executablePath = process.env['CHROMIUM_PATH'] ?? CHROMIUM_PATHS.find((path) => existsSync(path));
  if (executablePath === undefined) throw new Error('Chromium is missing: install the package chromium.');
  return chromium.launch({ executablePath, headless: true, args: CHROMIUM_FLAGS });
}

/** A page in a browser of its own, so to speak: no cookies, no storage. */
export interface Tab {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What went wrong in the page without anybody seeing it. */
  readonly errors: readonly string[];
  close(): Promise<void>;
}

export interface TabOptions {
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly colorScheme?: 'light' | 'dark';
}

export async function openTab(browser: Browser, origin: string, options: TabOptions = {}): Promise<Tab> {
  const context = await browser.newContext({
    baseURL: origin,
    viewport: options.viewport ?? DESKTOP,
    colorScheme: options.colorScheme ?? 'light',
    locale: 'en-US',
    timezoneId: 'UTC',
    acceptDownloads: true,
  });
  context.setDefaultTimeout(ACTION_MILLISECONDS);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    // A refused request is an answer the page handles; the browser reports it all the same.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      errors.push(message.text());
  });
  // Only while somebody listens are file choosers handed over instead of being closed at once, and a browser that is told at the last moment may
  // hear of it after the key that opens one.
  page.on('filechooser', () => undefined);
  return { page, context, errors, close: () => context.close() };
}

/** Signs in without the page, as if it had been done the day before. */
export async function signInQuietly(tab: Tab, origin: string, username: string, password: string): Promise<void> {
  const answer = await tab.context.request.post('/api/v1/session', {
    data: { username, password },
    headers: { origin },
  });
  if (!answer.ok()) throw new Error(`Signing in answered ${answer.status()}.`);
}
