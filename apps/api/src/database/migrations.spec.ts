import { createTestDatabase, type TestDatabase } from '@bookorbit/testing';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from './data-source.ts';
import { migrate } from './migrate.ts';
import { MIGRATIONS } from './migrations/index.ts';

describe('the migrations', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  beforeEach(async () => {
    database = await createTestDatabase();
    dataSource = await new DataSource(dataSourceOptions(database.connection)).initialize();
  });
  afterEach(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  const pendingStatements = async () =>
    (await dataSource.driver.createSchemaBuilder().log()).upQueries.map(({ query }) => query);

  it('bring an empty database to the schema the entities describe', async () => {
    expect(await pendingStatements()).not.toEqual([]);
    await migrate(dataSource);
    expect(await pendingStatements()).toEqual([]);
  });

  it('can all be taken back, leaving nothing, and run again', async () => {
    const before = await objects(dataSource);
    await migrate(dataSource);
    const migrated = await objects(dataSource);
    for (const _ of MIGRATIONS) await dataSource.undoLastMigration({ transaction: 'each' });
    expect(await objects(dataSource)).toEqual([...before, 'table migrations'].sort());
    await migrate(dataSource);
    expect(await objects(dataSource)).toEqual(migrated);
    expect(await pendingStatements()).toEqual([]);
  });

  it('run once when several processes start at the same time', async () => {
    const others = await Promise.all(
      [1, 2].map(() => new DataSource(dataSourceOptions(database.connection)).initialize()),
    );
    try {
      await Promise.all([dataSource, ...others].map(migrate));
    } finally {
      await Promise.all(others.map((other) => other.destroy()));
    }
    const rows: unknown[] = await dataSource.query('SELECT 1 FROM migrations');
    expect(rows).toHaveLength(MIGRATIONS.length);
  });

  it('name every constraint and index themselves', async () => {
    await migrate(dataSource);
    const names: { name: string }[] = await dataSource.query(
      `SELECT conname AS name FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
         AND conrelid <> 'migrations'::regclass
       UNION SELECT indexname FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'migrations'`,
    );
    const unlikeOurs = names
      .map(({ name }) => name)
      .filter((name) => !/_(pk|fk|idx|unique|known|range|single_row)$/.test(name));
    expect(unlikeOurs).toEqual([]);
  });
});

/** Tables and sequences, apart from what an extension brings. */
async function objects(dataSource: DataSource): Promise<string[]> {
  const rows: { name: string }[] = await dataSource.query(
    `SELECT CASE relkind WHEN 'r' THEN 'table ' ELSE 'sequence ' END || relname AS name FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S') AND relname <> 'migrations_id_seq'`,
  );
  return rows.map(({ name }) => name).sort();
}
