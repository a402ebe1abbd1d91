import { withReader } from './support/bench.ts';
import { expectSoon } from './support/expect-soon.ts';
import { focusedName, tabTo } from './support/keyboard.ts';
import { deviceHighlight } from './support/plugin-device.ts';
import { untilArrived } from './support/stillness.ts';

describe('Home', () => {
  const bench = withReader({ hasStaleDevice: false });

  it('leads to a device and to the books while nothing was read', async () => {
    const { page } = bench;
    await page.goto('/');
    await page.getByRole('listitem').filter({ hasText: 'No device has synced yet. Set one up' }).waitFor();
    await expectSoon(() => page.title(), 'Home · BookOrbit');
    await page.getByRole('link', { name: 'Go to your books' }).click();
    await page.waitForURL('**/books');
  });

  it('fills as a device syncs: the book, the time, the sync and the highlight', async () => {
    const { page, reader } = bench;
    const book = await reader.findBook('Dracula');
    await page.goto('/');
    await page.getByText('No book is open').waitFor();
    const kobo = reader.device();
    await kobo.read(book.hash, [1, 2, 3, 4, 5], kobo.now - 600);
    await kobo.exchange(book.hash, [deviceHighlight(1, 'We learn from failure, not from success!')]);
    const current = page.getByRole('region', { name: 'Continue reading' });
    await current.getByRole('link', { name: 'Dracula' }).waitFor();
    await current.getByText('5%').waitFor();
    await current.getByText('Kobo Libra 2').waitFor();
    const week = page.getByRole('region', { name: 'Reading time' }).locator('dl');
    await expectSoon(async () => (await week.innerText()).includes('5 min'), true);
    await page.getByRole('region', { name: 'Recently synced' }).getByRole('link', { name: 'Dracula' }).waitFor();
    await page.getByText('We learn from failure, not from success!').waitFor();

    // Finished elsewhere: it is no longer something to go on with.
    await reader.api.patch(`/books/${book.id}/state`, { status: 'finished' });
    await page.reload();
    await page.getByText('No book is open').waitFor();
  });

  it('names what needs attention, and leads there', async () => {
    const { page, reader } = bench;
    await reader.device().post('progress', {
      items: [{ hash: 'e'.repeat(32), percentage: 0.4, progress: 'x', title: 'From elsewhere' }],
    });
    await page.goto('/');
    await page.getByRole('link', { name: 'Books on your devices that match none here: 1' }).click();
    await page.waitForURL('**/koreader/unmatched');
    await page.getByRole('heading', { name: 'Unmatched books', level: 2 }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'Needs your attention' }).waitFor();
  });

  it('counts reading of today and of the week, by hand too, and no longer once that is taken out', async () => {
    const { page, reader } = bench;
    const book = await reader.findBook('Dracula');
    const sums = () => page.getByRole('region', { name: 'Reading time' }).locator('dl dd').allInnerTexts();
    await page.goto('/');
    await expectSoon(sums, ['nothing yet', 'nothing yet']);
    const kobo = reader.device();
    // A minute ago may have been yesterday; seven days hold both.
    await kobo.read(book.hash, [1], kobo.now - 90);
    await expectSoon(async () => (await sums())[1], '1 min');
    const startedAt = new Date(Date.now() - 3_600_000).toISOString();
    await reader.api.post('/reading/log', { bookId: book.id, startedAt, seconds: 1200 });
    await page.reload();
    await expectSoon(async () => (await sums())[1], '21 min');
    const { sessions } = await reader.api.get<{ sessions: { id: number; source: string }[] }>('/reading/log');
    await reader.api.delete(`/reading/log/${sessions.find(({ source }) => source === 'manual')?.id}`);
    await page.reload();
    await expectSoon(async () => (await sums())[1], '1 min');
  });

  it('says that the network is away, and shows by itself what came meanwhile once it is back', async () => {
    const { page, tab, reader } = bench;
    const book = await reader.findBook('Dracula');
    await page.goto('/');
    await page.getByText('No book is open').waitFor();
    await tab.context.setOffline(true);
    await page.getByText('BookOrbit cannot be reached.').waitFor();
    const kobo = reader.device();
    await kobo.read(book.hash, [5], kobo.now - 600);
    await tab.context.setOffline(false);
    await page.getByText('BookOrbit cannot be reached.').waitFor({ state: 'detached' });
    await page.getByRole('region', { name: 'Continue reading' }).getByRole('link', { name: 'Dracula' }).waitFor();
  });

  it('can be installed: a manifest with icons that are there, and nothing Chromium objects to', async () => {
    const { page, tab } = bench;
    await page.goto('/');
    const href = await page.locator('link[rel=manifest]').getAttribute('href');
    const manifest = (await (await page.request.get(`/${href}`)).json()) as {
      icons: { src: string }[];
      start_url: string;
    };
    expect(manifest.start_url).toBe('/');
    for (const { src } of manifest.icons) {
      const icon = await page.request.get(`/${src}`);
      expect([src, icon.status(), icon.headers()['content-type']?.startsWith('image/')]).toEqual([src, 200, true]);
    }
    const chromium = await tab.context.newCDPSession(page);
    const { errors } = await chromium.send('Page.getAppManifest');
    const { installabilityErrors } = await chromium.send('Page.getInstallabilityErrors');
    // Tests browse without leaving traces, where nothing can be installed.
    const objections = installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito');
    expect([errors, objections]).toEqual([[], []]);
  });

  it('and the book page are used by keyboard alone', async () => {
    const { page, reader } = bench;
    const book = await reader.findBook('Dracula');
    const kobo = reader.device();
    await kobo.read(book.hash, [20], kobo.now - 7200);
    await kobo.exchange(book.hash, [deviceHighlight(1, 'By keyboard')]);
    await page.goto('/');
    await page.getByRole('region', { name: 'Continue reading' }).getByRole('link', { name: 'Dracula' }).waitFor();
    await page.keyboard.press('Tab');
    await expectSoon(() => focusedName(page), 'Skip to content');
    await page.keyboard.press('Enter');
    await untilArrived(page);
    await tabTo(page, 'Dracula');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Dracula', level: 1 }).waitFor();
    await untilArrived(page);
    await page.getByText('By keyboard').waitFor();
    await page.getByLabel('Status', { exact: true }).waitFor();
    await tabTo(page, 'Status');
    await page.keyboard.press('w');
    await expectSoon(
      async () => (await reader.api.get<{ status: string }>(`/books/${book.id}/state`)).status,
      'want_to_read',
    );
    await tabTo(page, 'Edit note');
    await page.keyboard.press('Enter');
    await tabTo(page, 'Note');
    await page.keyboard.type('typed');
    await page.keyboard.press('Control+Enter');
    await page.getByText('typed').waitFor();
    // The focus is where it was, not lost at the top of the page.
    await expectSoon(() => focusedName(page), 'Edit note');
  });
});
