import { type ChildProcess, spawn } from 'node:child_process';
import { chownSync, closeSync, existsSync, openSync, readSync, renameSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, DatabaseError } from 'pg';
import { OperatorError } from '../../config/operator-error.ts';
import { type Cluster, lastErrorLine, POSTGRES_USER, postgresEnvironment, spawnFault } from './cluster.ts';
import { errnoOf, fileFault } from './file-fault.ts';
import { spawnAs } from './postgres-account.ts';
import type { Log } from './postgres-connection.ts';
import { findPostmaster, isServing, removeLeftovers, stopPostmaster } from './postmaster.ts';
import { SOCKET_PORT } from './socket-folder.ts';

/** Pauses before starting again a Postgres that ended at once: what a killed one left behind may take seconds to go. */
const PAUSES_MILLISECONDS = [0, 300, 1_000, 3_000, 6_000, 10_000];
const POLL_MILLISECONDS = 30;
const PATIENCE_FOR_SOCKET_MILLISECONDS = 10_000;
const PROGRESS_EVERY_MILLISECONDS = 15_000;
const MAX_LOG_BYTES = 5 * 1024 * 1024;

/** What a start that failed for good means, by what Postgres wrote. */
const PERMANENT_FAULTS: readonly (readonly [RegExp, (cluster: Cluster) => string])[] = [
  [
    /No space left on device/,
    (cluster) => `The disk that holds ${cluster.home} is full: free some space and start BookOrbit again.`,
  ],
  [
    /Permission denied|Read-only file system/,
    (cluster) =>
      `Postgres may not write to ${cluster.files}: give the files back to the account that owns ${cluster.home}, or set DATA_DIR to another folder.`,
  ],
  [
    /has invalid permissions|wrong ownership/,
    (cluster) =>
      `Postgres wants ${cluster.files} for itself alone: run chmod -R go= on it, or set DATA_DIR to a folder on a file system that keeps permissions.`,
  ],
];

/**
 * Makes sure that the cluster's postmaster runs and takes connections: adopts a running one, clears after a dead one, starts one.
 * Answers whether one was running already. The caller keeps other processes from starting one meanwhile.
 */
export async function ensurePostmaster(
  cluster: Cluster,
  options: readonly string[],
  log: Log,
): Promise<'adopted' | 'started'> {
  let outcome: 'adopted' | 'started' = 'adopted';
  let said = '';
  for (const pause of PAUSES_MILLISECONDS) {
    await sleep(pause);
    let run: Run | undefined;
    if (findPostmaster(cluster) === undefined) {
      outcome = 'started';
      await removeLeftovers(cluster);
      run = spawnPostmaster(cluster, options);
    }
    if (await takesConnections(cluster, run, log)) return outcome;
    said = run?.saidLast() ?? said;
    const fault = PERMANENT_FAULTS.find(([pattern]) => pattern.test(said));
    if (fault !== undefined) throw new OperatorError(fault[1](cluster));
  }
  throw new OperatorError(`Postgres does not start (${lastErrorLine(said)}): see ${cluster.logFile}.`);
}

/** A client of the cluster's maintenance database, not yet connected. */
export function maintenanceClient(cluster: Cluster): Client {
  return new Client({
    host: cluster.socketFolder,
    port: SOCKET_PORT,
    user: POSTGRES_USER,
    password: cluster.password,
    database: 'postgres',
    connectionTimeoutMillis: 10_000,
  });
}

interface Run {
  hasEnded(): boolean;
  saidLast(): string;
}

function spawnPostmaster(cluster: Cluster, options: readonly string[]): Run {
  const logStart = rotateLog(cluster.logFile);
  const log = openLog(cluster);
  let child: ChildProcess;
  try {
    child = spawn(
      cluster.binaries.postgres,
      [
        ...['-D', cluster.filesAsSeenByPostgres, '-k', quoted(socketFolderForPostgres(cluster))],
        ...['-c', 'listen_addresses=', '-c', `port=${SOCKET_PORT}`, '-c', 'unix_socket_permissions=0700'],
        ...options,
      ],
      {
        ...spawnAs(cluster.account),
        cwd: cluster.files,
        env: postgresEnvironment(),
        stdio: ['ignore', log, log],
        // In a session of its own, so that Ctrl-C in a terminal stops the server first and Postgres after it.
        detached: true,
      },
    );
  } finally {
    closeSync(log);
  }
  let fault: Error | undefined;
  child.on('error', (error) => {
    fault = error;
  });
  child.unref();
  return {
    hasEnded() {
      if (fault !== undefined) throw spawnFault(fault);
      return child.exitCode !== null || child.signalCode !== null;
    },
    saidLast: () => readFrom(cluster.logFile, logStart),
  };
}

/** Waits until the postmaster takes connections (true) or is gone (false). Recovery after a crash may take its time. */
async function takesConnections(cluster: Cluster, run: Run | undefined, log: Log): Promise<boolean> {
  let nextWord = performance.now() + PROGRESS_EVERY_MILLISECONDS;
  const socketDeadline = performance.now() + PATIENCE_FOR_SOCKET_MILLISECONDS;
  while (true) {
    if (await connects(cluster)) return true;
    if (run === undefined && performance.now() > socketDeadline && !isServing(cluster)) {
      // It runs, but nobody can reach it any more.
      await stopPostmaster(cluster);
      return false;
    }
    if (run === undefined ? findPostmaster(cluster) === undefined : run.hasEnded()) return false;
    if (performance.now() > nextWord) {
      nextWord += PROGRESS_EVERY_MILLISECONDS;
      log('Postgres is still getting ready; after a crash it first repairs what was left half done.');
    }
    await sleep(POLL_MILLISECONDS);
  }
}

async function connects(cluster: Cluster): Promise<boolean> {
  const client = maintenanceClient(cluster);
  // A connection that breaks later would otherwise end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch (error) {
    if (error instanceof DatabaseError && error.code?.startsWith('28')) {
      throw new OperatorError(
        `Postgres refuses the password in ${cluster.home}/password: restore that file from the backup the folder came from.`,
      );
    }
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function socketFolderForPostgres(cluster: Cluster): string {
  return cluster.socketFolder === cluster.files ? cluster.filesAsSeenByPostgres : cluster.socketFolder;
}

/** `-k` takes a list separated by commas, so a comma in a path needs quotes. */
function quoted(folder: string): string {
  return `"${folder.replaceAll('"', '""')}"`;
}

/** Keeps one earlier log; answers where the next words will be written. */
function rotateLog(logFile: string): number {
  const size = statSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
  if (size < MAX_LOG_BYTES) return size;
  renameSync(logFile, `${logFile}.1`);
  return 0;
}

function openLog(cluster: Cluster): number {
  try {
    const isNew = !existsSync(cluster.logFile);
    const log = openSync(cluster.logFile, 'a', 0o600);
    if (isNew && cluster.account.isForeign) chownSync(cluster.logFile, cluster.account.uid, cluster.account.gid);
    return log;
  } catch (error) {
    throw fileFault(error, cluster.home);
  }
}

function readFrom(file: string, start: number): string {
  const buffer = Buffer.alloc(16 * 1024);
  try {
    const descriptor = openSync(file, 'r');
    try {
      return buffer.toString('utf8', 0, readSync(descriptor, buffer, 0, buffer.length, start));
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return '';
  }
}
