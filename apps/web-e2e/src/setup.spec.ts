import type { Browser, Page } from 'playwright-core';
import { openBrowser, openTab, type Tab } from './support/browser.ts';
import { type LibraryFolder, makeLibraryFolder } from './support/library-folder.ts';
import { startFreshServer, type TestServer } from './support/server.ts';

describe('A server nobody has set up yet', () => {
  let browser: Browser;
  let folder: LibraryFolder;
  let server: TestServer;
  let tab: Tab;

  beforeAll(async () => {
    folder = makeLibraryFolder();
    browser = await openBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    folder?.remove();
  });

  beforeEach(async () => {
    server = await startFreshServer();
    tab = await openTab(browser, server.origin);
  });

  afterEach(async () => {
    await tab?.close();
    await server?.stop();
  });

  it('leads from the first admin to a scanned library and its books', async () => {
    const { page } = tab;
    await page.goto('/books');
    await page.waitForURL('**/setup');
    expect(await page.title()).toBe('Set up · BookOrbit');

    await page.getByRole('button', { name: 'Create admin' }).click();
    await page.getByText('Choose a user name.').waitFor();
    await page.getByLabel('User name').fill('anna');
    await page.getByLabel('Password', { exact: true }).fill('short');
    await page.getByRole('button', { name: 'Create admin' }).click();
    await page.getByText('Use at least 8 characters.').waitFor();
    await page.getByLabel('Password', { exact: true }).fill('correct horse battery');
    await page.getByRole('button', { name: 'Create admin' }).click();

    await page.waitForURL('**/admin/libraries/new');
    await page.getByRole('button', { name: 'Add library' }).click();
    await page.getByText('Choose at least one folder.').waitFor();
    await page.getByRole('button', { name: 'Add folder' }).click();
    await page.getByLabel('Path on the server').fill(folder.path);
    await page.getByRole('button', { name: 'Go', exact: true }).click();
    await page.getByText('There are no folders in here.').waitFor();
    await page.getByRole('button', { name: 'Choose this folder' }).click();
    await page.getByText(folder.path, { exact: true }).waitFor();
    expect(await page.getByLabel('Name').inputValue()).toBe('shelf');
    await page.getByLabel('Name').fill('Shelf');
    await page.getByRole('button', { name: 'Add library' }).click();

    // Nothing is reloaded from here on: what the scan finds comes by server-sent events.
    await page.waitForURL('**/admin/libraries');
    await page.getByText(`${folder.bookCount} added`).waitFor({ timeout: 40_000 });
    await page.getByText(`${folder.bookCount} books`).waitFor();

    await page.getByRole('link', { name: 'Books', exact: true }).click();
    await page.getByRole('link', { name: /Middlemarch/ }).waitFor();
    expect(tab.errors).toEqual([]);
  });

  it('can be set up, filled and connected by the keyboard alone', async () => {
    const { page } = tab;
    await page.goto('/');
    await page.waitForURL('**/setup');
    await tabTo(page, 'User name');
    await page.keyboard.type('anna');
    await tabTo(page, 'Password');
    await page.keyboard.type('correct horse battery');
    await page.keyboard.press('Enter');

    await page.waitForURL('**/admin/libraries/new');
    await tabTo(page, 'Name');
    await page.keyboard.type('Shelf');
    await tabTo(page, 'Add folder');
    await page.keyboard.press('Enter');
    await page.getByText('Choose a folder').waitFor();
    await tabTo(page, 'Path on the server');
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type(folder.path);
    await page.keyboard.press('Enter');
    await page.getByText('There are no folders in here.').waitFor();
    await tabTo(page, 'Choose this folder');
    await page.keyboard.press('Enter');
    await page.getByText(folder.path, { exact: true }).waitFor();
    await tabTo(page, 'Add library');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/admin/libraries');
    await page.getByText(`${folder.bookCount} added`).waitFor({ timeout: 40_000 });

    await page.reload();
    await page.getByRole('heading', { name: 'Libraries', level: 1 }).waitFor();
    await page.keyboard.press('Tab');
    expect(await focusedName(page)).toBe('Skip to content');
    await tabTo(page, 'Books');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/books');
    await tabTo(page, 'Search books');
    await page.keyboard.type('miserables');
    await page.waitForURL('**/books?q=miserables');
    await page.getByText('1 book found').waitFor();
    await tabTo(page, 'Les Misérables');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Les Misérables', level: 1 }).waitFor();

    await tabTo(page, 'KOReader', { backwards: true });
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'KOReader Sync' }).waitFor();
    await tabTo(page, 'KOReader user name');
    await page.keyboard.type('anna-devices');
    await tabTo(page, 'KOReader password');
    await page.keyboard.type('device secret');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Status' }).waitFor();
    await tabTo(page, 'Progress sync');
    await page.keyboard.press('Space');
    await page.getByText('Progress sync is off. Paired KOReader devices').waitFor();
    expect(tab.errors).toEqual([]);
  });
});

const MOST_TABS = 80;

/** Presses Tab until what has the focus is called `name`, as somebody without a mouse does. */
async function tabTo(page: Page, name: string, options: { readonly backwards?: boolean } = {}): Promise<void> {
  for (let presses = 0; presses < MOST_TABS; presses++) {
    const focused = await focusedName(page);
    if (focused === name || focused.startsWith(`${name}\n`) || focused.startsWith(`${name} `)) return;
    await page.keyboard.press(options.backwards === true ? 'Shift+Tab' : 'Tab');
  }
  throw new Error(`Tab does not lead to “${name}”; it ends at “${await focusedName(page)}”.`);
}

function focusedName(page: Page): Promise<string> {
  return page.evaluate(() => {
    const focused = document.activeElement;
    if (focused === null || focused === document.body) return '';
    const labels = 'labels' in focused ? [...((focused.labels as NodeListOf<HTMLLabelElement> | null) ?? [])] : [];
    const labelledBy = document.getElementById(focused.getAttribute('aria-labelledby') ?? '');
    const words = focused.getAttribute('aria-label') ?? labels[0]?.innerText ?? labelledBy?.innerText;
    return (words ?? (focused as HTMLElement).innerText).trim();
  });
}
