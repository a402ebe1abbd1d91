import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { OperatorError } from '../../config/operator-error.ts';
import { errnoOf, fileFault } from './file-fault.ts';
import { canReach, choosePostgresAccount, type PostgresAccount, spawnAs } from './postgres-account.ts';
import { findPostgresBinaries, type PostgresBinaries } from './postgres-binaries.ts';
import type { Log } from './postgres-connection.ts';
import { chooseSocketFolder } from './socket-folder.ts';

/** Role that owns everything in the cluster. */
export const POSTGRES_USER = 'bookorbit';

/** A Postgres data directory on disk, ready to be run. All paths are absolute. */
export interface Cluster {
  /** Holds everything of Postgres: the cluster, its password, its log, the locks between server processes. */
  readonly home: string;
  /** Postgres's own data directory. */
  readonly files: string;
  /** What Postgres is told as its data directory; its working directory is always `files`. */
  readonly filesAsSeenByPostgres: string;
  readonly socketFolder: string;
  readonly logFile: string;
  readonly password: string;
  readonly account: PostgresAccount;
  readonly binaries: PostgresBinaries;
}

/** Settings written into a new cluster, where an operator may change them. Everything that makes a commit durable stays on. */
const SETTINGS_OF_NEW_CLUSTERS: Readonly<Record<string, string>> = {
  shared_buffers: '128MB',
  random_page_cost: '1.1',
  // Nobody replicates this cluster, and without replication bulk loads write less.
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '512MB',
  wal_compression: 'on',
  checkpoint_timeout: '15min',
  log_checkpoints: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  jit: 'off',
};

/** The folder of everything that belongs to Postgres inside the server's data directory. */
export function postgresHome(dataDir: string): string {
  return join(dataDir, 'postgres');
}

/** Makes the folders under `dataDir` that hold Postgres. Safe while other processes do the same. */
export function prepareHome(dataDir: string): { home: string; account: PostgresAccount } {
  const home = postgresHome(dataDir);
  const account = choosePostgresAccount(join(home, 'cluster'));
  if (account === undefined) {
    throw new OperatorError(
      'BookOrbit cannot run its own Postgres on this platform: set DATABASE_URL to a Postgres 15 or newer, or run it with docker compose.',
    );
  }
  try {
    mkdirSync(dataDir, { recursive: true });
    makeFolder(home, account);
    const resolved = realpathSync(home);
    refuseForeignHome(resolved, account);
    return { home: resolved, account };
  } catch (error) {
    throw fileFault(error, home);
  }
}

/** Opens the cluster under `home`, and makes it first if there is none. The caller keeps other processes from doing so meanwhile. */
export function openCluster(home: string, account: PostgresAccount, log: Log, isDurable = true): Cluster {
  const place = join(home, 'cluster');
  try {
    const binaries = findPostgresBinaries(account, log);
    if (!existsSync(join(place, 'PG_VERSION'))) createCluster(home, place, binaries, account, log, isDurable);
    // The folder may be a link to another disk.
    const files = realpathSync(place);
    refuseOtherVersion(files, binaries);
    restoreOwnership(home, files, account);
    return {
      home,
      files,
      filesAsSeenByPostgres: pathForPostgres(files, account),
      socketFolder: chooseSocketFolder(files, account),
      logFile: join(home, 'postgres.log'),
      password: readPassword(home),
      account,
      binaries,
    };
  } catch (error) {
    throw fileFault(error, home);
  }
}

/** The environment of Postgres's programs: ours may hold PGDATA, PGPORT and the like. */
export function postgresEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}

function createCluster(
  home: string,
  files: string,
  binaries: PostgresBinaries,
  account: PostgresAccount,
  log: Log,
  isDurable: boolean,
): void {
  log(`Making a new database in ${home}.`);
  // Made aside and renamed when whole, so that a start killed half-way leaves nothing that looks like a cluster.
  const draft = join(home, 'cluster.new');
  rmSync(draft, { recursive: true, force: true });
  makeFolder(draft, account);
  writePassword(home, account);
  const settings = Object.entries(SETTINGS_OF_NEW_CLUSTERS).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
  const run = spawnSync(
    binaries.initdb,
    [
      ...['-D', pathForPostgres(draft, account), '--username', POSTGRES_USER],
      ...['--auth', 'scram-sha-256', '--pwfile', '../password', '--encoding', 'UTF8'],
      ...['--locale', 'C', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8', '--no-instructions'],
      ...(isDurable ? [] : ['--no-sync']),
      ...settings,
    ],
    { ...spawnAs(account), cwd: draft, env: postgresEnvironment(), encoding: 'utf8' },
  );
  if (run.error !== undefined) throw spawnFault(run.error);
  if (run.status !== 0) {
    rmSync(draft, { recursive: true, force: true });
    throw new OperatorError(`Postgres could not make its database in ${home}: ${lastErrorLine(run.stderr)}`);
  }
  if (existsSync(files)) throw new OperatorError(`${files} holds no database but is in the way: move it elsewhere.`);
  renameSync(draft, files);
}

/** What it means that a program of Postgres did not even start. */
export function spawnFault(error: Error): Error {
  switch (errnoOf(error)) {
    case 'EPERM':
    case 'EINVAL':
      return new OperatorError(
        'Postgres refuses to run as root and this root may not change to another account: start BookOrbit as an ordinary user, or set DATABASE_URL.',
      );
    case 'ENOENT':
    case 'ENOEXEC':
      return new OperatorError(
        'The Postgres that BookOrbit brings does not run on this system (it needs glibc): set DATABASE_URL to a Postgres 15 or newer.',
      );
    default:
      return error;
  }
}

/** The sentence that matters in what a Postgres program printed. */
export function lastErrorLine(output: string): string {
  const lines = output.trim().split('\n');
  const telling = lines.findLast((line) => /FATAL|PANIC|error:|could not/.test(line)) ?? lines.at(-1) ?? '';
  return telling.replace(/^.*?(FATAL|PANIC|error): +/, '') || 'it said nothing.';
}

function makeFolder(folder: string, account: PostgresAccount): void {
  if (existsSync(folder)) return;
  mkdirSync(folder, { mode: 0o700, recursive: true });
  if (account.isForeign) chownSync(folder, account.uid, account.gid);
}

function refuseForeignHome(home: string, account: PostgresAccount): void {
  const owner = lstatSync(home).uid;
  if (owner === account.uid || account.isForeign) return;
  throw new OperatorError(
    `The database in ${home} belongs to the account with uid ${owner}: start BookOrbit as that account or as root, or set DATA_DIR to a folder of your own.`,
  );
}

function refuseOtherVersion(files: string, binaries: PostgresBinaries): void {
  const found = readFileSync(join(files, 'PG_VERSION'), 'utf8').trim();
  if (found === binaries.major) return;
  throw new OperatorError(
    `The database in ${files} was made by Postgres ${found} and this BookOrbit brings Postgres ${binaries.major}: run a Postgres ${found} on that folder and set DATABASE_URL to it, or set DATA_DIR to a new folder.`,
  );
}

/** A folder copied back from a backup often comes back as root's and open to all, and Postgres refuses both. */
function restoreOwnership(home: string, files: string, account: PostgresAccount): void {
  for (const folder of [home, files]) {
    if (account.isForeign && lstatSync(folder).uid === 0) {
      lchownSync(folder, account.uid, account.gid);
      for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
        lchownSync(join(entry.parentPath, entry.name), account.uid, account.gid);
      }
    }
    if ((statSync(folder).mode & 0o077) !== 0) chmodSync(folder, 0o700);
  }
}

/**
 * The account may not be allowed to walk down to the files: root's home is closed to everybody else. A process can always reach
 * the folder it was started in, and Linux has a name for it; so nothing has to be moved.
 */
function pathForPostgres(files: string, account: PostgresAccount): string {
  if (canReach(files, account)) return files;
  if (process.platform === 'linux') return '/proc/self/cwd';
  throw new OperatorError(
    `The account that runs Postgres cannot enter ${files}: set DATA_DIR to a folder everybody may pass through.`,
  );
}

function writePassword(home: string, account: PostgresAccount): void {
  const file = join(home, 'password');
  rmSync(file, { force: true });
  writeFileSync(file, randomBytes(32).toString('base64url'), { mode: 0o600 });
  if (account.isForeign) chownSync(file, account.uid, account.gid);
}

function readPassword(home: string): string {
  const file = join(home, 'password');
  if (statSync(file, { throwIfNoEntry: false }) === undefined) {
    throw new OperatorError(
      `${file}, the password of the database beside it, is missing: restore it from the backup the folder came from.`,
    );
  }
  return readFileSync(file, 'utf8').trim();
}
