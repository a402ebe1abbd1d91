import { readFileSync } from 'node:fs';
import type { AnnotationExchangeAnswer, AnnotationList } from '@bookorbit/contracts';
import { withReader } from './support/bench.ts';
import { expectSoon } from './support/expect-soon.ts';
import { highlight, sendHighlights } from './support/plugin-requests.ts';
import { untilStill } from './support/stillness.ts';

const SCROLL_MILLISECONDS = 40_000;

describe('Highlights', () => {
  const bench = withReader();

  const texts = async (): Promise<string[]> => bench.page.locator('bo-highlight-item .text').allInnerTexts();
  const row = (text: string) => bench.page.getByRole('listitem').filter({ hasText: text });
  const stored = async (query = ''): Promise<AnnotationList> => bench.reader.api.get(`/annotations?limit=200${query}`);

  it('shows what a device highlights while the page is open, and says so when there is nothing yet', async () => {
    const { page, reader } = bench;
    await page.goto('/highlights');
    await page.getByRole('heading', { name: 'Nothing highlighted yet' }).waitFor();
    await sendHighlights(reader.plugin(), reader.hashOf('Dracula'), [highlight(1), highlight(2, { note: 'Again!' })]);
    await page.getByText('2 highlights', { exact: true }).waitFor();
    await expectSoon(texts, ['Passage number 2.', 'Passage number 1.']);
    await row('Passage number 2.').getByText('Again!').waitFor();
    await row('Passage number 2.').getByText('Kobo Libra 2').waitFor();
    await row('Passage number 2.').getByText('Exact', { exact: true }).waitFor();
  });

  it('is searched, narrowed and grouped, and the address keeps it all', async () => {
    const { page, reader } = bench;
    await sendHighlights(reader.plugin(), reader.hashOf('Dracula'), [
      highlight(1, { text: 'The castle was dark.', color: 'red', note: 'Brr.' }),
      highlight(2, { text: 'Listen to them.', pos1: undefined }),
    ]);
    await sendHighlights(reader.plugin('PHONE', 'A phone'), reader.hashOf('Middlemarch'), [
      highlight(3, { text: 'The growing good of the world.', color: 'red' }),
    ]);
    await page.goto('/highlights');
    await page.getByText('3 highlights', { exact: true }).waitFor();
    await page.getByLabel('Search highlights').fill('castle');
    await page.getByText('1 found').waitFor();
    await page.waitForURL('**/highlights?q=castle');
    await page.getByLabel('Search highlights').fill('');
    await page.getByRole('button', { name: 'Filters' }).click();
    await page.getByRole('combobox', { name: 'Colour', exact: true }).selectOption('red');
    await expectSoon(texts, ['The growing good of the world.', 'The castle was dark.']);
    await page.getByRole('combobox', { name: 'Device', exact: true }).selectOption({ label: 'A phone (1)' });
    await expectSoon(texts, ['The growing good of the world.']);
    await page.reload();
    await expectSoon(texts, ['The growing good of the world.']);
    await page.getByRole('button', { name: /Remove the filter: A phone/ }).click();
    await page.getByRole('button', { name: /Remove the filter: Red/ }).click();
    await expectSoon(async () => (await texts()).length, 3);
    await page.goto('/highlights?quality=near');
    await expectSoon(texts, ['Listen to them.']);
    await page.goto('/highlights?note=yes');
    await expectSoon(texts, ['The castle was dark.']);
    await page.goto('/highlights?from=2026-03-04&to=2026-03-04');
    await expectSoon(texts, ['The growing good of the world.']);
    await page.goto('/highlights');
    await page.getByRole('combobox', { name: 'Group by', exact: true }).selectOption('page');
    await page.waitForURL('**/highlights?sort=page');
    await expectSoon(() => page.locator('h2').allInnerTexts(), ['Dracula', 'Middlemarch']);
    await page.getByRole('combobox', { name: 'Group by', exact: true }).selectOption('color');
    await expectSoon(() => page.locator('h2').allInnerTexts(), ['Red', 'Yellow']);
    await page.goBack();
    await expectSoon(() => page.locator('h2').allInnerTexts(), ['Dracula', 'Middlemarch']);
  });

  it('takes a note that reaches the device, and gives it back when the server does not follow', async () => {
    const { page, reader } = bench;
    const hash = reader.hashOf('Dracula');
    await sendHighlights(reader.plugin(), hash, [highlight(1)]);
    await page.goto('/highlights');
    await row('Passage number 1.').getByRole('button', { name: 'Add a note' }).click();
    await page.getByLabel('Note', { exact: true }).fill('To be read again.');
    await page.getByRole('button', { name: 'Save note' }).click();
    await row('Passage number 1.').getByText('To be read again.').waitFor();
    await expectSoon(async () => (await stored()).annotations[0]?.note, 'To be read again.');
    const { body } = await reader.plugin().post<AnnotationExchangeAnswer>('annotations/exchange', {
      books: [{ hash, keys: [], keysComplete: false, changes: [] }],
    });
    expect(body.results[0]?.toApply.edit).toMatchObject([{ note: 'To be read again.' }]);

    await page.route('**/api/v1/annotations/*', (route) => route.abort());
    await row('Passage number 1.').getByRole('button', { name: 'Edit note' }).click();
    await page.getByLabel('Note', { exact: true }).fill('Never mind.');
    await page.getByLabel('Note', { exact: true }).press('Control+Enter');
    await page.getByText('BookOrbit does not answer.').first().waitFor();
    // What was written is still there to be sent again.
    await expectSoon(() => page.getByLabel('Note', { exact: true }).inputValue(), 'Never mind.');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await row('Passage number 1.').getByText('To be read again.').waitFor();
    expect((await stored()).annotations[0]?.note).toBe('To be read again.');
  });

  it('restyles, deletes and brings back many, and an undo leaves everything as it was', async () => {
    const { page, reader } = bench;
    const items = [1, 2, 3].map((n) => highlight(n));
    await sendHighlights(reader.plugin(), reader.hashOf('Dracula'), items);
    await page.goto('/highlights');
    await row('Passage number 1.').getByRole('checkbox').check();
    await row('Passage number 3.').getByRole('checkbox').check();
    await page.getByText('2 selected').waitFor();
    await page.getByRole('button', { name: 'Colour' }).click();
    await page.getByRole('menuitem', { name: 'Pink' }).click();
    await row('Passage number 3.').getByText('Pink, Highlight').waitFor();
    const colors = async () => (await stored('&sort=oldest')).annotations.map(({ color }) => color);
    await expectSoon(colors, ['#F472B6', '#FACC15', '#F472B6']);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expectSoon(colors, ['#FACC15', '#FACC15', '#FACC15']);
    await row('Passage number 3.').getByText('Yellow, Highlight').waitFor();
    await page.getByRole('region', { name: 'Selected' }).getByRole('button', { name: 'Move to trash' }).click();
    await page.getByText('1 highlight', { exact: true }).waitFor();
    await expectSoon(async () => (await stored('&state=trash')).total, 2);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('3 highlights', { exact: true }).waitFor();
    await expectSoon(async () => [(await stored()).total, (await stored('&state=trash')).total], [3, 0]);

    await row('Passage number 2.').getByRole('button', { name: 'Move to trash' }).click();
    await page.getByText('2 highlights', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Trash' }).click();
    await page.getByText('1 in the trash').waitFor();
    await row('Passage number 2.').getByRole('button', { name: 'Restore' }).click();
    await page.getByRole('heading', { name: 'The trash is empty' }).waitFor();
    await expectSoon(async () => (await stored()).total, 3);
  });

  it('changes everything that fits the filter, loaded or not, and an undo gives each its own back', async () => {
    const { page, reader } = bench;
    const count = 410;
    await sendHighlights(
      reader.plugin(),
      reader.hashOf('Dracula'),
      Array.from({ length: count }, (_, n) =>
        highlight(n, { color: n % 3 === 0 ? 'red' : 'my own', note: n < 10 ? 'kept' : 'common' }),
      ),
    );
    await page.goto('/highlights?q=common&sort=page');
    const bar = page.getByRole('region', { name: 'Selected' });
    await row('Passage number 10.').getByRole('checkbox').check();
    await bar.getByRole('button', { name: 'Select all 400' }).click();
    await bar.getByText('400 selected').waitFor();
    await row('Passage number 12.').getByRole('checkbox').uncheck();
    await bar.getByText('399 selected').waitFor();
    await bar.getByRole('button', { name: 'Colour' }).click();
    await page.getByRole('menuitem', { name: 'Blue' }).click();
    await page.getByText('399 changed.').waitFor();
    await row('Passage number 10.').getByText('Blue, Highlight').waitFor();
    expect((await stored('&color=blue')).total).toBe(399);
    await page.getByRole('button', { name: 'Undo' }).click();
    await row('Passage number 10.').getByText('my own, Highlight').waitFor();
    await expectSoon(async () => [(await stored('&color=red')).total, (await stored('&color=blue')).total], [137, 0]);

    await bar.getByText('399 selected').waitFor();
    await bar.getByRole('button', { name: 'Move to trash' }).click();
    await page.getByText('399 moved to the trash.').waitFor();
    await expectSoon(texts, ['Passage number 12.']);
    await bar.waitFor({ state: 'detached' });
    expect([(await stored()).total, (await stored('&state=trash')).total]).toEqual([11, 399]);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('400 found').waitFor();
    expect([(await stored()).total, (await stored('&state=trash')).total]).toEqual([count, 0]);
  });

  it('puts rows back, with a message, when they could not be deleted', async () => {
    const { page, reader } = bench;
    await sendHighlights(reader.plugin(), reader.hashOf('Dracula'), [highlight(1), highlight(2)]);
    await page.goto('/highlights');
    await page.route('**/api/v1/annotations/changes', (route) => route.abort());
    await row('Passage number 2.').getByRole('button', { name: 'Move to trash' }).click();
    await page.getByText('BookOrbit does not answer.').first().waitFor();
    await expectSoon(texts, ['Passage number 2.', 'Passage number 1.']);
    await page.getByText('2 highlights', { exact: true }).waitFor();
    await row('Passage number 1.').getByRole('checkbox').check();
    await page.getByRole('button', { name: 'Colour' }).click();
    await page.getByRole('menuitem', { name: 'Pink' }).click();
    await row('Passage number 1.').getByText('Yellow, Highlight').waitFor();
    expect((await stored()).annotations.map(({ color }) => color)).toEqual(['#FACC15', '#FACC15']);
  });

  it.each([
    ['Markdown', 'annotations.md', '> The castle was dark.'],
    ['CSV', 'annotations.csv', '"The castle was dark."'],
    ['JSON', 'annotations.json', '"text": "The castle was dark."'],
    ['W3C Web Annotation', 'annotations.jsonld', '"exact": "The castle was dark."'],
  ])('is exported as %s, as narrowed', async (format, name, expected) => {
    const { page, reader } = bench;
    await sendHighlights(reader.plugin(), reader.hashOf('Dracula'), [
      highlight(1, { text: 'The castle was dark.' }),
      highlight(2, { text: 'Listen to them.' }),
    ]);
    await page.goto('/highlights?q=castle');
    await page.getByRole('button', { name: 'Export' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: format, exact: true }).click(),
    ]);
    expect(download.suggestedFilename()).toBe(name);
    const content = readFileSync(await download.path(), 'utf8');
    expect(content).toContain(expected);
    expect(content).not.toContain('Listen');
  });

  it('goes through a long list by scrolling and by the keyboard alone, with few rows in the page', async () => {
    const { page, reader } = bench;
    const count = 460;
    await sendHighlights(
      reader.plugin(),
      reader.hashOf('Dracula'),
      Array.from({ length: count }, (_, n) => highlight(n)),
    );
    await page.goto('/highlights?sort=oldest');
    await page.getByText(`${count} highlights`, { exact: true }).waitFor();
    const last = page.locator(`li[aria-posinset="${count}"]`);
    await page.mouse.move(600, 400);
    // As fast as rows come; how fast that is no test of this.
    const end = Date.now() + SCROLL_MILLISECONDS;
    while ((await last.count()) === 0 && Date.now() < end) await page.mouse.wheel(0, 20_000);
    await last.waitFor();
    expect(await last.getAttribute('aria-setsize')).toBe(String(count));
    expect(await page.locator('bo-windowed-list li').count()).toBeLessThan(60);
    await page.goto('/highlights?sort=oldest');
    await page.locator('li[aria-posinset="1"]').getByRole('checkbox').focus();
    const focusedRow = () =>
      page.evaluate(() => document.activeElement?.closest('li')?.getAttribute('aria-posinset') ?? '');
    for (let row = 2; row <= 101; row += 1) {
      await page.keyboard.press('ArrowDown');
      await expectSoon(focusedRow, String(row));
    }
    await page.keyboard.press('Space');
    await page.getByText('1 selected').waitFor();
    await expectSoon(focusedRow, '101');
  });

  it('keeps a note that is being written while the list is scrolled away and back, and while somebody looks at the book', async () => {
    const { page, reader } = bench;
    await sendHighlights(
      reader.plugin(),
      reader.hashOf('Dracula'),
      Array.from({ length: 120 }, (_, n) => highlight(n)),
    );
    await page.goto('/highlights?sort=oldest');
    const first = page.locator('li[aria-posinset="1"]');
    const note = first.getByLabel('Note', { exact: true });
    await first.getByRole('button', { name: 'Add a note' }).click();
    await note.fill('Half a thought');
    await page.mouse.move(600, 400);
    await page.mouse.wheel(0, 5_000);
    await first.waitFor({ state: 'detached' });
    await page.evaluate(() => window.scrollTo(0, 0));
    await expectSoon(() => note.inputValue(), 'Half a thought');
    await first.getByRole('link', { name: 'Dracula' }).click();
    await page.getByRole('heading', { name: 'Dracula', level: 1 }).waitFor();
    await page.goBack();
    await expectSoon(() => note.inputValue(), 'Half a thought');
    await first.getByRole('button', { name: 'Save note' }).click();
    await first.locator('bo-highlight-note p').getByText('Half a thought').waitFor();
    await expectSoon(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label')), 'Edit note');
    await expectSoon(async () => (await stored('&sort=oldest')).annotations[0]?.note, 'Half a thought');
  });

  it('looks in the trash and among bookmarks for the same words', async () => {
    const { page, reader } = bench;
    await sendHighlights(reader.plugin(), reader.hashOf('Dracula'), [
      highlight(1, { text: 'The castle was dark.' }),
      highlight(2, { text: 'The castle was gone.' }),
      highlight(3),
    ]);
    const gone = (await stored('&q=gone')).annotations[0]?.id;
    await reader.api.delete(`/annotations/${gone}`);
    await page.goto('/highlights?q=castle&color=yellow');
    await expectSoon(texts, ['The castle was dark.']);
    await page.getByRole('link', { name: 'Trash' }).click();
    await expectSoon(texts, ['The castle was gone.']);
    await expectSoon(() => page.getByLabel('Search highlights').inputValue(), 'castle');
    await page.getByRole('link', { name: 'Bookmarks', exact: true }).click();
    await page.waitForURL('**/highlights?q=castle&kind=bookmark');
    await page.getByRole('heading', { name: 'Nothing fits' }).waitFor();
  });

  it('is where it was left, on the way back from a book', async () => {
    const { page, reader } = bench;
    const count = 150;
    await sendHighlights(
      reader.plugin(),
      reader.hashOf('Dracula'),
      Array.from({ length: count }, (_, n) =>
        highlight(n, n % 3 === 0 ? { text: `Long number ${n}. `.repeat(30) } : {}),
      ),
    );
    await page.goto('/highlights?sort=oldest');
    const seen = page.locator('li[aria-posinset="94"]');
    await page.mouse.move(600, 400);
    const end = Date.now() + SCROLL_MILLISECONDS;
    while ((await seen.count()) === 0 && Date.now() < end) await page.mouse.wheel(0, 1_000);
    await seen.evaluate((one) => one.scrollIntoView({ block: 'center' }));
    await untilStill(page);
    const top = async () => Math.round((await seen.boundingBox())?.y ?? -1);
    const before = await top();
    await seen.getByRole('link', { name: 'Dracula' }).click();
    await page.getByRole('heading', { name: 'Dracula', level: 1 }).waitFor();
    await expectSoon(() => page.evaluate(() => window.scrollY), 0);
    await page.goBack();
    await expectSoon(top, before);
    await untilStill(page);
    expect(await top()).toBe(before);
    // What came meanwhile is there all the same.
    await page.getByText(`${count} highlights`, { exact: true }).waitFor();
    await sendHighlights(reader.plugin(), reader.hashOf('Dracula'), [highlight(count + 1)]);
    await page.getByText(`${count + 1} highlights`, { exact: true }).waitFor();
  });

  it('does not exist for somebody without koreader_sync', async () => {
    const { page, reader } = bench;
    await bench.server.admin.patch(`/users/${reader.user.id}`, { permissions: ['download'] });
    await page.goto('/highlights');
    await page.getByRole('heading', { name: 'This page is not in the catalogue' }).waitFor();
  });
});
