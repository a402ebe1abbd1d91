import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCluster, POSTGRES_USER, postgresHome, prepareHome } from './cluster.ts';
import { errnoOf } from './file-fault.ts';
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

const PREFIX = 'bookorbit-test-';
/** File with the process id of whoever started the cluster beside it. */
const OWNER = 'owner';

/** A Postgres for one run of the tests. `database` is its maintenance database. */
export interface ThrowAwayPostgres {
  readonly connection: PostgresConnection;
  /** Stops it and removes its files. */
  stop(): Promise<void>;
}

/** Starts a Postgres in a temporary folder, fast and forgetful. */
export async function startThrowAwayPostgres(): Promise<ThrowAwayPostgres> {
  await removeOrphans();
  const folder = mkdtempSync(join(tmpdir(), PREFIX));
  chmodSync(folder, 0o755);
  writeFileSync(join(folder, OWNER), String(process.pid));
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

/** A run of the tests that was killed could not stop its Postgres; the next one does. */
async function removeOrphans(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const folder = join(tmpdir(), name);
    if (statSync(folder, { throwIfNoEntry: false })?.uid !== process.getuid?.() || !isOwnerGone(folder)) continue;
    await stopPostmaster({ files: join(postgresHome(folder), 'cluster') });
    rmSync(folder, { recursive: true, force: true });
  }
}

function isOwnerGone(folder: string): boolean {
  try {
    process.kill(Number(readFileSync(join(folder, OWNER), 'utf8')), 0);
    return false;
  } catch (error) {
    return errnoOf(error) === 'ESRCH';
  }
}
