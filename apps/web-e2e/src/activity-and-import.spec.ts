import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AnnotationList, ReadingStatistics } from '@bookorbit/contracts';
import { faultsOf } from './support/axe.ts';
import { withReader } from './support/bench.ts';
import { dropOn } from './support/drop.ts';
import { expectSoon } from './support/expect-soon.ts';
import { highlight, sendHighlights } from './support/plugin-requests.ts';
import { makeSidecar } from './support/sidecar.ts';
import { writeStatistics } from './support/statistics-file.ts';
import { untilStill } from './support/stillness.ts';

describe('Activity and Import', () => {
  const bench = withReader({ hasStaleDevice: false });
  let usb: string;

  beforeAll(() => {
    usb = mkdtempSync(join(tmpdir(), 'bookorbit-web-e2e-usb-'));
  });
  afterAll(() => {
    rmSync(usb, { recursive: true, force: true });
  });

  it('shows a sync as it happens: what came, what went, and what was refused and why', async () => {
    const { page, reader } = bench;
    const hash = reader.hashOf('Dracula');
    await page.goto('/activity');
    await page.getByRole('heading', { name: 'No device has synced yet' }).waitFor();
    await sendHighlights(reader.plugin(), hash, [highlight(1), highlight(2)]);
    const first = page.locator('main li').first();
    await first.getByText('Kobo Libra 2').waitFor();
    await first.getByText('2 highlights').waitFor();
    await first.getByRole('link', { name: 'Dracula' }).waitFor();
    await sendHighlights(reader.plugin('PHONE', 'A phone'), hash, []);
    await expectSoon(async () => (await first.innerText()).includes('A phone'), true);
    await first.getByText('Went').waitFor();
    await first.getByText('2 highlights').waitFor();
    const unknown = '0123456789abcdef0123456789abcdef';
    await reader.plugin().post('sync', { books: [{ hash: unknown }] });
    await first.getByText('Refused').waitFor();
    await first.getByText(unknown).waitFor();

    await page.getByRole('combobox', { name: 'Device', exact: true }).selectOption({ label: 'A phone' });
    await page.waitForURL('**/activity?device=PHONE');
    await expectSoon(() => page.locator('main li').count(), 1);
    await page.getByRole('combobox', { name: 'Device', exact: true }).selectOption('');
    await page.getByRole('combobox', { name: 'What came of it', exact: true }).selectOption('refused');
    await expectSoon(
      async () => (await page.locator('main li').allInnerTexts()).map((text) => text.includes(unknown)),
      [true],
    );
    await page.goBack();
    await expectSoon(() => page.locator('main li').count(), 3);
  });

  it('pages through what happened earlier', async () => {
    const { page, reader } = bench;
    for (let n = 0; n < 55; n += 1) await reader.plugin().post('progress', { items: [] });
    await page.goto('/activity');
    await expectSoon(() => page.locator('main li').count(), 50);
    await page.getByRole('button', { name: 'Show earlier ones' }).click();
    await expectSoon(() => page.locator('main li').count(), 55);
    await page.getByRole('button', { name: 'Show earlier ones' }).waitFor({ state: 'detached' });
  });

  it('brings in a sidecar after a look at it, and takes it back again', async () => {
    const { page, reader } = bench;
    const folderOfBook = join(usb, reader.user.username, 'Dracula.sdr');
    mkdirSync(folderOfBook, { recursive: true });
    const path = join(folderOfBook, 'metadata.epub.lua');
    writeFileSync(path, makeSidecar(reader.hashOf('Dracula')));
    const count = async (): Promise<number> => (await reader.api.get<AnnotationList>('/annotations')).total;
    await page.goto('/import');
    await page.getByText('Nothing was imported yet.').waitFor();
    await page.getByLabel('Choose files').setInputFiles(path);
    await page.getByText('Waiting for you').first().waitFor();
    await page.getByText('This is what would come in:').waitFor();
    const preview = page.getByRole('region', { name: /./ }).filter({ hasText: 'This is what would come in:' });
    await preview.getByRole('link', { name: 'Dracula' }).waitFor();
    await preview.getByText('new highlights: 1').waitFor();
    expect(await count()).toBe(0);
    await page.getByRole('button', { name: 'Import it' }).click();
    await page.getByText('This is what came in:').waitFor();
    expect(await count()).toBe(1);
    await page.getByRole('link', { name: 'Highlights', exact: true }).click();
    await page.getByText('1 highlight', { exact: true }).waitFor();
    await page.goBack();
    await page.getByRole('button', { name: 'Take it back' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Take it back' }).click();
    await page.getByText('This import was taken back:').waitFor();
    expect(await count()).toBe(0);
    expect((await reader.api.get<ReadingStatistics>('/reading/statistics')).totals.seconds).toBe(0);
    await page.getByRole('button', { name: 'Remove from the list' }).click();
    await page.getByText('Nothing was imported yet.').waitFor();
  });

  it('brings in the reading time and the highlights of a device whose files and folders are dropped on the page', async () => {
    const { page, reader } = bench;
    const hash = reader.hashOf('Dracula');
    const device = join(usb, `device-of-${reader.user.username}`);
    const sidecars = join(device, 'docsettings');
    mkdirSync(join(sidecars, 'books', 'Dracula.sdr'), { recursive: true });
    writeFileSync(join(sidecars, 'books', 'Dracula.sdr', 'metadata.epub.lua'), makeSidecar(hash));
    const statistics = join(device, 'statistics.sqlite3');
    writeStatistics(statistics, hash, [
      [1, 1_760_000_000, 600],
      [2, 1_760_000_600, 900],
    ]);
    await page.goto('/import');
    await page.getByText('Drop files or folders here, or').waitFor();
    await untilStill(page);
    await dropOn(page.locator('.drop'), [statistics, sidecars]);
    await page.getByText('This is what would come in:').waitFor();
    await page.getByText('25 min of reading').waitFor();
    await page.getByText('new highlights: 1').waitFor();
    const seconds = async () => (await reader.api.get<ReadingStatistics>('/reading/statistics')).totals.seconds;
    expect(await seconds()).toBe(0);
    await page.getByRole('button', { name: 'Import it' }).click();
    await page.getByText('This is what came in:').waitFor();
    expect(await seconds()).toBe(1500);
    expect((await reader.api.get<AnnotationList>('/annotations')).total).toBe(1);
    await page.getByRole('button', { name: 'Take it back' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Take it back' }).click();
    await page.getByText('This import was taken back:').waitFor();
    expect(await seconds()).toBe(0);
  });

  it('says of a book it does not know that it was not found, and not that everything is here', async () => {
    const { page } = bench;
    const folderOfBook = join(usb, 'Stray.sdr');
    mkdirSync(folderOfBook, { recursive: true });
    const path = join(folderOfBook, 'metadata.epub.lua');
    writeFileSync(path, makeSidecar('0'.repeat(32)));
    await page.goto('/import');
    await page.getByLabel('Choose files').setInputFiles(path);
    await page.getByText('The book in these files was not found among yours').waitFor();
    await page.getByRole('link', { name: 'Unmatched books' }).waitFor();
    expect(await page.getByText('here already').count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Import it' }).isDisabled()).toBe(true);
    expect(await faultsOf(page)).toEqual([]);
  });

  it('says so when files arrive after somebody went to another page, and leaves them there', async () => {
    const { page, reader } = bench;
    const folderOfBook = join(usb, 'Dracula.sdr');
    mkdirSync(folderOfBook, { recursive: true });
    const path = join(folderOfBook, 'metadata.epub.lua');
    writeFileSync(path, makeSidecar(reader.hashOf('Dracula')));
    let arrive: () => void = () => undefined;
    const isOnItsWay = new Promise<void>((resolve) => (arrive = resolve));
    await page.route('**/api/v1/imports', async (route) => {
      if (route.request().method() === 'POST') await isOnItsWay;
      await route.continue();
    });
    await page.goto('/import');
    await page.getByLabel('Choose files').setInputFiles(path);
    await page.getByText('Sending your files').waitFor();
    await page.getByRole('link', { name: 'Highlights', exact: true }).click();
    await page.getByRole('heading', { name: 'Nothing highlighted yet' }).waitFor();
    arrive();
    await page.getByText('Your files are here').first().waitFor();
    expect(new URL(page.url()).pathname).toBe('/highlights');
    await page.getByRole('button', { name: 'Look at them' }).click();
    await page.getByText('This is what would come in:').waitFor();
  });

  it('says what is wrong with a file it cannot use', async () => {
    const { page } = bench;
    const path = join(usb, 'statistics.sqlite3');
    writeFileSync(path, 'This is no database.');
    await page.goto('/import');
    await page.getByLabel('Choose files').setInputFiles(path);
    await page.getByText('Failed', { exact: true }).first().waitFor();
    await page.locator('#main').getByRole('alert').waitFor();
  });
});
