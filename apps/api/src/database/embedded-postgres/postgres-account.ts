import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** The account Postgres runs as. It refuses root, so a server started by root hands it to somebody else. */
export interface PostgresAccount {
  readonly uid: number;
  readonly gid: number;
  /** Whether the server process has to change to this account when it spawns Postgres. */
  readonly isForeign: boolean;
}

/**
 * Who Postgres runs as: this very account, unless it is root's. Then whoever owns the cluster already, else `postgres`, else
 * `nobody`. Undefined where the platform has no accounts (Windows).
 */
export function choosePostgresAccount(cluster: string): PostgresAccount | undefined {
  const uid = process.getuid?.();
  const gid = process.getgid?.();
  if (uid === undefined || gid === undefined) return undefined;
  if (uid !== 0) return { uid, gid, isForeign: false };
  const chosen = ownerOf(cluster) ?? passwdEntry('postgres') ?? passwdEntry('nobody') ?? { uid: 65534, gid: 65534 };
  return { ...chosen, isForeign: true };
}

/** Whether the account may pass through every folder above `path` and into `path` itself. */
export function canReach(path: string, account: PostgresAccount): boolean {
  if (!account.isForeign) return true;
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    const stat = statSync(folder);
    const bit = stat.uid === account.uid ? 0o100 : stat.gid === account.gid ? 0o010 : 0o001;
    if ((stat.mode & bit) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

/** The part of the options of `spawn` that changes to the account. */
export function spawnAs(account: PostgresAccount): { uid?: number; gid?: number } {
  return account.isForeign ? { uid: account.uid, gid: account.gid } : {};
}

function ownerOf(cluster: string): { uid: number; gid: number } | undefined {
  const stat = statSync(cluster, { throwIfNoEntry: false });
  return stat === undefined || stat.uid === 0 ? undefined : { uid: stat.uid, gid: stat.gid };
}

function passwdEntry(name: string): { uid: number; gid: number } | undefined {
  const line = readPasswd()
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid === undefined || gid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
}

function readPasswd(): string {
  try {
    return readFileSync('/etc/passwd', 'utf8');
  } catch {
    return '';
  }
}
