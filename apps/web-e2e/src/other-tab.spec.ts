import type { AnnotationDetail } from '@bookorbit/contracts';
import type { Page } from 'playwright-core';
import type { Tab } from './support/browser.ts';
import { withReader } from './support/bench.ts';
import { expectSoon } from './support/expect-soon.ts';
import { deviceHighlight } from './support/plugin-device.ts';

const HOUR = 3600;
const DEVICES = '/settings/integrations/koreader/devices';

describe('Two tabs of the same person', () => {
  const bench = withReader();
  let other: Tab;
  beforeEach(async () => {
    other = await bench.reader.open();
  });
  afterEach(async () => {
    await other.close();
    expect(other.errors).toEqual([]);
  });

  /** Opens an address in both. */
  async function show(path: string, words: string): Promise<readonly [Page, Page]> {
    const pages = [bench.page, other.page] as const;
    for (const page of pages) {
      await page.goto(path);
      await page.getByText(words).first().waitFor();
    }
    return pages;
  }

  it('show the same state, place and reading log of a book, and lose nothing that is being written', async () => {
    const { reader } = bench;
    const book = await reader.findBook('Dracula');
    const kobo = reader.device();
    await kobo.read(book.hash, [39, 40], kobo.now - 5 * HOUR);
    // The other source is a device whose clock stopped.
    const [one, two] = await show(`/books/${book.id}`, '2 sources');
    for (const page of [one, two]) {
      await page.getByRole('button', { name: 'Write a review' }).click();
      await page.getByLabel('Your review').fill('Half a sentence');
      await page.getByRole('button', { name: 'Add by hand' }).click();
      await page.getByLabel('Pages, if you like').fill('12');
    }

    await one.getByRole('radio', { name: '4 stars' }).check();
    await expectSoon(() => two.getByRole('radio', { name: '4 stars' }).isChecked(), true);
    await one.getByRole('button', { name: 'Start over' }).click();
    await one.getByRole('alertdialog').getByRole('button', { name: 'Start over' }).click();
    await expectSoon(() => two.getByRole('region', { name: 'Your place' }).locator('.percentage').innerText(), '0%');
    await reader.api.post('/reading/log', {
      bookId: book.id,
      startedAt: new Date((kobo.now - HOUR) * 1000).toISOString(),
      seconds: 2700,
    });
    for (const page of [one, two]) {
      await page.getByText('2 reading sessions').waitFor();
      expect(await page.getByLabel('Your review').inputValue()).toBe('Half a sentence');
      expect(await page.getByLabel('Pages, if you like').inputValue()).toBe('12');
    }
  });

  it('show the same highlights, and the page that changes them stays as it is', async () => {
    const { reader } = bench;
    const book = await reader.findBook('Dracula');
    const highlights = [1, 2, 3].map((n) => deviceHighlight(n, `Passage number ${n}.`));
    await reader.device().exchange(book.hash, highlights);
    const [one, two] = await show('/highlights', 'Passage number 2.');
    const { annotations } = await reader.api.get<{ annotations: readonly AnnotationDetail[] }>('/annotations');
    const second = annotations.find(({ text }) => text === 'Passage number 2.');

    // A row that is there again for a moment was gone when it was last looked at.
    await one.evaluate(() => {
      const seen: string[] = [];
      Object.assign(globalThis, { seen });
      new MutationObserver(() =>
        seen.push(document.body.innerText.includes('Passage number 2.') ? 'there' : 'gone'),
      ).observe(document.body, { childList: true, subtree: true });
    });
    const row = one.getByRole('listitem').filter({ hasText: 'Passage number 2.' });
    await row.getByRole('button', { name: 'Move to trash' }).click();
    await two.getByText('Passage number 2.', { exact: true }).waitFor({ state: 'detached' });
    await two.getByText('Passage number 1.', { exact: true }).waitFor();
    await one.waitForTimeout(2_000);
    const seen = await one.evaluate(() => (globalThis as unknown as { seen: string[] }).seen);
    expect(seen.slice(seen.indexOf('gone'))).not.toContain('there');

    await reader.api.post(`/annotations/${second?.id}/restore`, {});
    for (const page of [one, two]) await page.getByText('Passage number 2.', { exact: true }).waitFor();
  });

  it('call a device by the same name, and a name that is being typed stays', async () => {
    const { reader } = bench;
    const book = await reader.findBook('Dracula');
    const kobo = reader.device('Kobo Libra 2');
    await kobo.read(book.hash, [39, 40], kobo.now - HOUR);
    const [one, two] = await show(DEVICES, 'Kobo Libra 2');
    await two.getByRole('button', { name: 'Rename Kobo Libra 2' }).click();
    await two.getByLabel('Name of the device').fill('Half a na');
    await one.getByRole('button', { name: 'Rename Kobo Libra 2' }).click();
    await one.getByLabel('Name of the device').fill('In the bag');
    await one.getByRole('button', { name: 'Save' }).click();
    await two.getByRole('button', { name: 'Forget In the bag' }).waitFor();
    expect(await two.getByLabel('Name of the device').inputValue()).toBe('Half a na');
  });
});
