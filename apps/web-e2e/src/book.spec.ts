import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BookList, BookState, ReadingLog } from '@bookorbit/contracts';
import { damageEntry, makeSmallEpub, openOnDevice } from '@bookorbit/testing';
import { withReader } from './support/bench.ts';
import { expectSoon } from './support/expect-soon.ts';
import { deviceHighlight } from './support/plugin-device.ts';
import { untilStill } from './support/stillness.ts';

const HOUR = 3600;
/** A file is scanned once nobody has written to it for a while. */
const SCAN_MILLISECONDS = 60_000;
/** Of a file whose time of change lies in the future nobody waits whether it is still being written. */
const SETTLED_SECONDS = Date.parse('2100-01-01T00:00:00Z') / 1000;

describe('The page of a book', () => {
  const bench = withReader();

  const place = () => bench.page.getByRole('region', { name: 'Your place' });
  const shownPlace = () => place().locator('.percentage').innerText();

  it('names the place, its chapter and its sources, takes one of them, and goes back', async () => {
    const { page, reader } = bench;
    const book = await reader.findBook('Dracula');
    const kobo = reader.device('Kobo Libra 2');
    await kobo.read(book.hash, [29, 30], kobo.now - 5 * HOUR);
    await reader.device('Android').read(book.hash, [59, 60], kobo.now - HOUR);
    await page.goto(`/books/${book.id}`);
    // The third is a device whose clock stopped.
    await page.getByText('3 sources').waitFor();
    await expectSoon(shownPlace, '60%');
    await place().getByText('Chapter 1').first().waitFor();
    await place().getByText('KOReader · Android', { exact: false }).first().waitFor();

    await place().getByRole('button', { name: 'Use this one: KOReader · Kobo Libra 2, 30%' }).click();
    await page.getByText('Your place is now 30%.').waitFor();
    await expectSoon(shownPlace, '30%');
    expect((await reader.findBook('Dracula')).percentage).toBeCloseTo(0.3);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expectSoon(shownPlace, '60%');
    expect((await reader.findBook('Dracula')).percentage).toBeCloseTo(0.6);
  });

  it('starts over, and steps back by the history', async () => {
    const { page, reader } = bench;
    const book = await reader.findBook('Dracula');
    const kobo = reader.device();
    await kobo.read(book.hash, [39, 40], kobo.now - 5 * HOUR);
    await page.goto(`/books/${book.id}`);
    await page.getByRole('button', { name: 'Start over' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Start over' }).click();
    await page.getByText('Back at the beginning.').waitFor();
    await expectSoon(shownPlace, '0%');
    await page.getByText('Earlier places').click();
    await page.getByRole('button', { name: 'Go back here: 40%, KOReader · Kobo Libra 2' }).click();
    await expectSoon(shownPlace, '40%');
  });

  it('follows a device that syncs while it is open', async () => {
    const { page, reader } = bench;
    const book = await reader.findBook('Dracula');
    await page.goto(`/books/${book.id}`);
    await expectSoon(shownPlace, '1%');
    await page.getByText('None yet. What you highlight in KOReader').waitFor();
    const kobo = reader.device();
    await kobo.read(book.hash, [11, 12], kobo.now - HOUR);
    await kobo.exchange(book.hash, [deviceHighlight(1, 'Listen to them, the children of the night.')]);
    await expectSoon(shownPlace, '12%');
    await page.getByText('Listen to them, the children of the night.').waitFor();
    await page.getByRole('list', { name: 'Reading sessions, newest first' }).getByText('10% to 12%').waitFor();
    await kobo.read(book.hash, [20, 21], kobo.now - 600);
    await expectSoon(shownPlace, '21%');
  });

  it('keeps status, rating and review, and takes back what the server refuses', async () => {
    const { page, reader } = bench;
    const book = await reader.findBook('Middlemarch');
    const state = () => reader.api.get<BookState>(`/books/${book.id}/state`);
    await page.goto(`/books/${book.id}`);
    await page.getByLabel('Status', { exact: true }).selectOption('Reading');
    await expectSoon(async () => (await state()).status, 'reading');
    await page.getByRole('radio', { name: '4 stars' }).check();
    await expectSoon(async () => (await state()).rating, 4);
    await page.getByRole('button', { name: 'Write a review' }).click();
    await page.getByLabel('Your review').fill('Long, and not a page too long.');
    await page.getByRole('button', { name: 'Save review' }).click();
    await expectSoon(async () => (await state()).review, 'Long, and not a page too long.');

    await page.route('**/books/*/state', (route) =>
      route.request().method() === 'PATCH' ? route.abort() : route.continue(),
    );
    // Clicked rather than checked: it may be taken back before anybody could look.
    await page.getByRole('radio', { name: '1 star' }).click();
    await page.getByText('BookOrbit does not answer.').waitFor();
    await expectSoon(() => page.getByRole('radio', { name: '4 stars' }).isChecked(), true);
    expect((await state()).rating).toBe(4);
    await page.unroute('**/books/*/state');
    await page.getByRole('button', { name: 'Clear rating' }).click();
    await expectSoon(async () => (await state()).rating, undefined);
  });

  it('takes a rating and a status from a device', async () => {
    const { page, reader } = bench;
    const book = await reader.findBook('Middlemarch');
    await page.goto(`/books/${book.id}`);
    await page.getByRole('button', { name: 'Write a review' }).waitFor();
    const today = new Date().toISOString().slice(0, 10);
    await reader.device().post('book-states', {
      books: [{ hash: book.hash, status: 'complete', statusModified: today, rating: 5 }],
    });
    await expectSoon(() => page.getByRole('radio', { name: '5 stars' }).isChecked(), true);
    await expectSoon(() => page.getByLabel('Status', { exact: true }).inputValue(), 'finished');
  });

  it('logs reading sessions of devices, and reading on paper, which can be taken out again', async () => {
    const { page, reader } = bench;
    const book = await reader.findBook('Dracula');
    const kobo = reader.device();
    await kobo.read(book.hash, [1, 2, 3], kobo.now - 30 * HOUR);
    await page.goto(`/books/${book.id}`);
    const sittings = page.getByRole('list', { name: 'Reading sessions, newest first' });
    await sittings.getByText('3 min').waitFor();
    await sittings.getByText('KOReader', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Add by hand' }).click();
    await page.getByLabel('Minutes').fill('45');
    await page.getByLabel('Pages, if you like').fill('20');
    await page.getByRole('button', { name: 'Add to log' }).click();
    await sittings.getByText('45 min').waitFor();
    await sittings.getByText('By hand').waitFor();
    await page.getByText('2 reading sessions, 48 min in all').waitFor();
    const log = () => reader.api.get<ReadingLog>(`/reading/log?bookId=${book.id}`);
    expect((await log()).sessions).toMatchObject([
      { source: 'manual', seconds: 2700, pages: 20 },
      { source: 'koreader' },
    ]);

    await sittings.getByRole('button', { name: /^Remove the entry/ }).click();
    await page.getByText('1 reading session, 3 min in all').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('2 reading sessions, 48 min in all').waitFor();

    // What the server does not follow in is as it was, and that is said.
    await page.route('**/reading/log/*', (route) => route.abort());
    await sittings.getByRole('button', { name: /^Remove the entry/ }).click();
    await page.getByText('BookOrbit does not answer.').waitFor();
    await page.getByText('2 reading sessions, 48 min in all').waitFor();
    await sittings.getByText('45 min').waitFor();
    expect((await log()).sessions).toHaveLength(2);
  });

  it('counts all reading sessions, also those it does not show yet, and says when they do not come', async () => {
    const { page, reader } = bench;
    const book = await reader.findBook('Dracula');
    const kobo = reader.device();
    const rows = Array.from({ length: 60 }, (_, n) => [n + 1, kobo.now - (n + 1) * 2 * HOUR, 600, 100]);
    await kobo.post('page-stats', { books: [{ hash: book.hash, rows }] });
    await page.goto(`/books/${book.id}`);
    const shown = () =>
      page.getByRole('list', { name: 'Reading sessions, newest first' }).getByRole('listitem').count();
    await page.getByText('60 reading sessions, 10 hr in all. The latest 50 are shown.').waitFor();
    await expectSoon(shown, 50);

    await page.route('**/reading/log?*', (route) => route.abort());
    await page.getByRole('button', { name: 'Show earlier sessions' }).click();
    await page.getByText('BookOrbit does not answer.').waitFor();
    expect(await shown()).toBe(50);
    await page.unroute('**/reading/log?*');
    await page.getByRole('button', { name: 'Show earlier sessions' }).click();
    await expectSoon(shown, 60);
    await page.getByText('The latest 50 are shown.').waitFor({ state: 'hidden' });
    await page.getByText('60 reading sessions, 10 hr in all.').waitFor();
  });

  it('shows highlights in book order, and edits, colours, deletes and restores them for the devices', async () => {
    const { page, reader } = bench;
    const book = await reader.findBook('Dracula');
    const kobo = reader.device();
    const notes = [
      deviceHighlight(5, 'The second in the book', { note: 'as the device had it' }),
      deviceHighlight(2, 'The first in the book'),
    ];
    await kobo.exchange(book.hash, notes);
    await page.goto(`/books/${book.id}`);
    const texts = () => page.locator('bo-book-highlight blockquote').allInnerTexts();
    await expectSoon(texts, ['The first in the book', 'The second in the book']);

    const first = page.locator('li', { has: page.getByText('The first in the book') });
    await first.getByRole('button', { name: 'Edit note' }).click();
    await first.getByLabel('Note', { exact: true }).fill('a note from the web');
    await first.getByRole('button', { name: 'Save note' }).click();
    await first.getByText('a note from the web').waitFor();
    await first.getByRole('button', { name: 'Colour and style' }).click();
    await first.getByRole('radio', { name: 'Blue' }).check();
    await first.getByLabel('Style', { exact: true }).selectOption('Underline');
    await first.getByText('Blue, Underline').waitFor();
    await expectSoon(async () => {
      const { results } = await kobo.exchange(book.hash, notes, []);
      return results[0]?.toApply.edit.map(({ drawer, color }) => `${drawer} ${color}`);
    }, ['underscore blue']);

    await first.getByRole('button', { name: 'Move to trash' }).click();
    await expectSoon(texts, ['The second in the book']);
    await page.getByRole('button', { name: 'Trash', exact: true }).click();
    await page.getByRole('heading', { name: 'Highlights in the trash' }).waitFor();
    await page.getByRole('button', { name: 'Restore' }).click();
    await page.getByText('The trash is empty.').waitFor();
    await page.getByRole('button', { name: 'Trash', exact: true }).click();
    await expectSoon(texts, ['The first in the book', 'The second in the book']);
  });

  it('keeps a note that is being written, and the focus in it, while a device brings a highlight of an earlier chapter', async () => {
    const { page, reader } = bench;
    const book = await reader.findBook('Dracula');
    const kobo = reader.device();
    const late = deviceHighlight(8, 'Late in the book', { chapter: 'Zeta' });
    await kobo.exchange(book.hash, [late]);
    await page.goto(`/books/${book.id}`);
    await page.getByRole('button', { name: 'Edit note' }).click();
    const note = page.getByLabel('Note', { exact: true });
    await note.fill('Half a thought');
    await kobo.exchange(book.hash, [late, deviceHighlight(2, 'Early in the book', { chapter: 'Alpha' })]);
    await page.getByText('Early in the book').waitFor();
    await expectSoon(() => page.locator('#highlights h3').allInnerTexts(), ['Alpha', 'Zeta']);
    expect(await note.evaluate((area) => area === document.activeElement)).toBe(true);
    await page.keyboard.type(', and the rest');
    await page.keyboard.press('Control+Enter');
    await page.locator('bo-highlight-note p').getByText('Half a thought, and the rest').waitFor();
  });

  it('is where it was left, on the way back from another page', async () => {
    const { page, reader } = bench;
    const book = await reader.findBook('Dracula');
    const kobo = reader.device();
    await kobo.read(book.hash, [29, 30], kobo.now - 5 * HOUR);
    await kobo.exchange(
      book.hash,
      Array.from({ length: 40 }, (_, n) => deviceHighlight(n, `Passage number ${n}`)),
    );
    await page.goto(`/books/${book.id}`);
    await page.getByText('Passage number 39').waitFor();
    await page.getByText('Passage number 30').scrollIntoViewIfNeeded();
    await untilStill(page);
    const top = async () => Math.round((await page.getByText('Passage number 30').boundingBox())?.y ?? -1);
    const before = await top();
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Statistics' }).click();
    await page.getByRole('heading', { name: 'Statistics', level: 1 }).waitFor();
    await expectSoon(() => page.evaluate(() => window.scrollY), 0);
    // Late answers, the lower parts first: the place is found all the same.
    await page.route('**/api/v1/annotations?*', async (route) => {
      await new Promise((wake) => setTimeout(wake, 700));
      await route.continue();
    });
    await page.goBack();
    await expectSoon(top, before);
    await untilStill(page);
    expect(await top()).toBe(before);
  });

  it('shows bookmarks in book order beside the highlights, deletes one and brings it back', async () => {
    const { page, reader } = bench;
    const book = await reader.findBook('Dracula');
    const bookmark = (n: number) => ({
      datetime: `2026-11-0${9 - n} 10:00:00`,
      pos: `/body/DocFragment[2]/body/p[${n}]/text().0`,
      pageno: n,
      chapter: `Chapter ${n}`,
    });
    await reader.device().sendBookmarks(book.hash, [bookmark(5), bookmark(2)]);
    await page.goto(`/books/${book.id}`);
    await page.getByRole('button', { name: 'Bookmarks', exact: true }).click();
    const part = page.getByRole('region', { name: 'Bookmarks' });
    await part.waitFor();
    const places = () => part.locator('h3').allInnerTexts();
    await expectSoon(places, ['Chapter 2', 'Chapter 5']);
    await part.getByText('page 2').waitFor();
    await part.getByRole('button', { name: 'Move to trash' }).first().click();
    await expectSoon(places, ['Chapter 5']);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expectSoon(places, ['Chapter 2', 'Chapter 5']);
    await part.getByRole('button', { name: 'Highlights', exact: true }).click();
    await page.getByText('None yet. What you highlight in KOReader').waitFor();
    await page.getByRole('button', { name: 'Bookmarks', exact: true }).click();
    await part.getByRole('link', { name: 'Search, restyle and export them' }).click();
    await page.waitForURL('**/highlights?book=*&kind=bookmark');
    await expectSoon(() => page.locator('bo-highlight-item').count(), 2);
  });

  it('leads to a highlight by its address', async () => {
    const { page, reader } = bench;
    const book = await reader.findBook('Dracula');
    await reader.device().exchange(
      book.hash,
      Array.from({ length: 9 }, (_, n) => deviceHighlight(n, `Passage number ${n}`)),
    );
    const { annotations } = await reader.api.get<{ annotations: { id: number; text: string }[] }>(
      '/annotations?q=number+8',
    );
    await page.goto(`/books/${book.id}#highlight-${annotations[0]?.id}`);
    await expectSoon(
      () => page.evaluate(() => document.activeElement?.textContent?.includes('Passage number 8')),
      true,
    );
    await expectSoon(
      () => page.getByText('Passage number 8').evaluate((one) => one.getBoundingClientRect().top < window.innerHeight),
      true,
    );
  });

  it('says that a file changed after the last sync, until a device has synced the new one', async () => {
    const { page, reader, server, folder } = bench;
    const title = 'Les Misérables';
    const book = await reader.findBook(title);
    const kobo = reader.device();
    await kobo.read(book.hash, [5], kobo.now - HOUR);
    await page.goto(`/books/${book.id}`);
    await expectSoon(shownPlace, '5%');
    const said = page.getByText('was modified after the last KOReader sync');
    expect(await said.count()).toBe(0);
    const edited = makeSmallEpub({
      title,
      author: 'Victor Hugo',
      chapters: [`${title}.\n\nBy Victor Hugo, corrected.`],
    });
    writeFileSync(join(folder.path, `${title}.epub`), edited);
    const [library] = await server.admin.get<readonly { id: number }[]>('/libraries');
    // A file that has only just been written is left for the next scan.
    await expectSoon(
      async () => {
        await server.admin.post(`/libraries/${library?.id}/scan`);
        await new Promise((wake) => setTimeout(wake, 1_000));
        return (await reader.findBook(title)).hash !== book.hash;
      },
      true,
      SCAN_MILLISECONDS,
    );
    await said.waitFor();
    await kobo.read(reader.hashOf(title), [6], kobo.now - 600);
    await said.waitFor({ state: 'detached' });
  });

  it('says which chapter of a file is damaged, once a device has a place in it', async () => {
    const { page, reader, server, folder } = bench;
    const title = 'Torn';
    const path = join(folder.path, `${title}.epub`);
    const chapters = ['One', 'Two'].map((word) => `${word}.\n\n${`${word} of many words. `.repeat(20)}`);
    writeFileSync(path, damageEntry(makeSmallEpub({ title, chapters }), 'OEBPS/chapter-2.xhtml'));
    utimesSync(path, SETTLED_SECONDS, SETTLED_SECONDS);
    const [library] = await server.admin.get<readonly { id: number }[]>('/libraries');
    await server.admin.post(`/libraries/${library?.id}/scan`);
    const isThere = async () => (await reader.api.get<BookList>(`/books?q=${title}`)).total === 1;
    await expectSoon(isThere, true, SCAN_MILLISECONDS);
    const { id } = await reader.findBook(title);
    await page.goto(`/books/${id}`);
    const files = page.getByRole('region', { name: 'Files' });
    await files.getByText('Torn.epub').waitFor();
    expect(await files.getByText('is damaged').count()).toBe(0);
    const inTorn = { pos0: '/body/DocFragment[2]/body/p[1]/text().0', pos1: '/body/DocFragment[2]/body/p[1]/text().3' };
    await reader.device().exchange(openOnDevice(path).hash, [deviceHighlight(1, 'Two', inTorn)]);
    await expectSoon(async () => (await reader.findBook(title)).hasProblem, true);
    await page.reload();
    await files.getByText(/A chapter of the file is damaged.*OEBPS\/chapter-2\.xhtml/).waitFor();
  });

  it('has nothing of KOReader for those who may not sync', async () => {
    const { page, reader } = bench;
    const book = await reader.findBook('Dracula');
    const kobo = reader.device();
    await kobo.read(book.hash, [30], kobo.now - HOUR);
    await kobo.exchange(book.hash, [deviceHighlight(1, 'not to be seen')]);
    await bench.server.admin.patch(`/users/${reader.user.id}`, { permissions: [] });
    await page.goto(`/books/${book.id}`);
    await page.getByText('Not started.').waitFor();
    await page.getByText('What you read on paper you add by hand.').waitFor();
    expect(await page.getByText('When a device reports where you are').count()).toBe(0);
    expect(await page.getByText('KOReader').count()).toBe(0);
    expect(await page.getByRole('heading', { name: 'Highlights' }).count()).toBe(0);
    await page.goto('/');
    await page.getByText('No book is open').waitFor();
    expect(await page.getByText('KOReader').count()).toBe(0);
    expect(await page.getByText('Recently synced').count()).toBe(0);
    await page.goto('/statistics');
    await page.getByRole('heading', { name: 'No reading yet' }).waitFor();
    expect(await page.getByText('KOReader').count()).toBe(0);
    await page.goto('/settings/account');
    await page.getByRole('heading', { name: 'Password' }).waitFor();
    expect(await page.getByText('KOReader').count()).toBe(0);
  });
});
