import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '@bookorbit/testing';
import { pino } from 'pino';
import { Clock } from '../clock/index.ts';
import { readEnvironment } from '../config/index.ts';
import { MIGRATED_SCHEMA } from '../database/test-database.ts';
import { JobQueue } from '../jobs/index.ts';
import { createServer } from '../server.ts';
import { RemoveLeftovers } from './remove-leftovers.ts';

const HOUR_SECONDS = 3600;

let database: TestDatabase;
let dataDir: string;
beforeEach(async () => {
  database = await createTestDatabase(MIGRATED_SCHEMA);
  dataDir = mkdtempSync(join(tmpdir(), 'bookorbit-leftovers-'));
});
afterEach(async () => {
  await database?.drop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** What a killed request left some hours ago. */
function leave(folder: string, name: string, hours: number): string {
  const path = join(dataDir, folder, name);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'export.zip'), 'everything of somebody');
  const seconds = Date.now() / 1000 - hours * HOUR_SECONDS;
  utimesSync(path, seconds, seconds);
  return path;
}

describe('what a killed process left on disk', () => {
  it('goes when a server starts, and again by night, but for what may still be in use', async () => {
    const old = [leave('exports', 'export-a', 25), leave('uploads', 'upload-a', 30)];
    const inUse = [leave('exports', 'export-b', 1), leave('covers', 'export-c', 900)];
    const repeated = jest.spyOn(JobQueue.prototype, 'repeat');
    const environment = readEnvironment({ LOG_LEVEL: 'silent', DATA_DIR: dataDir });
    const app = await createServer(environment, database.connection, pino({ level: 'silent' }));
    try {
      await app.init();
      expect(old.filter(existsSync)).toEqual([]);
      expect(inUse.filter(existsSync)).toEqual(inUse);
      expect(repeated.mock.calls.map(([{ name }]) => name)).toContain('remove-leftovers');
      const later = leave('exports', 'export-d', 25);
      expect(await app.get(RemoveLeftovers).run()).toBe(1);
      expect(existsSync(later)).toBe(false);
    } finally {
      repeated.mockRestore();
      await app.close();
    }
  });

  it('is nothing where nothing was ever sent', async () => {
    const environment = readEnvironment({ LOG_LEVEL: 'silent', DATA_DIR: join(dataDir, 'nowhere') });
    expect(await new RemoveLeftovers({} as JobQueue, new Clock(), environment).run()).toBe(0);
  });
});
