import { createTestDatabase, play, playAsAsked, type TestDatabase } from '@bookorbit/testing';
import { MIGRATED_SCHEMA } from '../database/test-database.ts';
import { InProcessServer } from './in-process-server.ts';

const PLAY = playAsAsked(200);
const SHRINKS = 120;
const LONGEST_MS = 24 * 3600_000;

let database: TestDatabase;
let server: InProcessServer;
beforeAll(async () => {
  database = await createTestDatabase(MIGRATED_SCHEMA);
  server = await InProcessServer.start(database.connection);
});
afterAll(async () => {
  await server?.stop();
  await database?.drop();
});

describe('people with devices on which everything goes wrong', () => {
  it(
    `lose nothing, double nothing and are thrown nowhere in ${PLAY.schedules} schedules from seed ${PLAY.seed}`,
    async () => {
      expect(await play(server, PLAY, SHRINKS)).toBe('');
    },
    LONGEST_MS,
  );
});
