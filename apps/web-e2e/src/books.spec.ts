import type { Browser } from 'playwright-core';
import { openBrowser, openTab, signInQuietly, type Tab } from './support/browser.ts';
import { expectSoon } from './support/expect-soon.ts';
import { type LibraryFolder, makeLibraryFolder } from './support/library-folder.ts';
import { ADMIN, startServerWithLibrary, type TestServer } from './support/server.ts';

describe('Books', () => {
  let browser: Browser;
  let folder: LibraryFolder;
  let server: TestServer;
  let tab: Tab;

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
    tab = await openTab(browser, server.origin);
    await signInQuietly(tab, server.origin, ADMIN.username, ADMIN.password);
  });

  afterEach(async () => {
    await tab?.close();
    expect(tab?.errors).toEqual([]);
  });

  it('are found as somebody types, accents or not, and the address keeps the words', async () => {
    const { page } = tab;
    await page.goto('/books');
    await page.getByText(`${folder.bookCount} books`, { exact: true }).waitFor();
    await page.getByLabel('Search books').pressSequentially('miserables');
    await page.getByText('1 book found').waitFor();
    await page.waitForURL('**/books?q=miserables');
    await page.getByRole('link', { name: /Les Misérables/ }).waitFor();

    await page.reload();
    await page.getByText('1 book found').waitFor();
    expect(await page.getByLabel('Search books').inputValue()).toBe('miserables');
  });

  it('say so when nothing fits, and lead back to all', async () => {
    const { page } = tab;
    await page.goto('/books?q=zzzz');
    await page.getByRole('heading', { name: 'No book fits' }).waitFor();
    await page.getByRole('button', { name: 'Show all books' }).click();
    await page.getByText(`${folder.bookCount} books`, { exact: true }).waitFor();
    expect(new URL(page.url()).search).toBe('');
  });

  it('can be sorted, turned round, and put back by the back button', async () => {
    const { page } = tab;
    await page.goto('/books?q=o');
    const titles = async (): Promise<string[]> => page.locator('bo-book-tile .title').allInnerTexts();
    await page.getByText(/books? found/).waitFor();
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
    const { page } = tab;
    await page.goto('/books');
    await page.getByRole('link', { name: /Dracula/ }).click();
    await page.getByRole('heading', { name: 'Dracula', level: 1 }).waitFor();
    expect(await page.title()).toBe('Dracula · BookOrbit');
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
    const { page } = tab;
    await page.goto(path);
    await page.getByRole('heading', { name: 'This page is not in the catalogue' }).waitFor();
    await page.getByRole('link', { name: 'Go to your books' }).click();
    await page.waitForURL('**/books');
  });

  it('say that the server is away, and are there again when it is back', async () => {
    const { page } = tab;
    await page.goto('/books');
    await page.getByText(`${folder.bookCount} books`, { exact: true }).waitFor();
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
