import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCluster, POSTGRES_USER, prepareHome } from './cluster.ts';
import type { PostgresConnection } from './postgres-connection.ts';
import { stopPostmaster } from './postmaster.ts';
import { ensurePostmaster } from './run-postmaster.ts';
import { removeSocketFolder, SOCKET_PORT } from './socket-folder.ts';

/** What tests can do without: nothing of theirs has to outlive a power cut. */
const CARELESS = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'max_connections=200',
  'autovacuum=off',
];

/** A Postgres for one run of the tests. `database` is its maintenance database. */
export interface ThrowAwayPostgres {
  readonly connection: PostgresConnection;
  /** Stops it and removes its files. */
  stop(): Promise<void>;
}

/** Starts a Postgres in a temporary folder, fast and forgetful. */
export async function startThrowAwayPostgres(): Promise<ThrowAwayPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'bookorbit-test-'));
  chmodSync(folder, 0o755);
  const { home, account } = prepareHome(folder);
  const cluster = openCluster(home, account, () => undefined, false);
  await ensurePostmaster(
    cluster,
    CARELESS.flatMap((setting) => ['-c', setting]),
    () => undefined,
  );
  return {
    connection: {
      host: cluster.socketFolder,
      port: SOCKET_PORT,
      user: POSTGRES_USER,
      password: cluster.password,
      database: 'postgres',
    },
    async stop() {
      await stopPostmaster(cluster);
      removeSocketFolder(cluster);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
