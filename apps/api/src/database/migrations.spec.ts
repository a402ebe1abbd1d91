import { createTestDatabase, type TestDatabase } from '@bookorbit/testing';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from './data-source.ts';
import { migrate } from './migrate.ts';
import { BeginKeysWithTheUser1795910408000 } from './migrations/1795910408000-begin-keys-with-the-user.ts';
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

  it('let the same devices in when keys come to begin with the user, and when that is taken back', async () => {
    await migrate(dataSource);
    const undoKeys = async () => {
      const newer = MIGRATIONS.length - MIGRATIONS.indexOf(BeginKeysWithTheUser1795910408000);
      for (let n = 0; n < newer; n += 1) await dataSource.undoLastMigration({ transaction: 'each' });
    };
    await undoKeys();
    for (const name of ['ann', 'ben']) {
      await dataSource.query(`INSERT INTO users (username, password_hash) VALUES ($1, '')`, [name]);
      // Numbers of accounts are not those of users.
      await dataSource.query(
        `INSERT INTO koreader_accounts (id, user_id, username, password_hash) OVERRIDING SYSTEM VALUE
         SELECT 100 + id, id, username, '' FROM users WHERE username = $1`,
        [name],
      );
    }
    await dataSource.query(
      `INSERT INTO device_keys (account_id, key_digest) SELECT id, convert_to(username, 'UTF8') FROM koreader_accounts ORDER BY id DESC`,
    );
    await dataSource.query(
      `INSERT INTO devices (user_id, device_id, name, device_key_id)
       SELECT a.user_id, 'of ' || a.username, '', k.id FROM koreader_accounts a JOIN device_keys k ON k.account_id = a.id`,
    );
    const expected = ['ann', 'ben'].map((name) => ({ name, device: `of ${name}`, key: name }));
    const KEYS = `SELECT u.username AS name, d.device_id AS device, convert_from(k.key_digest, 'UTF8') AS key FROM users u
      JOIN devices d ON d.user_id = u.id JOIN device_keys k ON k.id = d.device_key_id`;
    await migrate(dataSource);
    expect(await dataSource.query(`${KEYS} WHERE k.user_id = u.id ORDER BY 1`)).toEqual(expected);
    await undoKeys();
    expect(
      await dataSource.query(
        `${KEYS} JOIN koreader_accounts a ON a.id = k.account_id WHERE a.user_id = u.id ORDER BY 1`,
      ),
    ).toEqual(expected);
    await migrate(dataSource);

    // Who deletes their account keeps their devices, without their keys.
    await dataSource.query(`DELETE FROM koreader_accounts WHERE username = 'ann'`);
    expect(
      await dataSource.query(
        `SELECT device_id AS device, device_key_id IS NOT NULL AS "hasKey" FROM devices ORDER BY 1`,
      ),
    ).toEqual([
      { device: 'of ann', hasKey: false },
      { device: 'of ben', hasKey: true },
    ]);
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
