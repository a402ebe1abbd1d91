import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KoreaderSettings } from '@bookorbit/contracts';
import JSZip from 'jszip';
import type { Page } from 'playwright-core';
import { withReader } from './support/bench.ts';
import { expectSoon } from './support/expect-soon.ts';
import { DEVICE_PASSWORD } from './support/reader-world.ts';

const PAGE = '/settings/integrations/koreader';
const DEVICES = `${PAGE}/devices`;
const UNMATCHED = `${PAGE}/unmatched`;
const UNKNOWN_DOCUMENT = '0123456789abcdef0123456789abcdef';

describe('Settings › Integrations › KOReader', () => {
  // Every test has a reader of its own, so none sees what another did.
  const bench = withReader({ hasAccount: false });

  it('creates credentials that devices are let in with, and refuses a name that is taken', async () => {
    const { page, reader } = bench;
    await bench.server.admin.post('/koreader/account', { username: 'taken', password: DEVICE_PASSWORD });
    await page.goto(PAGE);
    await page.getByLabel('KOReader user name').fill('taken');
    await page.getByLabel('KOReader password', { exact: true }).fill(DEVICE_PASSWORD);
    await page.getByRole('button', { name: 'Create credentials' }).click();
    await page.locator('#main').getByRole('alert').waitFor();
    await page.getByLabel('KOReader user name').fill(reader.accountName);
    await page.getByRole('button', { name: 'Create credentials' }).click();
    await page.getByRole('heading', { name: 'Status' }).waitFor();
    await page.getByText(reader.accountName).first().waitFor();
    expect(await reader.stock().push(UNKNOWN_DOCUMENT, 0.1)).toBe(200);
  });

  it('hands out a plugin that carries this server, and lists its key, which can be revoked', async () => {
    const { page, reader } = bench;
    await reader.createAccount();
    await page.goto(PAGE);
    await page.getByRole('radio', { name: `${bench.server.origin}/api/v1/koreader` }).check();
    await page.getByText('This is a loopback address').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download Plugin' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('bookorbit.koplugin.zip');
    const zip = await JSZip.loadAsync(readFileSync(await download.path()));
    const preset = await zip.file(join('bookorbit.koplugin', 'bookorbit', 'preset.lua'))?.async('string');
    expect(preset).toContain(bench.server.origin);
    expect(preset).toContain(reader.accountName);

    await page.getByRole('link', { name: 'Devices', exact: true }).click();
    await page.getByText('Not used by a device yet').waitFor();
    await page.getByRole('button', { name: /^Revoke/ }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke key' }).click();
    await page.getByText('Revoked', { exact: true }).waitFor();
  });

  it('stops devices by the Progress sync toggle, and lets them in again', async () => {
    const { page, reader } = bench;
    await reader.createAccount();
    expect(await reader.stock().push(UNKNOWN_DOCUMENT, 0.1)).toBe(200);
    await page.goto(PAGE);
    const toggle = page.getByRole('switch', { name: 'Progress sync' });
    await toggle.click();
    await page.getByText('Progress sync is off. Paired KOReader devices').waitFor();
    await expectSettled(page);
    expect(await reader.stock().push(UNKNOWN_DOCUMENT, 0.2)).toBe(401);
    await toggle.click();
    await page.getByText('Progress sync is on. Turn it off').waitFor();
    await expectSettled(page);
    expect(await reader.stock().push(UNKNOWN_DOCUMENT, 0.3)).toBe(200);
  });

  it('counts what syncs in the status card', async () => {
    const { page, reader } = bench;
    await reader.createAccount();
    const numbers = () =>
      page
        .getByRole('region', { name: 'Status' })
        .locator('dl dd')
        .evaluateAll((all) => all.map((one) => one.textContent?.trim()));
    await page.goto(PAGE);
    await expectSoon(numbers, ['0', '0', '0', 'Not yet']);
    expect(await reader.stock('Kobo Libra 2').push((await reader.findBook('Dracula')).hash, 0.1)).toBe(200);
    expect(await reader.stock('PocketBook Era').push(UNKNOWN_DOCUMENT, 0.1)).toBe(200);
    await expectSoon(async () => (await numbers()).slice(0, 3), ['2', '1', '1']);
    await expectSoon(async () => (await numbers())[3] === 'Not yet', false);
  });

  it('moves the toggle back when the server does not follow', async () => {
    const { page, reader } = bench;
    await reader.createAccount();
    await page.goto(PAGE);
    await page.route('**/koreader/account', (route) => route.abort());
    const toggle = page.getByRole('switch', { name: 'Progress sync' });
    await toggle.click();
    await page.getByText('BookOrbit does not answer.').waitFor();
    await expectSoon(() => toggle.getAttribute('aria-checked'), 'true');
    await page.getByText('Progress sync is on. Turn it off').waitFor();
  });

  it('shows a device with what it read last, and the book the place of each of them', async () => {
    const { page, reader } = bench;
    await reader.createAccount();
    const book = await reader.findBook('Dracula');
    await page.goto(DEVICES);
    await page.getByText('No device has synced yet.').waitFor();
    expect(await reader.stock('PocketBook Era').push(book.hash, 0.42)).toBe(200);
    await page.reload();
    await page.getByText('PocketBook Era').waitFor();
    const devices = page.getByRole('region', { name: 'Devices', exact: true });
    // Also where it last was in no book of the library.
    expect(await reader.stock('PocketBook Era').push(UNKNOWN_DOCUMENT, 0.1)).toBe(200);
    await devices.getByText(UNKNOWN_DOCUMENT).waitFor();
    await devices.getByRole('link', { name: 'Not matched with a book' }).click();
    await page.getByRole('button', { name: `Link to a book: ${UNKNOWN_DOCUMENT}` }).waitFor();
    await page.goBack();
    expect(await reader.stock('PocketBook Era').push(book.hash, 0.42)).toBe(200);
    await devices.getByRole('link', { name: 'Dracula' }).click();
    await page.getByRole('heading', { name: 'Dracula', level: 1 }).waitFor();
    await page.getByText('1 source').waitFor();
    await page.getByText('42%').first().waitFor();

    expect(await reader.stock('Kobo Libra 2').push(book.hash, 0.5)).toBe(200);
    await page.reload();
    await page.getByText('2 sources').waitFor();
    await page.getByText('50%').first().waitFor();
    await page.getByText('Earlier places').click();
    await page.getByRole('list', { name: 'Earlier places' }).getByText('42%').waitFor();
  });

  it('links an unmatched book to a file, whose place then counts, and unlinks it', async () => {
    const { page, reader } = bench;
    await reader.createAccount();
    expect(await reader.stock().push(UNKNOWN_DOCUMENT, 0.66)).toBe(200);
    await page.goto(UNMATCHED);
    await page.getByRole('button', { name: `Link to a book: ${UNKNOWN_DOCUMENT}` }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Search books').fill('middle');
    await dialog.getByRole('button', { name: /Middlemarch/ }).click();
    await dialog.getByText('Middlemarch.epub').waitFor();
    await dialog.getByRole('button', { name: 'Link', exact: true }).click();
    await page.getByText('Every book your devices sent is matched.').waitFor();

    const links = page.getByRole('region', { name: 'Linked copies' });
    await links.getByText('Linked by you').waitFor();
    const book = await reader.findBook('Middlemarch');
    expect(book.places[0]).toMatchObject({ percentage: 0.66, isCanonical: true });
    await links.getByRole('button', { name: /Unlink/ }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Unlink' }).click();
    await links.waitFor({ state: 'detached' });
  });

  it('dismisses an unmatched book, and brings it back', async () => {
    const { page, reader } = bench;
    await reader.createAccount();
    expect(await reader.stock().push(UNKNOWN_DOCUMENT, 0.5)).toBe(200);
    await page.goto(UNMATCHED);
    await page.getByRole('button', { name: `Dismiss ${UNKNOWN_DOCUMENT}` }).click();
    await page.getByRole('button', { name: 'Show dismissed (1)' }).click();
    await page.getByRole('button', { name: `Restore ${UNKNOWN_DOCUMENT}` }).click();
    await page.getByRole('button', { name: `Link to a book: ${UNKNOWN_DOCUMENT}` }).waitFor();
  });

  it('changes the device password, and deletes the credentials while the places stay', async () => {
    const { page, reader } = bench;
    await reader.createAccount();
    const book = await reader.findBook('Dracula');
    expect(await reader.stock().push(book.hash, 0.42)).toBe(200);
    await page.goto(PAGE);
    await page.getByLabel('New KOReader password', { exact: true }).fill('another secret');
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByText('KOReader password changed.').waitFor();
    expect(await reader.stock().push(book.hash, 0.43)).toBe(401);

    await page.getByRole('button', { name: 'Delete credentials' }).click();
    const dialog = page.getByRole('alertdialog');
    // The safe answer has the focus.
    await dialog.locator('button:focus', { hasText: 'Cancel' }).waitFor();
    await dialog.getByRole('button', { name: 'Delete credentials' }).click();
    await page.getByRole('heading', { name: 'Create credentials' }).waitFor();
    expect((await reader.api.get<KoreaderSettings>('/koreader')).account).toBeUndefined();
    expect((await reader.findBook('Dracula')).places[0]?.percentage).toBeCloseTo(0.42);
  });

  it('does not exist without the permission', async () => {
    const { page, reader } = bench;
    await bench.server.admin.patch(`/users/${reader.user.id}`, { permissions: ['download'] });
    await page.goto(PAGE);
    await page.getByRole('heading', { name: 'This page is not in the catalogue' }).waitFor();
    expect(await page.getByRole('link', { name: 'KOReader', exact: true }).count()).toBe(0);
  });
});

/** The switch moves before the server answers; here the answer counts. */
async function expectSettled(page: Page): Promise<void> {
  await page.locator('[role=switch]:not([aria-disabled=true])').waitFor();
}
