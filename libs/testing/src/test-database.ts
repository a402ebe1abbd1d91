import { createHash, randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { type TestPostgresConnection, testPostgresConnection } from './test-postgres.ts';

/** What a fresh database of a test looks like. */
export interface TestSchema {
  /** Changes whenever the migrations do: their names and texts, or a digest of them. */
  readonly key: string;
  /** Brings an empty database to the schema, and closes its connections before it returns. */
  migrate(connection: TestPostgresConnection): Promise<void>;
}

/** A database of one suite's own. */
export interface TestDatabase {
  readonly connection: TestPostgresConnection;
  /** The same as a `postgres:` address, for servers started as processes of their own. */
  readonly url: string;
  /** Removes it, with whatever is still connected to it. */
  drop(): Promise<void>;
}

/** A database that sorts words as English does, as most Postgres servers do by themselves: `ab` before `E6`. */
export async function createLinguisticDatabase(schema: TestSchema): Promise<TestDatabase> {
  const database = await createDatabase(`TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US' LOCALE 'C'`);
  await schema.migrate(database.connection);
  return database;
}

/**
 * Makes a database with the schema. The first caller of a run migrates a template, under a lock that all workers respect; every
 * database is a copy of it. Without a schema the database is empty.
 */
export async function createTestDatabase(schema?: TestSchema): Promise<TestDatabase> {
  const template =
    schema === undefined ? 'template1' : await withMaintenance((client) => ensureTemplate(client, schema));
  return createDatabase(`TEMPLATE ${template} STRATEGY file_copy`);
}

async function createDatabase(options: string): Promise<TestDatabase> {
  const name = `t_${randomBytes(8).toString('hex')}`;
  await withMaintenance((client) => client.query(`CREATE DATABASE ${name} ${options}`));
  const connection = { ...testPostgresConnection(), database: name };
  return {
    connection,
    url: addressOf(connection),
    drop: () =>
      withMaintenance(async (client) => {
        await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      }),
  };
}

async function ensureTemplate(client: Client, schema: TestSchema): Promise<string> {
  const template = `tpl_${createHash('sha256').update(schema.key).digest('hex').slice(0, 16)}`;
  await client.query('SELECT pg_advisory_lock(hashtext($1))', [template]);
  try {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [template]);
    if (found.rowCount === 0) await makeTemplate(client, template, schema);
  } finally {
    await client.query('SELECT pg_advisory_unlock(hashtext($1))', [template]);
  }
  return template;
}

/** Migrated under another name first, so that a migration that fails leaves no template behind. */
async function makeTemplate(client: Client, template: string, schema: TestSchema): Promise<void> {
  const draft = `${template}_draft`;
  await client.query(`DROP DATABASE IF EXISTS ${draft} WITH (FORCE)`);
  await client.query(`CREATE DATABASE ${draft}`);
  await schema.migrate({ ...testPostgresConnection(), database: draft });
  await client.query(`ALTER DATABASE ${draft} RENAME TO ${template}`);
}

async function withMaintenance<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ ...testPostgresConnection() });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** A socket's folder travels in the query, where every Postgres client looks for it. */
function addressOf(connection: TestPostgresConnection): string {
  const { host, port, user, password, database } = connection;
  const account = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  return host.startsWith('/')
    ? `postgres://${account}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`
    : `postgres://${account}@${host}:${port}/${database}`;
}
