import { join } from 'node:path';
import { type BookList, DRAWERS, type UserSummary } from '@bookorbit/contracts';
import { keyOfPassword, openOnDevice, PluginDevice, StaleDevice } from '@bookorbit/testing';
import { faultsOf, violationsOn } from './support/axe.ts';
import { withWorld } from './support/bench.ts';
import { DESKTOP, PHONE, type Tab } from './support/browser.ts';
import { expectSoon } from './support/expect-soon.ts';
import { highlight, sendHighlights, sendPageStats } from './support/plugin-requests.ts';
import { DEVICE_PASSWORD } from './support/reader-world.ts';
import { untilArrived, untilStill } from './support/stillness.ts';
import { stockDevice } from './support/stock-device.ts';

describe('Every page, in light and dark, on a desktop and a phone', () => {
  const bench = withWorld();
  let tab: Tab;
  let bookId: number;
  let otherUserId: number;
  let libraryId: number;

  beforeAll(async () => {
    const { server, world } = bench;
    await server.admin.post('/koreader/account', { username: 'anna-devices', password: DEVICE_PASSWORD });
    await stockDevice(server.origin, 'anna-devices', DEVICE_PASSWORD, 'Kobo').push('0'.repeat(32), 0.3);
    await readAndHighlight();
    const other = await server.admin.createUser({
      username: 'ben',
      password: 'a reader’s password',
      permissions: ['koreader_sync'],
      libraryIds: [],
    });
    await server.admin.patch(`/users/${other.id}`, { isEnabled: false });
    otherUserId = (await server.admin.get<readonly UserSummary[]>('/users')).find(({ id }) => id === other.id)?.id ?? 0;
    bookId = (await server.admin.get<BookList>('/books?q=dracula')).books[0]?.id ?? 0;
    libraryId = (await server.admin.get<readonly { id: number }[]>('/libraries'))[0]?.id ?? 0;
    tab = await world.openAdmin();
  });
  afterAll(async () => {
    await tab?.close();
  });

  /** So that lists, charts and the feed have something to show. */
  async function readAndHighlight(): Promise<void> {
    const account = { origins: [bench.server.origin], username: 'anna-devices', key: keyOfPassword(DEVICE_PASSWORD) };
    const device = new PluginDevice(account, 'KOBO', { utcOffsetMinutes: 0 }, 'Kobo Libra 2');
    const { hash } = openOnDevice(join(bench.folder.path, 'Dracula.epub'));
    await (await StaleDevice.join(account)).report([hash]);
    const yesterday = Math.floor(Date.now() / 1000) - 86_400;
    await sendPageStats(device, hash, [[1, yesterday, 900]]);
    const styles = DRAWERS.map((drawer, n) => highlight(n, { drawer, color: ['red', 'green', 'blue', 'yellow'][n] }));
    await sendHighlights(device, hash, [...styles, highlight(9, { pos1: undefined, note: 'A note.' })]);
  }

  it.each([
    ['books', () => '/books', 'Books'],
    ['a search that finds nothing', () => '/books?q=zzzz', 'No book fits'],
    ['a book', () => `/books/${bookId}`, 'Dracula'],
    ['home', () => '/', 'Recently synced'],
    ['highlights', () => '/highlights', 'Highlights'],
    ['highlights narrowed to nothing', () => '/highlights?q=zzzz', 'Nothing fits'],
    ['the trash', () => '/highlights?view=trash', 'The trash is empty'],
    ['statistics', () => '/statistics', 'Achievements'],
    ['activity', () => '/activity', 'Activity'],
    ['import', () => '/import', 'Earlier imports'],
    ['KOReader', () => '/settings/integrations/koreader', 'Danger zone'],
    ['KOReader’s devices', () => '/settings/integrations/koreader/devices', 'Device keys'],
    ['plugin activity', () => '/settings/integrations/koreader/activity', 'Matched books'],
    ['unmatched books', () => '/settings/integrations/koreader/unmatched', 'Unmatched books'],
    ['the check', () => '/settings/integrations/koreader/check', 'Why is it not syncing?'],
    ['the account', () => '/settings/account', 'Appearance'],
    ['users', () => '/admin/users', 'Users'],
    ['a new user', () => '/admin/users/new', 'New user'],
    ['a user', () => `/admin/users/${otherUserId}`, 'Danger zone'],
    ['libraries', () => '/admin/libraries', 'Libraries'],
    ['a library', () => `/admin/libraries/${libraryId}`, 'Shelf'],
    ['a new library', () => '/admin/libraries/new', 'Add a library'],
    ['a page that is not there', () => '/nowhere', 'This page is not in the catalogue'],
  ])('%s', async (_name, path, heading) => {
    const { page } = tab;
    await page.setViewportSize(DESKTOP);
    await page.goto(path());
    await page.getByRole('heading', { name: heading, exact: true }).waitFor();
    expect(await faultsOf(page)).toEqual([]);
  });

  it('highlights being narrowed, selected and written on', async () => {
    const { page } = tab;
    await page.setViewportSize(DESKTOP);
    await page.goto('/highlights');
    await page.getByRole('button', { name: 'Filters' }).click();
    await page.getByRole('button', { name: 'Edit note' }).click();
    await page.getByRole('checkbox').first().check();
    await page.getByText('1 selected').waitFor();
    expect(await faultsOf(page)).toEqual([]);
  });

  it('the tables behind the charts', async () => {
    const { page } = tab;
    await page.setViewportSize(DESKTOP);
    await page.goto('/statistics');
    await page.locator('bo-chart svg').first().waitFor();
    for (const summary of await page.locator('bo-chart summary').all()) await summary.click();
    expect(await faultsOf(page)).toEqual([]);
  });

  it('the account menu and the dialogs', async () => {
    const { page } = tab;
    await page.setViewportSize(DESKTOP);
    await page.goto('/settings/integrations/koreader');
    await page.getByRole('button', { name: 'account menu' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).waitFor();
    expect(await faultsOf(page, true)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Delete credentials' }).click();
    await page.getByRole('alertdialog').waitFor();
    expect(await faultsOf(page, true)).toEqual([]);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('link', { name: 'Unmatched books' }).first().click();
    await page.getByRole('button', { name: /^Link to a book/ }).click();
    await page.getByRole('dialog').getByText('Dracula').first().waitFor();
    expect(await faultsOf(page, true)).toEqual([]);
  });

  it('the navigation of a phone opens, takes the focus and gives it back', async () => {
    const { page } = tab;
    await page.setViewportSize(PHONE);
    await page.goto('/books');
    const open = page.getByRole('button', { name: 'Open navigation' });
    await open.click();
    const drawer = page.getByRole('dialog', { name: 'Navigation' });
    await drawer.waitFor();
    await untilStill(page);
    expect(await violationsOn(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'hidden' });
    await expectSoon(() => open.evaluate((button) => button === document.activeElement), true);
    await open.click();
    await drawer.getByRole('link', { name: 'Users' }).click();
    await page.getByRole('heading', { name: 'Users', level: 1 }).waitFor();
    await drawer.waitFor({ state: 'hidden' });
    await untilArrived(page);
  });

  it('KOReader before there are credentials', async () => {
    const reader = await bench.world.addUser();
    const own = await reader.open();
    await own.page.goto('/settings/integrations/koreader');
    await own.page.getByRole('heading', { name: 'Create credentials' }).waitFor();
    expect(await faultsOf(own.page)).toEqual([]);
    await own.close();
  });

  it('sign-in', async () => {
    const stranger = await bench.world.openTab();
    await stranger.page.goto('/sign-in');
    await stranger.page.getByRole('button', { name: 'Sign in' }).click();
    await stranger.page.getByText('Enter your user name.').waitFor();
    expect(await faultsOf(stranger.page)).toEqual([]);
    await stranger.close();
  });
});
