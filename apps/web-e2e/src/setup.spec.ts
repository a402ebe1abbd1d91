import type { Browser } from 'playwright-core';
import { faultsOf } from './support/axe.ts';
import { DESKTOP, openBrowser, openTab, type Tab } from './support/browser.ts';
import { expectSoon } from './support/expect-soon.ts';
import { focusedName, tabTo } from './support/keyboard.ts';
import { type LibraryFolder, makeLibraryFolder } from './support/library-folder.ts';
import { ReaderWorld } from './support/reader-world.ts';
import { ADMIN, startFreshServer, type TestServer } from './support/server.ts';
import { untilArrived } from './support/stillness.ts';

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

  /** From when there are books, somebody else reads them, too. */
  async function addBystander(): Promise<ReaderWorld> {
    await server.admin.signIn(ADMIN.username, ADMIN.password);
    return ReaderWorld.on(server, browser, folder);
  }

  async function expectBystanderUnmoved(world: ReaderWorld): Promise<void> {
    await world.expectUnseenOn([tab.page]);
    await world.endWatch();
  }

  it('leads from the first admin to a scanned library and its books', async () => {
    const { page } = tab;
    await page.goto('/books');
    await page.waitForURL('**/setup');
    await expectSoon(() => page.title(), 'Set up · BookOrbit');
    expect(await faultsOf(page)).toEqual([]);
    await page.setViewportSize(DESKTOP);

    await page.getByRole('button', { name: 'Create admin' }).click();
    await page.getByText('Choose a user name.').waitFor();
    await page.getByLabel('User name').fill(ADMIN.username);
    await page.getByLabel('Password', { exact: true }).fill('short');
    await page.getByRole('button', { name: 'Create admin' }).click();
    await page.getByText('Use at least 8 characters.').waitFor();
    await page.getByLabel('Password', { exact: true }).fill(ADMIN.password);
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
    await expectSoon(() => page.getByLabel('Name').inputValue(), 'shelf');
    await page.getByLabel('Name').fill('Shelf');
    await page.getByRole('button', { name: 'Add library' }).click();

    // Nothing is reloaded from here on: what the scan finds comes by server-sent events.
    await page.waitForURL('**/admin/libraries');
    await page.getByText(`${folder.bookCount} added`).waitFor({ timeout: 40_000 });
    await page.getByText(`${folder.bookCount} books`).waitFor();

    const world = await addBystander();
    await page.getByRole('link', { name: 'Books', exact: true }).click();
    await page.getByRole('link', { name: /Middlemarch/ }).waitFor();
    expect(tab.errors).toEqual([]);
    await expectBystanderUnmoved(world);
  });

  it('can be set up, filled and connected by the keyboard alone', async () => {
    const { page } = tab;
    await page.goto('/');
    await page.waitForURL('**/setup');
    await tabTo(page, 'User name');
    await page.keyboard.type(ADMIN.username);
    await tabTo(page, 'Password');
    await page.keyboard.type(ADMIN.password);
    await page.keyboard.press('Enter');

    await page.waitForURL('**/admin/libraries/new');
    await untilArrived(page);
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

    const world = await addBystander();
    await page.reload();
    await page.getByRole('heading', { name: 'Libraries', level: 1 }).waitFor();
    await page.keyboard.press('Tab');
    expect(await focusedName(page)).toBe('Skip to content');
    await tabTo(page, 'Books');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/books');
    await untilArrived(page);
    await tabTo(page, 'Search books');
    await page.keyboard.type('miserables');
    await page.waitForURL('**/books?q=miserables');
    await page.getByText('1 book found').waitFor();
    await tabTo(page, /^Les Misérables/);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Les Misérables', level: 1 }).waitFor();
    await untilArrived(page);
    await tabTo(page, 'KOReader', { backwards: true });
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'KOReader Sync' }).waitFor();
    await untilArrived(page);
    await page.getByLabel('KOReader user name').waitFor();
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
    await expectBystanderUnmoved(world);
  });
});
