import { play, playAsAsked } from '@bookorbit/testing';
import { HttpServer } from './http-server.ts';

const PLAY = playAsAsked(20);
const SHRINKS = 40;
const LONGEST_MS = 24 * 3600_000;

let server: HttpServer;
beforeAll(async () => {
  server = await HttpServer.start();
}, 120_000);
afterAll(async () => {
  await server?.stop();
});

describe('people with devices on which everything goes wrong, and servers that are killed', () => {
  it(
    `lose nothing, double nothing and are thrown nowhere in ${PLAY.schedules} schedules from seed ${PLAY.seed}`,
    async () => {
      const failures = await play(server, PLAY, SHRINKS, ' --http');
      if (PLAY.tells) process.stderr.write(`servers were killed ${server.kills} times\n`);
      expect(failures).toBe('');
    },
    LONGEST_MS,
  );
});
