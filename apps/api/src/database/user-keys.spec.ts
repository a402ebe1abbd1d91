import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '@bookorbit/testing';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from './data-source.ts';
import { MIGRATED_SCHEMA } from './test-database.ts';

const SCALE = readFileSync(join(import.meta.dirname, '../../../../docs/scale.md'), 'utf8');

/** Tables of users' rows can be spread over machines by the user, as long as their keys begin with the user. */
describe('the tables of users’ rows', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  beforeAll(async () => {
    database = await createTestDatabase(MIGRATED_SCHEMA);
    dataSource = await new DataSource(dataSourceOptions(database.connection)).initialize();
  });
  afterAll(async () => {
    await dataSource?.destroy();
    await database?.drop();
  });

  /** Keys and indexes of tables with a `user_id` whose first column is another. */
  function strays(): Promise<{ name: string; table: string; isKey: boolean }[]> {
    return dataSource.query(
      `SELECT i.indexrelid::regclass::text AS name, i.indrelid::regclass::text AS table, i.indisprimary AS "isKey"
       FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid AND c.relnamespace = 'public'::regnamespace
       JOIN pg_attribute u ON u.attrelid = c.oid AND u.attname = 'user_id'
       WHERE i.indkey[0] <> u.attnum ORDER BY 1`,
    );
  }

  it('have keys that begin with the user', async () => {
    expect((await strays()).filter(({ isKey }) => isKey)).toEqual([]);
  });

  it('are all tables there are, but for those that docs/scale.md says are shared by all', async () => {
    const others: { name: string }[] = await dataSource.query(
      `SELECT c.relname AS name FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> 'migrations'
         AND NOT EXISTS (SELECT 1 FROM pg_attribute u WHERE u.attrelid = c.oid AND u.attname = 'user_id') ORDER BY 1`,
    );
    expect(others.length).toBeGreaterThan(0);
    expect(others.filter(({ name }) => !SCALE.includes(`\`${name}\``))).toEqual([]);
  });

  it('have indexes that begin with the user, but for those that docs/scale.md names', async () => {
    const indexes = (await strays()).filter(({ isKey }) => !isKey).map(({ name }) => name);
    expect(indexes.length).toBeGreaterThan(0);
    expect(indexes.filter((name) => !SCALE.includes(`\`${name}\``))).toEqual([]);
  });
});
