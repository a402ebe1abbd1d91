import { Client } from 'pg';
import { World } from './world.ts';

const ID_OF = (username: string) => `(SELECT id FROM users WHERE username = '${username}')`;

/** What the end of every world promises, with a server that broke the promise: the database is changed behind its back. */
describe('a world', () => {
  it.each([
    [
      'something of the bystander’s moved',
      `UPDATE device_progress SET percentage = 0.99 WHERE user_id = ${ID_OF('bystander')}`,
      /0\.99/,
    ],
    [
      'somebody else has what only the bystander wrote',
      `INSERT INTO book_states SELECT (jsonb_populate_record(b, jsonb_build_object('user_id', ${ID_OF('ann')}))).*
       FROM book_states b WHERE user_id = ${ID_OF('bystander')}`,
      /seen by nobody/,
    ],
  ])('does not end well when %s', async (_, change, reason) => {
    const world = await World.start();
    await world.setUp();
    await world.addLibrary();
    await world.addReader('ann');
    const client = new Client({ connectionString: world.database.url });
    await client.connect();
    await client.query(change);
    await client.end();
    await expect(world.stop()).rejects.toThrow(reason);
  });
});
