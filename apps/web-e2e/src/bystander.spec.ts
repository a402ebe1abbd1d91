import { Client } from 'pg';
import { ReaderWorld } from './support/reader-world.ts';

/** What every world of the browser specs promises, with a server that broke the promise: page and database are changed behind its back. */
describe('A world with a bystander', () => {
  let world: ReaderWorld;
  beforeEach(async () => {
    world = await ReaderWorld.start();
  });

  async function query<Row extends object>(statement: string): Promise<Row[]> {
    const client = new Client({ connectionString: world.server.databaseUrl });
    await client.connect();
    try {
      return (await client.query<Row>(statement)).rows;
    } finally {
      await client.end();
    }
  }

  it('lets no page be closed that shows what only they have, and does not end well once something of theirs moved', async () => {
    const [state] = await query<{ review: string }>(
      `SELECT review FROM book_states WHERE user_id = (SELECT id FROM users WHERE username = 'bystander')`,
    );
    const reader = await world.addReader();
    const [good, bad] = [await reader.open(), await reader.open()];
    for (const { page } of [good, bad]) await page.goto('/books');
    await bad.page.evaluate((words) => document.body.setAttribute('title', words), state?.review ?? '');
    await good.close();
    await expect(bad.close()).rejects.toThrow('shows what only the bystander has');

    await query(`UPDATE device_progress SET percentage = 0.99 WHERE device_id LIKE 'bystander-%'`);
    await expect(world.stop()).rejects.toThrow('0.99');
  });
});
