import type { Tab } from './support/browser.ts';
import { expectSoon } from './support/expect-soon.ts';
import { deviceHighlight } from './support/plugin-device.ts';
import { type ReaderWithDevices, ReaderWorld } from './support/reader-world.ts';

describe('Home', () => {
  let world: ReaderWorld;
  let reader: ReaderWithDevices;
  let tab: Tab;

  beforeAll(async () => {
    world = await ReaderWorld.start();
  });
  afterAll(async () => {
    await world?.stop();
  });
  beforeEach(async () => {
    reader = await world.addReader();
    tab = await reader.open();
  });
  afterEach(async () => {
    await tab?.close();
    expect(tab?.errors).toEqual([]);
  });

  it('leads to a device and to the books while nothing was read', async () => {
    const { page } = tab;
    await page.goto('/');
    await page.getByText('No device has synced yet.').waitFor();
    expect(await page.title()).toBe('Home · BookOrbit');
    await page.getByRole('link', { name: 'Go to your books' }).click();
    await page.waitForURL('**/books');
  });

  it('fills as a device syncs: the book, the time, the sync and the highlight', async () => {
    const { page } = tab;
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
    const { page } = tab;
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

  it('can be installed: a manifest with icons that are there', async () => {
    const { page } = tab;
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
  });

  it('and the book page are used by keyboard alone', async () => {
    const { page } = tab;
    const book = await reader.findBook('Dracula');
    const kobo = reader.device();
    await kobo.read(book.hash, [20], kobo.now - 7200);
    await kobo.exchange(book.hash, [deviceHighlight(1, 'By keyboard')]);
    await page.goto('/');
    await page.getByRole('region', { name: 'Continue reading' }).getByRole('link', { name: 'Dracula' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expectSoon(() => page.evaluate(() => document.activeElement?.id), 'main');
    await tabTo('Dracula');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Dracula', level: 1 }).waitFor();
    await tabTo('Status');
    await page.keyboard.press('w');
    await expectSoon(
      async () => (await reader.api.get<{ status: string }>(`/books/${book.id}/state`)).status,
      'want_to_read',
    );
    await tabTo('Edit note');
    await page.keyboard.press('Enter');
    await tabTo('Note');
    await page.keyboard.type('typed');
    await page.keyboard.press('Control+Enter');
    await page.getByText('typed').waitFor();
    // The focus is where it was, not lost at the top of the page.
    await expectSoon(focusedName, 'Edit note');
  });

  const focusedName = (): Promise<string> =>
    tab.page.evaluate(() => {
      const focused = document.activeElement;
      if (
        focused instanceof HTMLInputElement ||
        focused instanceof HTMLTextAreaElement ||
        focused instanceof HTMLSelectElement
      )
        return focused.labels?.[0]?.innerText.split('\n')[0]?.trim() ?? '';
      return (focused?.getAttribute('aria-label') ?? focused?.textContent ?? '').trim();
    });

  async function tabTo(name: string): Promise<void> {
    for (let presses = 0; presses < 80; presses += 1) {
      if ((await focusedName()) === name) return;
      await tab.page.keyboard.press('Tab');
    }
    throw new Error(`${name} was not reached by Tab; the focus is on ${await focusedName()}.`);
  }
});
