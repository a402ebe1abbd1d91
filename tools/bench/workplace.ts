import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { type PostgresConnection, startEmbeddedPostgres } from '../../apps/api/src/database/embedded-postgres/index.ts';
import type { CleanUp } from './clean-up.ts';
import { parentPidOf } from './process-figures.ts';

/** Where a run does its work: a temporary folder, and in it a Postgres as durable as the server's own. */
export interface Workplace {
  readonly folder: string;
  readonly postmasterPid: number;
  readonly postgresLog: string;
  /** `PostgreSQL 18.4, fsync on, …`: what decides how much a commit costs. */
  readonly postgresSettings: string;
  /** Runs SQL as the superuser, in the maintenance database. */
  readonly sql: Client['query'];
  /** Creates an empty database. Answers with its address for DATABASE_URL. */
  createDatabase(name: string): Promise<string>;
}

/** Opens a workplace; it vanishes with the clean-up. */
export async function openWorkplace(cleanUp: CleanUp): Promise<Workplace> {
  const folder = mkdtempSync(join(tmpdir(), 'bookorbit-bench-'));
  // As root Postgres runs under another account, which has to pass through.
  chmodSync(folder, 0o755);
  const removeFolder = () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  // Also when the process ends without an await, as during the start of Postgres.
  process.once('exit', removeFolder);
  cleanUp.add(removeFolder);
  const postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'data') });
  cleanUp.add(() => postgres.stop());
  const client = new Client(postgres.connection);
  client.on('error', () => undefined);
  await client.connect();
  cleanUp.add(() => client.end());
  const sql = client.query.bind(client) as Client['query'];
  return {
    folder,
    postmasterPid: parentPidOf(await backendPid(sql)),
    postgresLog: postgres.logFile,
    postgresSettings: await settingsOf(sql),
    sql,
    async createDatabase(name) {
      await sql(`CREATE DATABASE ${name}`);
      return databaseUrl({ ...postgres.connection, database: name });
    },
  };
}

async function backendPid(sql: Client['query']): Promise<number> {
  const { rows } = await sql<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0]?.pid ?? NaN;
}

async function settingsOf(sql: Client['query']): Promise<string> {
  const names = [
    'server_version',
    'fsync',
    'synchronous_commit',
    'full_page_writes',
    'wal_sync_method',
    'shared_buffers',
  ];
  const { rows } = await sql<{ name: string; value: string }>(
    `SELECT name, current_setting(name) AS value FROM unnest($1::text[]) AS name`,
    [names],
  );
  return rows
    .map(({ name, value }) => (name === 'server_version' ? `PostgreSQL ${value}` : `${name} ${value}`))
    .join(', ');
}

function databaseUrl({ host, port, user, password, database }: PostgresConnection): string {
  const query = new URLSearchParams({ host, port: String(port) });
  return `postgres://${encodeURIComponent(user)}:${encodeURIComponent(password)}@localhost/${database}?${query}`;
}
