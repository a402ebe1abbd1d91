import { faultsOf } from './support/axe.ts';
import { withWorld } from './support/bench.ts';
import { PHONE, type Tab } from './support/browser.ts';
import { deviceHighlight } from './support/plugin-device.ts';
import { untilStill } from './support/stillness.ts';

const COLORS = ['yellow', 'blue', 'red', 'green', 'purple'] as const;
const DRAWERS = ['lighten', 'underscore', 'strikeout', 'invert', 'lighten'] as const;

describe('Pages full of what devices brought', () => {
  const bench = withWorld();
  let tab: Tab;
  let bookId: number;

  beforeAll(async () => {
    const reader = await bench.world.addReader();
    const book = await reader.findBook('Dracula');
    bookId = book.id;
    const [kobo, phone] = [reader.device('Kobo Libra 2'), reader.device('Android')];
    await kobo.read(book.hash, [29, 30], kobo.now - 7200);
    await phone.read(book.hash, [59, 60], kobo.now - 3600);
    const notes = COLORS.map((color, n) =>
      deviceHighlight(n, `Passage ${color}`, {
        color,
        drawer: DRAWERS[n] ?? 'lighten',
        note: n === 1 ? 'a note' : undefined,
      }),
    );
    await kobo.exchange(book.hash, notes);
    await phone.acknowledge(book.hash, await phone.exchange(book.hash, []), ['Passage green']);
    const { hash } = await reader.findBook('Middlemarch');
    await kobo.exchange(hash, notes);
    await kobo.exchange(hash, [], [], notes);
    const { annotations } = await reader.api.get<{ annotations: { id: number }[] }>('/annotations?q=Passage+blue');
    for (const { id } of annotations.slice(0, 1)) await reader.api.delete(`/annotations/${id}`);
    tab = await reader.open();
  });
  afterAll(async () => {
    await tab?.close();
  });

  it.each([
    ['home', () => '/', 'Needs your attention'],
    ['the book', () => `/books/${bookId}`, 'Passage red'],
    ['plugin activity', () => '/settings/integrations/koreader/activity', 'not found in this copy'],
    ['the check', () => '/settings/integrations/koreader/check', 'Failed positions'],
  ])('%s has no violation in light and dark, on a desktop and a phone', async (_name, path, words) => {
    const { page } = tab;
    await page.goto(path());
    await page.getByText(words).first().waitFor();
    expect(await faultsOf(page)).toEqual([]);
  });

  it('cuts no number of matched books off on a phone, and names each', async () => {
    const { page } = tab;
    await page.setViewportSize(PHONE);
    await page.goto('/settings/integrations/koreader/activity#matched');
    const matched = page.getByRole('region', { name: 'Matched books' });
    const row = matched.getByRole('row').filter({ hasText: 'Dracula' });
    await row.waitFor();
    await untilStill(page);
    expect(await matched.locator('.scroll').evaluate((frame) => frame.scrollWidth - frame.clientWidth)).toBe(0);
    const named = await row
      .getByRole('cell')
      .evaluateAll((cells) => cells.map((cell) => getComputedStyle(cell, '::before').content));
    expect(named).toEqual(['"Reading events"', '"Reading sessions"', '"Highlights"', '"Last sync"']);
    expect(await matched.getByRole('columnheader').count()).toBe(5);
  });
});
