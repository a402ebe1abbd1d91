import { withReader } from './support/bench.ts';
import { expectSoon } from './support/expect-soon.ts';
import { sendPageStats } from './support/plugin-requests.ts';

const HOUR = 3600;
const DAY = 86_400;
/** Today at 20:00 or, before that, yesterday's: nothing was read in the future. */
const evening = (daysAgo: number): number => (Math.floor(Date.now() / 1000 / DAY) - 1 - daysAgo) * DAY + 20 * HOUR;

describe('Statistics', () => {
  const bench = withReader();

  const fact = async (name: string): Promise<string> =>
    bench.page
      .locator('.facts div')
      .filter({ has: bench.page.getByText(name, { exact: true }) })
      .locator('dd')
      .innerText();

  /** What stands behind a chart, without the rows in which nothing was read. */
  async function tableOf(heading: string): Promise<string[][]> {
    const section = bench.page
      .locator('section')
      .filter({ has: bench.page.getByRole('heading', { name: heading, exact: true }) });
    const cells = await section
      .locator('tbody tr')
      .evaluateAll((rows) => rows.map((row) => [...row.querySelectorAll('th, td')].map((cell) => cell.textContent)));
    return cells.filter(([, value]) => value !== '0 min');
  }

  it('tells each number and chart of what devices sent, and follows a device that syncs meanwhile', async () => {
    const { page, reader } = bench;
    await page.goto('/statistics');
    await page.getByRole('heading', { name: 'No reading yet' }).waitFor();
    // 20:00 to 21:30 two days ago, 20:00 to 20:30 yesterday.
    const kobo = reader.plugin();
    await sendPageStats(
      kobo,
      reader.hashOf('Dracula'),
      Array.from({ length: 9 }, (_, n) => [n + 1, evening(1) + n * 600, 600] as const),
    );
    await expectSoon(() => fact('Time read'), '1 hr, 30 min');
    await sendPageStats(
      reader.plugin('PHONE', 'A phone'),
      reader.hashOf('Middlemarch'),
      Array.from({ length: 3 }, (_, n) => [n + 1, evening(0) + n * 600, 600] as const),
    );
    await expectSoon(() => fact('Time read'), '2 hr');
    await expectSoon(() => fact('Sessions'), '2');
    await expectSoon(() => fact('Books'), '2');
    await expectSoon(() => fact('Days with reading'), '2');
    await expectSoon(() => fact('Current streak'), '2 days');
    await expectSoon(() => fact('Pages an hour'), '6');
    await expectSoon(
      () => tableOf('Hour of the day'),
      [
        ['8 PM', '1 hr, 30 min'],
        ['9 PM', '30 min'],
      ],
    );
    await expectSoon(
      () => tableOf('Devices'),
      [
        ['Kobo Libra 2', '1 hr, 30 min'],
        ['A phone', '30 min'],
      ],
    );
    const days = await tableOf('Calendar');
    expect(days.map(([, time]) => time)).toEqual(['1 hr, 30 min', '30 min']);
    expect((await tableOf('Day of the week')).length).toBe(2);
    await page.getByRole('combobox', { name: 'By', exact: true }).selectOption('day');
    await expectSoon(async () => (await tableOf('Time read')).map(([, time]) => time), ['1 hr, 30 min', '30 min']);
    // A picture of it is there, drawn as SVG.
    await expectSoon(async () => (await page.locator('bo-chart svg').count()) >= 5, true);
    await page.getByRole('region', { name: 'Hours read' }).getByText('1 hour').waitFor();

    await page.getByRole('combobox', { name: 'Device', exact: true }).selectOption({ label: 'A phone' });
    await page.waitForURL('**/statistics?by=day&source=koreader&device=PHONE');
    await expectSoon(() => fact('Time read'), '30 min');
    await page.reload();
    await expectSoon(() => fact('Time read'), '30 min');
    await page.getByRole('combobox', { name: 'Device', exact: true }).selectOption('');
    await page.getByRole('button', { name: 'Book All books' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('2 books').waitFor();
    await dialog.getByLabel('Search books').fill('stoker');
    await dialog.getByText('1 book', { exact: true }).waitFor();
    await dialog.getByRole('button', { name: /^Dracula/ }).click();
    await expectSoon(() => fact('Time read'), '1 hr, 30 min');
    await page.getByRole('button', { name: 'Book Dracula' }).click();
    await dialog.getByRole('button', { name: 'All books' }).click();
    await expectSoon(() => fact('Time read'), '2 hr');
    await page.goto('/statistics?year=2001');
    await page.getByRole('heading', { name: 'Nothing was read then' }).waitFor();
  });

  /** Each number and each table of the page. */
  const everything = () =>
    bench.page.evaluate(() => ({
      facts: [...document.querySelectorAll('.facts div')].map((one) => one.textContent.trim()),
      charts: [...document.querySelectorAll('bo-chart')].map((chart) => [
        chart.closest('section')?.querySelector('h2')?.textContent,
        ...[...chart.querySelectorAll('tbody tr')]
          .map((row) => [...row.children].map((cell) => cell.textContent.trim()).join(': '))
          .filter((row) => !/: (0 min|0)$/.test(row)),
      ]),
      books: [...document.querySelectorAll('.books li, .finished li')].map((one) => one.textContent.trim()),
      achievements: [...document.querySelectorAll('bo-achievements .is-reached')].map((one) => one.textContent.trim()),
    }));

  it('has each number and chart as it was once what came later is taken back', async () => {
    const { page, reader } = bench;
    const hour = Array.from({ length: 6 }, (_, n) => [n + 1, evening(1) + n * 600, 600] as const);
    await sendPageStats(reader.plugin(), reader.hashOf('Dracula'), hour);
    await page.goto('/statistics');
    await expectSoon(() => fact('Time read'), '1 hr');
    await page.getByRole('heading', { name: 'Achievements' }).waitFor();
    const before = await everything();
    expect(before.achievements).toEqual([expect.stringContaining('1 hour')]);
    expect(before.books).toEqual([expect.stringContaining('Dracula')]);
    expect(before.charts.map(([heading]) => heading)).toEqual([
      ...['Calendar', 'Time read', 'Hour of the day', 'Day of the week', 'Devices'],
    ]);

    // A device finishes the book, and two hours on paper are added.
    const book = await reader.findBook('Dracula');
    await reader.device().post('book-states', {
      books: [{ hash: book.hash, status: 'complete', statusModified: new Date().toISOString().slice(0, 10) }],
    });
    const startedAt = new Date((evening(0) - HOUR) * 1000).toISOString();
    await reader.api.post('/reading/log', { bookId: book.id, startedAt, seconds: 7200, pages: 60 });
    await page.reload();
    await expectSoon(() => fact('Time read'), '3 hr');
    await expectSoon(() => fact('Finished'), '1');
    await expectSoon(() => fact('Current streak'), '2 days');
    await expectSoon(() => fact('Longest streak'), '2 days');
    await expectSoon(async () => (await tableOf('Books finished')).filter(([, count]) => count === '1').length, 1);
    const after = await everything();
    expect(after.books).toHaveLength(2);
    expect(after.achievements).toEqual(
      expect.arrayContaining([expect.stringContaining('1 hour'), expect.stringContaining('2 hours')]),
    );

    await reader.api.patch(`/books/${book.id}/state`, { status: 'reading' });
    const { sessions } = await reader.api.get<{ sessions: { id: number; source: string }[] }>('/reading/log');
    await reader.api.delete(`/reading/log/${sessions.find(({ source }) => source === 'manual')?.id}`);
    await page.reload();
    await expectSoon(() => fact('Time read'), '1 hr');
    await page.getByRole('heading', { name: 'Achievements' }).waitFor();
    const again = await everything();
    // That the book was read to the end once is history, and stays.
    const withoutFinished = ({ facts, charts, books }: typeof before) => ({
      facts: facts.filter((one) => !one.startsWith('Finished')),
      charts: charts.filter(([heading]) => heading !== 'Books finished'),
      books: books.slice(0, 1),
    });
    expect(withoutFinished(again)).toEqual(withoutFinished(before));
  });

  it('never shows the numbers of one filter under another, and says so when they cannot be had', async () => {
    const { page, reader } = bench;
    await sendPageStats(reader.plugin(), reader.hashOf('Dracula'), [[1, evening(0), 600]]);
    await sendPageStats(reader.plugin('PHONE', 'A phone'), reader.hashOf('Middlemarch'), [[1, evening(1), 1200]]);
    await page.goto('/statistics');
    await expectSoon(() => fact('Time read'), '30 min');
    // Of a page that may ask again at any moment, each question fares alike.
    let answers: 'late' | 'never' | 'well' = 'late';
    await page.route('**/api/v1/reading/statistics?*', async (route) => {
      while (answers === 'late' && !page.isClosed()) await new Promise((wake) => setTimeout(wake, 20));
      await (answers === 'well' ? route.continue() : route.abort());
    });
    const device = page.getByRole('combobox', { name: 'Device', exact: true });
    const old = page.locator('.facts.bo-outdated');
    await device.selectOption({ label: 'A phone' });
    await old.waitFor();
    expect(await fact('Time read')).toBe('30 min');
    answers = 'never';
    await page.getByText('BookOrbit does not answer.').waitFor();
    expect(await page.locator('.facts').count()).toBe(0);
    answers = 'late';
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('Loading statistics').waitFor({ state: 'attached' });
    answers = 'well';
    await expectSoon(() => fact('Time read'), '20 min');
    await old.waitFor({ state: 'detached' });
  });

  it('keeps in its address what time read is put together by', async () => {
    const { page, reader } = bench;
    await sendPageStats(reader.plugin(), reader.hashOf('Dracula'), [[1, evening(1), 600]]);
    await page.goto('/statistics');
    const by = page.getByRole('combobox', { name: 'By', exact: true });
    await by.selectOption('month');
    await page.waitForURL('**/statistics?by=month');
    await page.reload();
    await expectSoon(() => by.inputValue(), 'month');
    await page.getByRole('combobox', { name: 'Device', exact: true }).selectOption({ label: 'Kobo Libra 2' });
    await page.waitForURL('**/statistics?by=month&source=koreader&device=KOBO');
    await page.goBack();
    await page.goBack();
    await expectSoon(() => by.inputValue(), 'week');
  });

  it('counts what was read by hand, and no longer once that is taken back', async () => {
    const { page, reader } = bench;
    await sendPageStats(reader.plugin(), reader.hashOf('Dracula'), [[1, evening(0), 600]]);
    const { books } = await reader.api.get<{ books: { id: number }[] }>('/books?q=dracula');
    await page.goto('/statistics');
    await expectSoon(() => fact('Time read'), '10 min');
    const startedAt = new Date((evening(0) - HOUR) * 1000).toISOString();
    await reader.api.post('/reading/log', { bookId: books[0]?.id, startedAt, seconds: 1200 });
    await page.reload();
    await expectSoon(() => fact('Time read'), '30 min');
    await expectSoon(
      () => tableOf('Devices'),
      [
        ['Entered by hand', '20 min'],
        ['Kobo Libra 2', '10 min'],
      ],
    );
    const { sessions } = await reader.api.get<{ sessions: { id: number; source: string }[] }>('/reading/log');
    await reader.api.delete(`/reading/log/${sessions.find(({ source }) => source === 'manual')?.id}`);
    await page.reload();
    await expectSoon(() => fact('Time read'), '10 min');
    await expectSoon(() => tableOf('Devices'), [['Kobo Libra 2', '10 min']]);
  });

  it('ends days at the midnight of a time zone that can be chosen', async () => {
    const { page, reader } = bench;
    // 20:00 in London is 10:00 of the next day in Kiritimati.
    await sendPageStats(reader.plugin(), reader.hashOf('Dracula'), [[1, evening(3), 600]]);
    const dayOf = (seconds: number): string =>
      new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeZone: 'UTC' }).format(seconds * 1000);
    await page.goto('/statistics');
    await expectSoon(() => tableOf('Calendar'), [[dayOf(evening(3)), '10 min']]);
    await page.getByText('Days end at midnight in UTC.').waitFor();
    await page.getByRole('link', { name: 'Change the time zone' }).click();
    await page.getByRole('combobox', { name: 'Time zone' }).selectOption('Pacific/Kiritimati');
    await page.getByText('Your days end at midnight in Pacific/Kiritimati now.').waitFor();
    await page.goBack();
    await expectSoon(() => tableOf('Calendar'), [[dayOf(evening(2)), '10 min']]);
    await expectSoon(() => tableOf('Hour of the day'), [['10 AM', '10 min']]);
    await page.getByText('this browser is in UTC').waitFor();
    await page.goto('/settings/account');
    await page.getByRole('button', { name: 'Use UTC, as here' }).click();
    await expectSoon(() => page.getByRole('combobox', { name: 'Time zone' }).inputValue(), 'UTC');
    await expectSoon(() => reader.api.get('/reading/time-zone'), { timeZone: 'UTC' });
  });

  it('opens the table behind a chart by the keyboard alone', async () => {
    const { page, reader } = bench;
    await sendPageStats(reader.plugin(), reader.hashOf('Dracula'), [[1, evening(0), 600]]);
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
