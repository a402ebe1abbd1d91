import { withReader } from './support/bench.ts';
import { expectSoon } from './support/expect-soon.ts';
import { deviceHighlight } from './support/plugin-device.ts';

const PAGE = '/settings/integrations/koreader';
const HOUR = 3600;

describe('What the plugin brought', () => {
  const bench = withReader({ hasStaleDevice: false });

  /** The numbers as the page shows them. */
  async function numbers(): Promise<Record<string, string>> {
    const pairs = await bench.page
      .getByRole('region', { name: 'Plugin Activity' })
      .locator('dl > div')
      .evaluateAll((rows) =>
        rows.map((row) => [
          row.querySelector('dt')?.textContent.trim() ?? '',
          row.querySelector('dd')?.textContent.trim() ?? '',
        ]),
      );
    return Object.fromEntries(pairs) as Record<string, string>;
  }

  it('is counted as devices sync, each number with its list, and follows a restore and a retry', async () => {
    const { page, reader } = bench;
    const book = await reader.findBook('Dracula');
    const [kobo, phone] = [reader.device('Kobo Libra 2'), reader.device('Android')];
    await page.goto(`${PAGE}/activity`);
    await page.getByText('No device has sent a book yet.').waitFor();
    await kobo.read(book.hash, [1, 2, 3], kobo.now - HOUR);
    const notes = ['One', 'Two', 'Three', 'Four'].map((text, n) => deviceHighlight(n, text));
    await kobo.exchange(book.hash, notes);
    await phone.acknowledge(book.hash, await phone.exchange(book.hash, []), ['Four']);
    await kobo.post('sweeps', { booksMatched: 1, pageStatsUploaded: 3, annotationsUpserted: 4 });
    await expectSoon(numbers, {
      'Matched books': '1',
      'Reading events': '3',
      Highlights: '4',
      'Trashed highlights': '0',
      'Pending deletes': '0',
      'Failed positions': '1',
    });
    await page.getByText('1 book matched').first().waitFor();
    const failed = page.getByRole('region', { name: 'Failed positions' });
    await failed.getByText('not found in this copy').waitFor();
    await failed.getByText('Android').waitFor();
    await page.getByRole('rowheader', { name: /Dracula/ }).waitFor();

    const { annotations } = await reader.api.get<{ annotations: { id: number }[] }>('/annotations?q=Two');
    await reader.api.delete(`/annotations/${annotations[0]?.id}`);
    await page.reload();
    const pending = page.getByRole('region', { name: 'Pending deletes' });
    await pending.getByText('Waits for Android and Kobo Libra 2').waitFor();
    await expectSoon(numbers, {
      'Matched books': '1',
      'Reading events': '3',
      Highlights: '3',
      'Trashed highlights': '1',
      'Pending deletes': '1',
      'Failed positions': '1',
    });

    // The phone applies the delete while the page is open.
    await phone.acknowledge(book.hash, await phone.exchange(book.hash, [], []));
    await pending.getByText('Waits for Kobo Libra 2').waitFor();
    await failed.getByRole('button', { name: 'Try again' }).click();
    await failed.getByText('Every highlight found its place.').waitFor();
    await reader.api.post(`/annotations/${annotations[0]?.id}/restore`);
    await page.reload();
    await expectSoon(numbers, {
      'Matched books': '1',
      'Reading events': '3',
      Highlights: '4',
      'Trashed highlights': '0',
      'Pending deletes': '0',
      'Failed positions': '0',
    });
  });

  it('holds deletions that were too many, until somebody keeps or deletes them', async () => {
    const { page, reader } = bench;
    const notes = ['One', 'Two', 'Three', 'Four'].map((text, n) => deviceHighlight(n, text));
    const kobo = reader.device();
    for (const title of ['Dracula', 'Middlemarch']) {
      const { hash } = await reader.findBook(title);
      await kobo.exchange(hash, notes);
      await kobo.exchange(hash, [], [], notes);
    }
    await page.goto('/');
    await page.getByRole('link', { name: /vanished from a device wait for your decision: 8/ }).click();
    const held = page.getByRole('region', { name: 'Held deletes' });
    await held.getByText('“One”').first().waitFor();
    const rowOf = (title: string) => held.getByRole('listitem').filter({ hasText: title });
    await rowOf('Dracula').getByRole('button', { name: 'Keep them' }).click();
    await rowOf('Dracula').waitFor({ state: 'detached' });
    await rowOf('Middlemarch').getByRole('button', { name: 'Delete them' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete them' }).click();
    await held.waitFor({ state: 'detached' });
    await expectSoon(numbers, {
      'Matched books': '2',
      'Reading events': '0',
      Highlights: '4',
      'Trashed highlights': '4',
      'Pending deletes': '0',
      'Failed positions': '0',
    });
  });

  it('opens the list behind each number', async () => {
    const { page, reader } = bench;
    const { hash } = await reader.findBook('Dracula');
    const [kobo, phone] = [reader.device('Kobo Libra 2'), reader.device('Android')];
    await kobo.read(hash, [1, 2, 3], kobo.now - HOUR);
    const notes = ['One', 'Two', 'Three', 'Four'].map((text, n) => deviceHighlight(n, text));
    await kobo.exchange(hash, notes);
    await phone.acknowledge(hash, await phone.exchange(hash, []), ['Four']);
    const { annotations } = await reader.api.get<{ annotations: { id: number }[] }>('/annotations?q=Two');
    await reader.api.delete(`/annotations/${annotations[0]?.id}`);
    await kobo.exchange((await reader.findBook('Middlemarch')).hash, notes);
    await kobo.exchange((await reader.findBook('Middlemarch')).hash, [], [], notes);
    const open = async (name: string, number: string): Promise<void> => {
      await page.goto(`${PAGE}/activity`);
      const fact = page
        .getByRole('region', { name: 'Plugin Activity' })
        .locator('dl > div')
        .filter({ has: page.getByText(name, { exact: true }) });
      await fact.getByRole('link', { name: number, exact: true }).click();
    };
    const isInView = (name: string): Promise<void> =>
      expectSoon(
        () =>
          page.getByRole('region', { name, exact: true }).evaluate(({ id }) => {
            const { top } = (document.getElementById(id) as HTMLElement).getBoundingClientRect();
            return top >= 0 && top < window.innerHeight;
          }),
        true,
      );
    await open('Matched books', '2');
    await isInView('Matched books');
    await expectSoon(() => page.getByRole('region', { name: 'Matched books' }).locator('tbody tr').count(), 2);
    await open('Reading events', '3');
    await isInView('Matched books');
    const row = page.getByRole('row', { name: /Dracula/ });
    await expectSoon(
      () =>
        row
          .getByRole('cell')
          .allInnerTexts()
          .then((cells) => cells.slice(0, 3)),
      ['3', '1', '3'],
    );
    await open('Highlights', '7');
    await page.getByText('7 found', { exact: true }).waitFor();
    await open('Trashed highlights', '1');
    await page.getByText('Two', { exact: true }).waitFor();
    await open('Pending deletes', '1');
    await isInView('Pending deletes');
    await page.getByRole('region', { name: 'Pending deletes' }).getByText('Two').waitFor();
    await open('Failed positions', '1');
    await isInView('Failed positions');
    await page.getByRole('region', { name: 'Failed positions' }).getByText('Four').waitFor();
    await open('Held deletes', '4');
    await isInView('Held deletes');
    await page.getByRole('region', { name: 'Held deletes' }).getByText('4 highlights').waitFor();
  });

  it('is told by device, which can be renamed, retired and forgotten', async () => {
    const { page, reader } = bench;
    const book = await reader.findBook('Dracula');
    const kobo = reader.device('Kobo Libra 2');
    await kobo.read(book.hash, [41, 42], kobo.now - HOUR);
    await page.goto(`${PAGE}/devices`);
    const devices = page.getByRole('region', { name: 'Devices', exact: true });
    await devices.getByRole('link', { name: 'Dracula' }).waitFor();
    await devices.getByText('42%').waitFor();
    await devices.getByRole('button', { name: 'Rename Kobo Libra 2' }).click();
    await devices.getByLabel('Name of the device').fill('Bedside');
    await page.keyboard.press('Enter');
    await devices.getByText('Bedside').waitFor();
    await devices.getByRole('button', { name: 'Retire Bedside' }).click();
    await devices.getByText('Retired', { exact: true }).waitFor();
    await devices.getByRole('button', { name: 'Use Bedside again' }).click();
    await devices.getByText('Retired', { exact: true }).waitFor({ state: 'detached' });
    await devices.getByRole('button', { name: 'Forget Bedside' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Forget device' }).click();
    await page.getByText('No device has synced yet.').waitFor();
    // What it brought stays.
    expect((await reader.findBook('Dracula')).percentage).toBeCloseTo(0.42);
  });

  it('names an update, on the page and at home', async () => {
    const { page, reader } = bench;
    await reader.device('Old Kobo').post('progress', { items: [], pluginVersion: '0.0.1' });
    await page.goto('/');
    await page.getByRole('link', { name: 'A newer plugin is there for Old Kobo' }).click();
    await page.getByText('Old Kobo has 0.0.1').waitFor();
  });

  it('is checked by “Why is it not syncing?”, which says what is wrong and what to do', async () => {
    const { page, reader } = bench;
    await page.goto(`${PAGE}/check`);
    const found = page.getByRole('list', { name: 'What was found' });
    await found.getByText('No device has reached this server yet.').waitFor();
    const kobo = reader.device();
    const book = await reader.findBook('Dracula');
    await kobo.read(book.hash, [10], kobo.now - HOUR);
    await found.getByText('No device has reached this server yet.').waitFor({ state: 'detached' });
    await reader.api.patch('/koreader/account', { isSyncEnabled: false });
    await page.getByRole('button', { name: 'Check again' }).click();
    await found.getByText('Progress sync is off, so every device is turned away.').waitFor();
    await found
      .getByRole('listitem')
      .filter({ hasText: 'Progress sync is off' })
      .getByRole('link', { name: 'Open Overview' })
      .click();
    await page.getByText('Progress sync is off. Paired KOReader devices').waitFor();
    await page.getByRole('switch', { name: 'Progress sync' }).click();
    await page.getByText('Progress sync is on. Turn it off').waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'Why is it not syncing?', level: 2 }).waitFor();
    await expectSoon(() => page.title(), 'Why is it not syncing? · BookOrbit');
  });
});
