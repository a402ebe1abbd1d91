import { withTab } from './support/bench.ts';
import { expectSoon } from './support/expect-soon.ts';
import { untilStill } from './support/stillness.ts';

describe('Books', () => {
  const bench = withTab((world) => world.openAdmin());

  it('are found as somebody types, accents or not, and the address keeps the words', async () => {
    const { page } = bench;
    await page.goto('/books');
    await page.getByText(`${bench.folder.bookCount} books`, { exact: true }).waitFor();
    await page.getByLabel('Search books').pressSequentially('miserables');
    await page.getByText('1 book found').waitFor();
    await page.waitForURL('**/books?q=miserables');
    await page.getByRole('link', { name: /Les Misérables/ }).waitFor();

    await page.reload();
    await page.getByText('1 book found').waitFor();
    await expectSoon(() => page.getByLabel('Search books').inputValue(), 'miserables');
  });

  it('say so when nothing fits, and lead back to all', async () => {
    const { page } = bench;
    await page.goto('/books?q=zzzz');
    await page.getByRole('heading', { name: 'No book fits' }).waitFor();
    await page.getByRole('button', { name: 'Show all books' }).click();
    await page.getByText(`${bench.folder.bookCount} books`, { exact: true }).waitFor();
    await expectSoon(async () => new URL(page.url()).search, '');
  });

  it('can be sorted, turned round, and put back by the back button', async () => {
    const { page } = bench;
    await page.goto('/books?q=o');
    const titles = async (): Promise<string[]> => page.locator('bo-book-tile .title').allInnerTexts();
    await page.getByText(/books? found/).waitFor();
    // Tiles are drawn once it is known how many fit into a row.
    await untilStill(page);
    const ascending = await titles();
    await page.getByRole('button', { name: /Ascending/ }).click();
    await page.waitForURL('**/books?q=o&order=desc');
    await page.getByRole('button', { name: /Descending/ }).waitFor();
    await expectSoon(titles, [...ascending].reverse());
    await page.getByLabel('Sort by').selectOption('author');
    await page.waitForURL('**/books?q=o&sort=author');
    await page.goBack();
    await page.goBack();
    await page.waitForURL((url) => url.search === '?q=o');
    await expectSoon(titles, ascending);
  });

  it('have a page of their own, with title, author and files to download', async () => {
    const { page } = bench;
    await page.goto('/books');
    await page.getByRole('link', { name: /Dracula/ }).click();
    await page.getByRole('heading', { name: 'Dracula', level: 1 }).waitFor();
    await expectSoon(() => page.title(), 'Dracula · BookOrbit');
    await page.getByText('Not started.').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download Dracula.epub' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('Dracula.epub');

    await page.getByRole('link', { name: 'Bram Stoker' }).click();
    await page.getByText('1 book found').waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'Dracula', level: 1 }).waitFor();
  });

  it.each(['/books/999999', '/books/dracula', '/nowhere'])('are not found at %s, and that is said', async (path) => {
    const { page } = bench;
    await page.goto(path);
    await page.getByRole('heading', { name: 'This page is not in the catalogue' }).waitFor();
    await page.getByRole('link', { name: 'Go to your books' }).click();
    await page.waitForURL('**/books');
  });

  it('say that the server is away, and are there again when it is back', async () => {
    const { page } = bench;
    await page.goto('/books');
    await page.getByText(`${bench.folder.bookCount} books`, { exact: true }).waitFor();
    await page.route('**/api/v1/books?*', (route) => route.abort());
    await page.getByLabel('Search books').fill('dracula');
    await page.getByText('BookOrbit does not answer.').waitFor();
    await page.getByText('BookOrbit cannot be reached.').waitFor();
    await page.unroute('**/api/v1/books?*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('1 book found').waitFor();
    await page.getByText('BookOrbit cannot be reached.').waitFor({ state: 'detached' });
  });
});
