import { constants } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Cluster, openCluster, POSTGRES_USER, prepareHome } from './cluster.ts';
import { fileFault } from './file-fault.ts';
import { FileLock } from './file-lock.ts';
import type { Log, PostgresConnection } from './postgres-connection.ts';
import { askPostmasterToStop, isServing, stopPostmaster } from './postmaster.ts';
import { ensurePostmaster, maintenanceClient } from './run-postmaster.ts';
import { removeSocketFolder, SOCKET_PORT } from './socket-folder.ts';

const DATABASE = 'bookorbit';
const WATCH_EVERY_MILLISECONDS = 500;
const LONGEST_PAUSE_MILLISECONDS = 30_000;
const PATIENCE_FOR_LAUNCH_LOCK_MILLISECONDS = 15_000;

export interface EmbeddedPostgresOptions {
  /** The server's data directory (DATA_DIR); Postgres lives in its folder `postgres`. */
  readonly dataDir: string;
  readonly log?: Log;
}

/** A Postgres of the data directory, shared by all server processes that use it. */
export interface EmbeddedPostgres {
  readonly connection: PostgresConnection;
  /** Absolute folder of the cluster, its password and its log. */
  readonly home: string;
  readonly logFile: string;
  /** True when Postgres was running already: another server process uses it, or an earlier one was killed. */
  readonly wasRunning: boolean;
  /** Leaves the cluster; the last server process to leave stops Postgres and waits until it is down. Call after closing connections. */
  stop(): Promise<void>;
}

/**
 * Starts Postgres in the data directory, or joins the one that runs there, and watches over it: a Postgres that dies is started
 * again while the server runs. Throws an OperatorError for what the operator has to mend.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const log = options.log ?? (() => undefined);
  const { home, account } = prepareHome(options.dataDir);
  const locks = openLocks(home, account);
  let cluster: Cluster | undefined;
  // A start that fails or is broken off leaves no Postgres behind, unless somebody else uses it.
  const abandon = once(async () => {
    if (cluster !== undefined && locks.presence.tryAlone()) await stopPostmaster(cluster);
    locks.close();
  });
  const startIsOver = endOnSignals(abandon);
  try {
    await locks.launch.acquireAlone();
    cluster = openCluster(home, account, log);
    const outcome = await ensurePostmaster(cluster, [], log);
    await ensureDatabase(cluster);
    await waitToShare(locks.presence);
    locks.launch.release();
    return {
      connection: {
        host: cluster.socketFolder,
        port: SOCKET_PORT,
        user: POSTGRES_USER,
        password: cluster.password,
        database: DATABASE,
      },
      home,
      logFile: cluster.logFile,
      wasRunning: outcome === 'adopted',
      stop: watchOver(cluster, locks, log),
    };
  } catch (error) {
    await abandon();
    throw error;
  } finally {
    startIsOver();
  }
}

/** Until the server can stop Postgres itself, a signal does. Call the function it answers with when that is so. */
function endOnSignals(abandon: () => Promise<void>): () => void {
  const end = (signal: NodeJS.Signals) => {
    void abandon().finally(() => process.exit(128 + constants.signals[signal]));
  };
  process.on('SIGINT', end).on('SIGTERM', end);
  return () => {
    process.off('SIGINT', end).off('SIGTERM', end);
  };
}

/** Held while Postgres is started or stopped (`launch`), and shared by everyone who uses it (`presence`). */
interface Locks {
  readonly launch: FileLock;
  readonly presence: FileLock;
  close(): void;
}

function openLocks(home: string, account: Cluster['account']): Locks {
  try {
    const launch = new FileLock(join(home, 'launch.lock'), account);
    const presence = new FileLock(join(home, 'presence.lock'), account);
    return {
      launch,
      presence,
      close() {
        presence.close();
        launch.close();
      },
    };
  } catch (error) {
    throw fileFault(error, home);
  }
}

async function waitToShare(presence: FileLock): Promise<void> {
  while (!presence.tryShared()) await sleep(10);
}

async function ensureDatabase(cluster: Cluster): Promise<void> {
  const client = maintenanceClient(cluster);
  client.on('error', () => undefined);
  await client.connect();
  try {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
}

/** Keeps Postgres running until the function it answers with is called. */
function watchOver(cluster: Cluster, locks: Locks, log: Log): () => Promise<void> {
  const leaving = new AbortController();
  const watch = keepRunning(cluster, locks, log, leaving.signal);
  const leaveAtExit = () => leaveWithoutWaiting(cluster, locks);
  process.once('exit', leaveAtExit);
  return once(async () => {
    leaving.abort();
    await watch;
    await leaveCluster(cluster, locks);
    process.off('exit', leaveAtExit);
  });
}

/** Starts Postgres again whenever it is found dead, waiting longer after each start that failed. */
async function keepRunning(cluster: Cluster, locks: Locks, log: Log, signal: AbortSignal): Promise<void> {
  let pause = WATCH_EVERY_MILLISECONDS;
  while (await sleptUnless(signal, pause)) {
    if (isServing(cluster)) {
      pause = WATCH_EVERY_MILLISECONDS;
      continue;
    }
    // Another server process may be at it already; then there is nothing to do but look again.
    if (!locks.launch.tryAlone()) continue;
    try {
      if (isServing(cluster)) continue;
      log('Postgres ended by itself; starting it again.');
      await ensurePostmaster(cluster, [], log);
      log('Postgres runs again.');
    } catch (error) {
      pause = Math.min(pause * 2, LONGEST_PAUSE_MILLISECONDS);
      log(
        `Postgres could not be started again and will be tried once more: ${error instanceof Error ? error.message : String(error)}`,
      );
    } finally {
      locks.launch.release();
    }
  }
}

async function sleptUnless(signal: AbortSignal, milliseconds: number): Promise<boolean> {
  // The watch alone must not keep a process alive.
  await sleep(milliseconds, undefined, { signal, ref: false }).catch(() => undefined);
  return !signal.aborted;
}

async function leaveCluster(cluster: Cluster, locks: Locks): Promise<void> {
  try {
    // Whoever holds the launch lock that long is starting Postgres for itself, and stops it when it leaves.
    const mayStop = await locks.launch.acquireAlone(PATIENCE_FOR_LAUNCH_LOCK_MILLISECONDS);
    locks.presence.release();
    if (mayStop && locks.presence.tryAlone()) {
      await stopPostmaster(cluster);
      removeSocketFolder(cluster);
    }
  } finally {
    locks.close();
  }
}

/** For a process that ends without stop(), by a fault: no await is possible any more. */
function leaveWithoutWaiting(cluster: Cluster, locks: Locks): void {
  locks.presence.release();
  if (locks.launch.tryAlone() && locks.presence.tryAlone()) askPostmasterToStop(cluster);
  locks.close();
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= work());
}
