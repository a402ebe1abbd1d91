import type { Browser } from 'playwright-core';
import { openBrowser, openTab, signInQuietly, type Tab } from './support/browser.ts';
import { expectSoon } from './support/expect-soon.ts';
import { type LibraryFolder, makeLibraryFolder } from './support/library-folder.ts';
import { addReader, type Reader, sendPageStats } from './support/reader.ts';
import { startServerWithLibrary, type TestServer } from './support/server.ts';

const HOUR = 3600;
const DAY = 86_400;
/** Today at 20:00 or, before that, yesterday's: nothing was read in the future. */
const evening = (daysAgo: number): number => (Math.floor(Date.now() / 1000 / DAY) - 1 - daysAgo) * DAY + 20 * HOUR;

describe('Statistics', () => {
  let browser: Browser;
  let folder: LibraryFolder;
  let server: TestServer;
  let tab: Tab;
  let reader: Reader;

  beforeAll(async () => {
    folder = makeLibraryFolder();
    server = await startServerWithLibrary(folder.path);
    browser = await openBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    folder?.remove();
  });

  beforeEach(async () => {
    reader = await addReader(server, folder.path);
    tab = await openTab(browser, server.origin);
    await signInQuietly(tab, server.origin, reader.user.username, reader.password);
  });

  afterEach(async () => {
    await tab?.close();
    expect(tab?.errors).toEqual([]);
  });

  const fact = async (name: string): Promise<string> =>
    tab.page
      .locator('.facts div')
      .filter({ has: tab.page.getByText(name, { exact: true }) })
      .locator('dd')
      .innerText();

  /** What stands behind a chart, without the rows in which nothing was read. */
  async function tableOf(heading: string): Promise<string[][]> {
    const section = tab.page
      .locator('section')
      .filter({ has: tab.page.getByRole('heading', { name: heading, exact: true }) });
    const rows = await section.locator('tbody tr').all();
    const cells = await Promise.all(rows.map((row) => row.locator('th, td').allTextContents()));
    return cells.filter(([, value]) => value !== '0 min');
  }

  it('tells each number and chart of what devices sent, and follows a device that syncs meanwhile', async () => {
    const { page } = tab;
    await page.goto('/statistics');
    await page.getByRole('heading', { name: 'No reading yet' }).waitFor();
    // 20:00 to 21:30 two days ago, 20:00 to 20:30 yesterday.
    const kobo = reader.device();
    await sendPageStats(
      kobo,
      reader.hashOf('Dracula'),
      Array.from({ length: 9 }, (_, n) => [n + 1, evening(1) + n * 600, 600] as const),
    );
    await expectSoon(() => fact('Time read'), '1 hr, 30 min');
    await sendPageStats(
      reader.device('PHONE', 'A phone'),
      reader.hashOf('Middlemarch'),
      Array.from({ length: 3 }, (_, n) => [n + 1, evening(0) + n * 600, 600] as const),
    );
    await expectSoon(() => fact('Time read'), '2 hr');
    expect(await fact('Sessions')).toBe('2');
    expect(await fact('Books')).toBe('2');
    expect(await fact('Days with reading')).toBe('2');
    expect(await fact('Current streak')).toBe('2 days');
    expect(await fact('Pages an hour')).toBe('6');
    expect(await tableOf('Hour of the day')).toEqual([
      ['8 PM', '1 hr, 30 min'],
      ['9 PM', '30 min'],
    ]);
    expect(await tableOf('Devices')).toEqual([
      ['Kobo Libra 2', '1 hr, 30 min'],
      ['A phone', '30 min'],
    ]);
    const days = await tableOf('Calendar');
    expect(days.map(([, time]) => time)).toEqual(['1 hr, 30 min', '30 min']);
    expect((await tableOf('Day of the week')).length).toBe(2);
    await page.getByRole('combobox', { name: 'By', exact: true }).selectOption('day');
    expect((await tableOf('Time read')).map(([, time]) => time)).toEqual(['1 hr, 30 min', '30 min']);
    // A picture of it is there, drawn as SVG.
    await expectSoon(async () => (await page.locator('bo-chart svg').count()) >= 5, true);
    await page.getByRole('region', { name: 'Hours read' }).getByText('1 hour').waitFor();

    await page.getByRole('combobox', { name: 'Device', exact: true }).selectOption({ label: 'A phone' });
    await page.waitForURL('**/statistics?source=koreader&device=PHONE');
    await expectSoon(() => fact('Time read'), '30 min');
    await page.reload();
    await expectSoon(() => fact('Time read'), '30 min');
    await page.getByRole('combobox', { name: 'Device', exact: true }).selectOption('');
    await page.getByRole('combobox', { name: 'Book', exact: true }).selectOption({ label: 'Dracula' });
    await expectSoon(() => fact('Time read'), '1 hr, 30 min');
    await page.goto('/statistics?year=2001');
    await page.getByRole('heading', { name: 'Nothing was read then' }).waitFor();
  });

  it('counts what was read by hand, and no longer once that is taken back', async () => {
    const { page } = tab;
    await sendPageStats(reader.device(), reader.hashOf('Dracula'), [[1, evening(0), 600]]);
    const { books } = await reader.web.get<{ books: { id: number }[] }>('/books?q=dracula');
    await page.goto('/statistics');
    await expectSoon(() => fact('Time read'), '10 min');
    const startedAt = new Date((evening(0) - HOUR) * 1000).toISOString();
    await reader.web.post('/reading/log', { bookId: books[0]?.id, startedAt, seconds: 1200 });
    await page.reload();
    await expectSoon(() => fact('Time read'), '30 min');
    expect(await tableOf('Devices')).toEqual([
      ['Entered by hand', '20 min'],
      ['Kobo Libra 2', '10 min'],
    ]);
    const { sessions } = await reader.web.get<{ sessions: { id: number; source: string }[] }>('/reading/log');
    await reader.web.delete(`/reading/log/${sessions.find(({ source }) => source === 'manual')?.id}`);
    await page.reload();
    await expectSoon(() => fact('Time read'), '10 min');
    expect(await tableOf('Devices')).toEqual([['Kobo Libra 2', '10 min']]);
  });

  it('opens the table behind a chart by the keyboard alone', async () => {
    const { page } = tab;
    await sendPageStats(reader.device(), reader.hashOf('Dracula'), [[1, evening(0), 600]]);
    await page.goto('/statistics');
    const summary = page
      .locator('section')
      .filter({ has: page.getByRole('heading', { name: 'Hour of the day' }) })
      .locator('summary');
    await summary.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Time read by hour of the day' }).getByText('8 PM').waitFor();
  });
});
