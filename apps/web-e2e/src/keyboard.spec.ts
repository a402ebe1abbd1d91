import { readFileSync } from 'node:fs';
import type { AnnotationList, BookState, ReadingLog } from '@bookorbit/contracts';
import { withReader } from './support/bench.ts';
import { expectSoon } from './support/expect-soon.ts';
import { focusedName, stopsOf, tabTo } from './support/keyboard.ts';
import { deviceHighlight } from './support/plugin-device.ts';
import { untilArrived, untilStill } from './support/stillness.ts';

const HOUR = 3600;

describe('By the keyboard alone', () => {
  const bench = withReader();
  const press = (...keys: readonly string[]): Promise<void> =>
    keys.reduce((before, key) => before.then(() => bench.page.keyboard.press(key)), Promise.resolve());
  const isFocused = (name: string): Promise<void> => expectSoon(() => focusedName(bench.page), name);

  /** A book two devices are in beside the one whose clock stopped, with two highlights and a sitting. */
  async function readDracula(): Promise<{ id: number; hash: string }> {
    const { reader } = bench;
    const book = await reader.findBook('Dracula');
    const kobo = reader.device('Kobo Libra 2');
    await kobo.read(book.hash, [29, 30], kobo.now - 5 * HOUR);
    await reader.device('Android').read(book.hash, [59, 60], kobo.now - HOUR);
    await kobo.exchange(book.hash, [deviceHighlight(1, 'The first passage'), deviceHighlight(2, 'The second passage')]);
    return book;
  }

  const KOREADER = '/settings/integrations/koreader';

  it.each([
    ...['/', '/books', '/books/DRACULA', '/highlights', '/highlights?view=trash', '/statistics', '/activity'],
    ...['/import', '/settings/account', '/nowhere', KOREADER],
    ...['devices', 'activity', 'unmatched', 'check'].map((part) => `${KOREADER}/${part}`),
  ])('%s can be walked through: each stop has a name and shows that it has the focus', async (path) => {
    const { page, reader } = bench;
    const { id } = await readDracula();
    await reader.device().post('progress', {
      items: [{ hash: 'e'.repeat(32), percentage: 0.4, progress: 'x', title: 'From elsewhere' }],
    });
    await page.goto(path.replace('DRACULA', String(id)));
    await untilStill(page);
    const stops = await stopsOf(page);
    expect(stops[0]?.name).toBe('Skip to content');
    expect(stops.filter(({ name }) => name === '')).toEqual([]);
    expect(stops.filter(({ isShown }) => !isShown).map(({ name }) => `“${name}” hides its focus`)).toEqual([]);
    // No stop is out of order.
    expect(await page.locator('[tabindex]:not([tabindex="0"]):not([tabindex="-1"])').count()).toBe(0);
  });

  it('somebody signs in, finds a book, and skips to what the page is about', async () => {
    const { page, tab } = bench;
    await tab.context.clearCookies();
    await page.goto('/books');
    await page.waitForURL('**/sign-in?next=*');
    await page.getByLabel('User name').waitFor();
    await tabTo(page, 'User name');
    await page.keyboard.type(bench.reader.user.username);
    await tabTo(page, 'Password');
    await page.keyboard.type('not it');
    await press('Enter');
    await page.getByRole('alert').waitFor();
    await isFocused('Password');
    await press('ControlOrMeta+A');
    await page.keyboard.type('a reader’s password');
    await press('Enter');
    await page.waitForURL('**/books');
    await untilArrived(page);
    await page.getByRole('link', { name: /Dracula/ }).waitFor();
    await tabTo(page, /^Dracula/);
    await press('Enter');
    await page.getByRole('heading', { name: 'Dracula', level: 1 }).waitFor();
    await untilArrived(page);
    await page.reload();
    await page.getByRole('heading', { name: 'Dracula', level: 1 }).waitFor();
    await press('Tab');
    await isFocused('Skip to content');
    await press('Enter');
    await isFocused('the page');
  });

  it('a place is taken, taken back, and started over', async () => {
    const { page } = bench;
    const { id } = await readDracula();
    await page.goto(`/books/${id}`);
    await page.getByText('3 sources').waitFor();
    const shown = () => page.getByRole('region', { name: 'Your place' }).locator('.percentage').innerText();
    await tabTo(page, 'Use this one: KOReader · Kobo Libra 2, 30%');
    await press('Enter');
    await expectSoon(shown, '30%');
    // That button is gone; the other source has one now, in its place.
    await expectSoon(async () => (await focusedName(page)) !== '', true);
    await tabTo(page, 'Undo', { backwards: true });
    await press('Enter');
    await expectSoon(shown, '60%');
    await page.getByText('Undone.').waitFor();
    await expectSoon(async () => (await focusedName(page)) !== '', true);
    await tabTo(page, 'Start over');
    await press('Enter');
    await page.getByRole('alertdialog').waitFor();
    await isFocused('Cancel');
    await press('Escape');
    await isFocused('Start over');
    await press('Enter');
    await isFocused('Cancel');
    await tabTo(page, 'Start over');
    await press('Enter');
    await expectSoon(shown, '0%');
    await expectSoon(async () => (await focusedName(page)) !== '', true);
    await tabTo(page, 'Earlier places');
    await press('Enter');
    await page.getByRole('button', { name: 'Go back here: 60%, KOReader · Android' }).waitFor();
    await tabTo(page, 'Go back here: 60%, KOReader · Android');
    await press('Enter');
    await expectSoon(shown, '60%');
    await expectSoon(async () => (await focusedName(page)) !== '', true);
  });

  it('status, rating and review are given', async () => {
    const { page, reader } = bench;
    const { id } = await reader.findBook('Middlemarch');
    const state = () => reader.api.get<BookState>(`/books/${id}/state`);
    await page.goto(`/books/${id}`);
    await page.getByRole('button', { name: 'Write a review' }).waitFor();
    await tabTo(page, 'Status');
    await page.keyboard.type('On');
    await expectSoon(async () => (await state()).status, 'on_hold');
    await tabTo(page, '1 star');
    await press('Space', 'ArrowRight', 'ArrowRight');
    await expectSoon(async () => (await state()).rating, 3);
    await isFocused('3 stars');
    await tabTo(page, 'Clear rating');
    await press('Enter');
    await expectSoon(async () => (await state()).rating, undefined);
    await expectSoon(async () => (await focusedName(page)) !== '', true);
    await tabTo(page, 'Write a review');
    await press('Enter');
    await isFocused('Your review');
    await page.keyboard.type('Long.');
    await tabTo(page, 'Save review');
    await press('Enter');
    await expectSoon(async () => (await state()).review, 'Long.');
    await isFocused('Edit review');
    await press('Enter');
    await isFocused('Your review');
    await press('Escape');
    await isFocused('Edit review');
  });

  it('a sitting is written into the log and taken out', async () => {
    const { page, reader } = bench;
    const { id } = await readDracula();
    const sittings = async () => (await reader.api.get<ReadingLog>(`/reading/log?bookId=${id}`)).sessions.length;
    await page.goto(`/books/${id}`);
    await page.getByText('2 reading sessions').waitFor();
    await tabTo(page, 'Add by hand');
    await press('Enter');
    await isFocused('Started');
    await tabTo(page, 'Cancel');
    await press('Enter');
    await isFocused('Add by hand');
    await press('Enter');
    await isFocused('Started');
    await tabTo(page, 'Minutes');
    await press('ControlOrMeta+A');
    await page.keyboard.type('45');
    await press('Enter');
    await expectSoon(sittings, 3);
    await isFocused('Add by hand');
    await page.getByText('3 reading sessions').waitFor();
    await tabTo(page, /^Remove the entry/);
    await press('Enter');
    await expectSoon(sittings, 2);
    // It was the only row with a button; the focus stays in the log.
    await expectSoon(async () => (await focusedName(page)) !== '', true);
    expect(await page.evaluate(() => document.activeElement?.closest('#log') !== null)).toBe(true);
  });

  it('a highlight is noted, coloured, deleted and restored on the page of its book', async () => {
    const { page, reader } = bench;
    const { id } = await readDracula();
    const stored = async (query = '') =>
      (await reader.api.get<AnnotationList>(`/annotations?sort=page${query}`)).annotations;
    await page.goto(`/books/${id}`);
    await page.getByText('The second passage').waitFor();
    await tabTo(page, 'Edit note');
    await press('Enter');
    await tabTo(page, 'Note');
    await page.keyboard.type('Noted.');
    await press('Control+Enter');
    await expectSoon(async () => (await stored())[0]?.note, 'Noted.');
    await isFocused('Edit note');
    await tabTo(page, 'Colour and style');
    await press('Enter');
    await tabTo(page, 'Yellow');
    await press('ArrowRight');
    await expectSoon(async () => (await stored())[0]?.color === '#FACC15', false);
    await tabTo(page, 'Move to trash', { backwards: true });
    await press('Enter');
    await expectSoon(async () => (await stored()).length, 1);
    // The next one has it now.
    await expectSoon(
      () => page.evaluate(() => document.activeElement?.closest('li')?.textContent?.includes('second')),
      true,
    );
    await tabTo(page, 'Trash', { backwards: true });
    await press('Enter');
    await page.getByRole('heading', { name: 'Highlights in the trash' }).waitFor();
    await page.getByText('The first passage').waitFor();
    await isFocused('Trash');
    await tabTo(page, 'Restore');
    await press('Enter');
    await page.getByText('The trash is empty.').waitFor();
    await expectSoon(async () => (await stored()).length, 2);
    await expectSoon(() => page.evaluate(() => document.activeElement?.closest('#highlights') !== null), true);
  });

  it('highlights of all books are narrowed, selected, restyled, deleted and exported', async () => {
    const { page, reader } = bench;
    const { hash } = await readDracula();
    const colors = async () =>
      (await reader.api.get<AnnotationList>('/annotations?sort=oldest')).annotations.map(({ color }) => color);
    await reader.device().exchange(hash, [], [deviceHighlight(3, 'A red one', { color: 'red' })]);
    await page.goto('/highlights');
    await page.getByText('3 highlights', { exact: true }).waitFor();
    await tabTo(page, 'Search highlights');
    await page.keyboard.type('passage');
    await page.getByText('2 found').waitFor();
    await isFocused('Search highlights');
    await tabTo(page, 'Filters');
    await press('Enter');
    await tabTo(page, 'Colour');
    await page.keyboard.type('Yel');
    await page.waitForURL('**/highlights?q=passage&color=yellow');
    await tabTo(page, /^Select: The second passage/);
    await press('Space', 'ArrowDown');
    await isFocused('Select: The first passage');
    await press('Space');
    await page.getByText('2 selected').waitFor();
    await tabTo(page, 'Style');
    await press('Enter');
    await page.getByRole('menuitem', { name: 'Underline' }).waitFor();
    await press('Escape');
    await isFocused('Style');
    await tabTo(page, 'Colour', { backwards: true });
    await press('Enter');
    await page.getByRole('menuitem', { name: 'Pink' }).waitFor();
    await tabOrArrowTo('Pink');
    await press('Enter');
    await expectSoon(colors, ['#F472B6', '#F472B6', '#F87171']);
    await page.goto('/highlights');
    await page.getByText('3 highlights', { exact: true }).waitFor();
    await tabTo(page, 'Export');
    await press('Enter');
    await page.getByRole('menuitem', { name: 'JSON', exact: true }).waitFor();
    await tabOrArrowTo('JSON');
    const [download] = await Promise.all([page.waitForEvent('download'), press('Enter')]);
    expect(readFileSync(await download.path(), 'utf8')).toContain('A red one');
    await isFocused('Export');
    await tabTo(page, 'Move to trash');
    await press('Enter');
    await expectSoon(async () => (await colors()).length, 2);
    await expectSoon(async () => (await focusedName(page)).startsWith('Select: '), true);
  });

  /** Arrow keys go through a menu. */
  async function tabOrArrowTo(name: string): Promise<void> {
    for (let presses = 0; presses < 20 && (await focusedName(bench.page)) !== name; presses += 1)
      await press('ArrowDown');
    await isFocused(name);
  }

  it('statistics are narrowed, and the tables behind the charts are read', async () => {
    const { page } = bench;
    await readDracula();
    await page.goto('/statistics');
    await page.getByRole('heading', { name: 'Calendar' }).waitFor();
    await untilStill(page);
    await tabTo(page, 'Device');
    await page.keyboard.type('Kobo');
    await page.waitForURL('**/statistics?source=koreader&device=*');
    await isFocused('Device');
    await tabTo(page, 'Book All books');
    await press('Enter');
    await isFocused('Search books');
    await page.keyboard.type('drac');
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Dracula/ })
      .waitFor();
    await tabTo(page, /^Dracula/);
    await press('Enter');
    await page.waitForURL('**/statistics?*book=*');
    await isFocused('Book Dracula');
    const charts = await page.locator('bo-chart summary').count();
    expect(charts).toBeGreaterThanOrEqual(5);
    await page.goto('/statistics');
    await page.getByRole('heading', { name: 'Calendar' }).waitFor();
    await untilStill(page);
    for (let chart = 0; chart < charts; chart += 1) {
      await tabTo(page, 'Show as a table');
      await press('Enter');
      const table = page.locator('bo-chart').nth(chart).locator('table');
      await table.waitFor();
      // A long table is scrolled with the arrow keys, so it takes the focus itself.
      await press('Tab');
      await expectSoon(() => table.evaluate((one) => one.parentElement === document.activeElement), true);
    }
  });

  it('the feed of syncs is narrowed and read to its end', async () => {
    const { page, reader } = bench;
    // Two are there already, of the device whose clock stopped.
    for (let n = 0; n < 52; n += 1) await reader.plugin().post('progress', { items: [] });
    await page.goto('/activity');
    await page.getByRole('button', { name: 'Show earlier ones' }).waitFor();
    await tabTo(page, 'Show earlier ones');
    await press('Enter');
    await expectSoon(() => page.locator('main li').count(), 54);
    await expectSoon(async () => (await focusedName(page)) !== '', true);
    await tabTo(page, 'Device', { backwards: true });
    await page.keyboard.type('Kobo');
    await page.waitForURL('**/activity?device=KOBO');
    await isFocused('Device');
  });
});
