import type { DataSource } from 'typeorm';
import { checkServerVersion } from './check-server-version.ts';

const databaseOf = (version: string) => ({ query: () => Promise.resolve([{ version }]) }) as unknown as DataSource;

describe('checkServerVersion', () => {
  it('takes Postgres 15 and newer', async () => {
    await expect(checkServerVersion(databaseOf('150018'))).resolves.toBeUndefined();
    await expect(checkServerVersion(databaseOf('180004'))).resolves.toBeUndefined();
  });

  it('says what to do about an older one', async () => {
    await expect(checkServerVersion(databaseOf('140020'))).rejects.toThrow(/Postgres 14.*needs 15.*upgrade/);
  });
});
