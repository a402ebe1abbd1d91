import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AnnotationList, KoreaderSettings, LibrarySummary, UserSummary } from '@bookorbit/contracts';
import { withReader } from './support/bench.ts';
import { expectSoon } from './support/expect-soon.ts';
import { focusedName, tabTo } from './support/keyboard.ts';
import { deviceHighlight } from './support/plugin-device.ts';
import { DEVICE_PASSWORD, PASSWORD } from './support/reader-world.ts';
import { makeSidecar } from './support/sidecar.ts';
import { untilArrived } from './support/stillness.ts';

const PAGE = '/settings/integrations/koreader';
const HOUR = 3600;
/** A scan waits its turn. */
const SCAN_MILLISECONDS = 40_000;

describe('Settings, import and administration by the keyboard alone', () => {
  const bench = withReader({ hasAccount: false });
  const press = (key: string): Promise<void> => bench.page.keyboard.press(key);
  const isFocused = (name: string): Promise<void> => expectSoon(() => focusedName(bench.page), name);
  const isSomewhere = (): Promise<void> => expectSoon(async () => (await focusedName(bench.page)) !== '', true);

  it('an account is made, switched off and on, and given another password; the plugin is downloaded', async () => {
    const { page, reader } = bench;
    const settings = () => reader.api.get<KoreaderSettings>('/koreader');
    await page.goto(PAGE);
    await page.getByRole('button', { name: 'Create credentials' }).waitFor();
    await tabTo(page, 'KOReader user name');
    await page.keyboard.type(reader.accountName);
    await tabTo(page, 'KOReader password');
    await page.keyboard.type(DEVICE_PASSWORD);
    await press('Enter');
    await page.getByRole('heading', { name: 'Status' }).waitFor();
    // The form is gone; the page goes on below.
    await isSomewhere();
    await tabTo(page, 'Progress sync', { backwards: true });
    await press('Space');
    await expectSoon(async () => (await settings()).account?.isSyncEnabled, false);
    await isFocused('Progress sync');
    await page.locator('[role=switch]:not([aria-disabled=true])').waitFor();
    await press('Space');
    await expectSoon(async () => (await settings()).account?.isSyncEnabled, true);
    await tabTo(page, 'Download Plugin');
    const [download] = await Promise.all([page.waitForEvent('download'), press('Enter')]);
    expect(download.suggestedFilename()).toBe('bookorbit.koplugin.zip');
    await isFocused('Download Plugin');
    await tabTo(page, 'New KOReader password');
    await page.keyboard.type('another secret');
    await press('Enter');
    await page.getByText('KOReader password changed.').waitFor();
    await isSomewhere();
    await tabTo(page, 'Delete credentials');
    await press('Enter');
    await isFocused('Cancel');
    await tabTo(page, 'Delete credentials');
    await press('Enter');
    await page.getByRole('heading', { name: 'Create credentials' }).waitFor();
    await isSomewhere();
  });

  it('devices are renamed, retired and forgotten', async () => {
    const { page, reader } = bench;
    await reader.createAccount();
    const { hash } = await reader.findBook('Dracula');
    for (const model of ['Kobo Libra 2', 'Android']) {
      const device = reader.device(model);
      await device.read(hash, [10], device.now - HOUR);
    }
    await page.goto(`${PAGE}/devices`);
    await page.getByText('Kobo Libra 2').waitFor();
    await tabTo(page, 'Rename Kobo Libra 2');
    await press('Enter');
    await isFocused('Name of the device');
    await press('Escape');
    await isFocused('Rename Kobo Libra 2');
    await press('Enter');
    await isFocused('Name of the device');
    await page.keyboard.type('Bedside');
    await press('Enter');
    await isFocused('Rename Bedside');
    await tabTo(page, 'Retire Bedside');
    await press('Enter');
    await page.getByText('Retired', { exact: true }).waitFor();
    await isSomewhere();
    await tabTo(page, 'Use Bedside again');
    await press('Enter');
    await page.getByText('Retired', { exact: true }).waitFor({ state: 'detached' });
    await isSomewhere();
    await tabTo(page, 'Forget Bedside');
    await press('Enter');
    await isFocused('Cancel');
    await tabTo(page, 'Forget device');
    await press('Enter');
    await page.getByText('Bedside', { exact: true }).waitFor({ state: 'detached' });
    await isSomewhere();
    await tabTo(page, 'Rename Android');
  });

  it('an unmatched book is linked, unlinked, dismissed and brought back', async () => {
    const { page, reader } = bench;
    await reader.createAccount();
    const unknown = 'e'.repeat(32);
    expect(await reader.stock().push(unknown, 0.5)).toBe(200);
    await page.goto(`${PAGE}/unmatched`);
    await page.getByRole('button', { name: `Link to a book: ${unknown}` }).waitFor();
    await tabTo(page, `Link to a book: ${unknown}`);
    await press('Enter');
    await isFocused('Search books');
    await page.keyboard.type('middle');
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /Dracula/ })
      .waitFor({ state: 'detached' });
    await tabTo(page, /^Middlemarch/);
    await press('Enter');
    await isFocused('Middlemarch.epub');
    await tabTo(page, 'Link');
    await press('Enter');
    await page.getByText('Every book your devices sent is matched.').waitFor();
    await isSomewhere();
    const unlink = page.getByRole('button', { name: /Unlink/ });
    await unlink.waitFor();
    await tabTo(page, /Unlink/);
    await press('Enter');
    await isFocused('Cancel');
    await tabTo(page, 'Unlink');
    await press('Enter');
    await unlink.waitFor({ state: 'detached' });
    await isSomewhere();
    expect(await reader.stock().push(unknown, 0.6)).toBe(200);
    await page.getByRole('button', { name: `Dismiss ${unknown}` }).waitFor();
    await tabTo(page, `Dismiss ${unknown}`, { backwards: true });
    await press('Enter');
    await page.getByRole('button', { name: 'Show dismissed (1)' }).waitFor();
    await isSomewhere();
    await tabTo(page, 'Show dismissed (1)');
    await press('Enter');
    await tabTo(page, `Restore ${unknown}`);
    await press('Enter');
    await page.getByRole('button', { name: `Dismiss ${unknown}` }).waitFor();
    await isSomewhere();
  });

  it('held deletes are kept or confirmed, and a failed position is tried again', async () => {
    const { page, reader } = bench;
    await reader.createAccount();
    const [kobo, phone] = [reader.device('Kobo Libra 2'), reader.device('Android')];
    const notes = ['One', 'Two', 'Three', 'Four'].map((text, n) => deviceHighlight(n, text));
    for (const title of ['Dracula', 'Middlemarch']) {
      const { hash } = await reader.findBook(title);
      await kobo.exchange(hash, notes);
      await kobo.exchange(hash, [], [], notes);
    }
    const { hash } = await reader.findBook('Les Misérables');
    await kobo.exchange(hash, [deviceHighlight(1, 'Lost')]);
    await phone.acknowledge(hash, await phone.exchange(hash, []), ['Lost']);
    await page.goto(`${PAGE}/activity`);
    const held = page.getByRole('region', { name: 'Held deletes' });
    await expectSoon(() => held.getByRole('listitem').count(), 2);
    await page.getByText('not found in this copy').waitFor();
    await tabTo(page, 'Keep them');
    await press('Enter');
    await expectSoon(() => held.getByRole('listitem').count(), 1);
    // The other book's row is there to be decided on next.
    await expectSoon(() => held.evaluate((one) => one.contains(document.activeElement)), true);
    await tabTo(page, 'Delete them');
    await press('Enter');
    await isFocused('Cancel');
    await tabTo(page, 'Delete them');
    await press('Enter');
    await held.waitFor({ state: 'detached' });
    await isSomewhere();
    await tabTo(page, 'Try again');
    await press('Enter');
    await page.getByText('Every highlight found its place.').waitFor();
    await isSomewhere();
  });

  it('files are looked at, brought in and taken back', async () => {
    const { page, reader } = bench;
    const usb = mkdtempSync(join(tmpdir(), 'bookorbit-web-e2e-usb-'));
    try {
      const path = join(usb, 'metadata.epub.lua');
      writeFileSync(path, makeSidecar(reader.hashOf('Dracula')));
      const count = async () => (await reader.api.get<AnnotationList>('/annotations')).total;
      await page.goto('/import');
      await page.getByText('Nothing was imported yet.').waitFor();
      await tabTo(page, 'Choose files');
      const [chooser] = await Promise.all([page.waitForEvent('filechooser'), press('Enter')]);
      await chooser.setFiles(path);
      await page.getByText('This is what would come in:').waitFor();
      await isSomewhere();
      await tabTo(page, 'Import it');
      await press('Enter');
      await page.getByText('This is what came in:').waitFor();
      expect(await count()).toBe(1);
      await isSomewhere();
      await tabTo(page, 'Take it back');
      await press('Enter');
      await isFocused('Cancel');
      await tabTo(page, 'Take it back');
      await press('Enter');
      await page.getByText('This import was taken back:').waitFor();
      expect(await count()).toBe(0);
      await isSomewhere();
      await tabTo(page, 'Remove from the list');
      await press('Enter');
      await page.getByText('Nothing was imported yet.').waitFor();
      await isSomewhere();
    } finally {
      rmSync(usb, { recursive: true, force: true });
    }
  });

  it('an admin creates, disables and deletes a user, and scans, renames and deletes a library', async () => {
    const { world, server, reader } = bench;
    const admin = await world.openAdmin();
    const { page } = admin;
    const users = async () =>
      (await server.admin.get<readonly UserSummary[]>('/users')).map(({ username }) => username);
    const libraries = () => server.admin.get<readonly LibrarySummary[]>('/libraries');
    const keys = page.keyboard;
    await page.goto('/admin/users');
    await page.getByRole('link', { name: `Edit ${reader.user.username}` }).waitFor();
    await tabTo(page, 'New user');
    await keys.press('Enter');
    await page.waitForURL('**/admin/users/new');
    await untilArrived(page);
    await page.getByLabel('User name').waitFor();
    await tabTo(page, 'User name');
    await keys.type('dora');
    await tabTo(page, 'Password');
    await keys.type(PASSWORD);
    await tabTo(page, 'Download');
    await keys.press('Space');
    await tabTo(page, 'Create user');
    await keys.press('Enter');
    await page.waitForURL('**/admin/users');
    await untilArrived(page);
    await page.getByRole('link', { name: 'Edit dora' }).waitFor();
    await tabTo(page, 'Edit dora');
    await keys.press('Enter');
    await page.getByRole('heading', { name: 'dora', level: 1 }).waitFor();
    await untilArrived(page);
    await tabTo(page, 'Disable user');
    await keys.press('Enter');
    await page.getByText('This user is disabled:').waitFor();
    await expectSoon(() => focusedName(page), 'Enable user');
    await tabTo(page, 'Delete user');
    await keys.press('Enter');
    await expectSoon(() => focusedName(page), 'Cancel');
    await tabTo(page, 'Delete user');
    await keys.press('Enter');
    await page.waitForURL('**/admin/users');
    await untilArrived(page);
    await expectSoon(async () => (await users()).includes('dora'), false);

    await page.goto('/admin/libraries');
    await page.getByRole('button', { name: 'Scan now: Shelf' }).waitFor();
    await tabTo(page, 'Scan now: Shelf');
    const before = (await libraries())[0]?.scan;
    await keys.press('Enter');
    const isScannedAnew = async () => {
      const scan = (await libraries())[0]?.scan;
      return scan?.state === 'done' && JSON.stringify(scan) !== JSON.stringify(before);
    };
    await expectSoon(isScannedAnew, true, SCAN_MILLISECONDS);
    await expectSoon(() => focusedName(page), 'Scan now: Shelf');
    await tabTo(page, 'Edit Shelf');
    await keys.press('Enter');
    await page.getByRole('heading', { name: 'Shelf', level: 1 }).waitFor();
    await untilArrived(page);
    await tabTo(page, 'Name');
    await keys.press('ControlOrMeta+A');
    await keys.type('Bookcase');
    await keys.press('Enter');
    await page.waitForURL('**/admin/libraries');
    await untilArrived(page);
    await page.getByRole('button', { name: 'Delete Bookcase' }).waitFor();
    // With the library everybody loses its books.
    await world.endWatch();
    await tabTo(page, 'Delete Bookcase');
    await keys.press('Enter');
    await expectSoon(() => focusedName(page), 'Cancel');
    await tabTo(page, 'Delete library');
    await keys.press('Enter');
    await page.getByRole('heading', { name: 'No library yet' }).waitFor();
    expect(await libraries()).toEqual([]);
    await expectSoon(async () => (await focusedName(page)) !== '', true);
    expect(admin.errors).toEqual([]);
    await admin.close();
  });
});
