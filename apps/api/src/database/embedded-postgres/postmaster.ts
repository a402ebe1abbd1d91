import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from './cluster.ts';
import { SOCKET_PORT } from './socket-folder.ts';

const POLL_MILLISECONDS = 50;

/** The process id of the cluster's running postmaster; undefined when its pid file is absent, stale or names another process. */
export function findPostmaster(cluster: Pick<Cluster, 'files'>): number | undefined {
  const pid = readPidFile(cluster.files);
  return pid !== undefined && isPostgresOf(pid, cluster.files) ? pid : undefined;
}

/** Whether a postmaster runs and can be reached: cleaners of /tmp have been seen to take a socket away. */
export function isServing(cluster: Pick<Cluster, 'files' | 'socketFolder'>): boolean {
  return findPostmaster(cluster) !== undefined && existsSync(socketFile(cluster));
}

/** Asks the postmaster to end its sessions and stop, and waits until it is gone. */
export async function stopPostmaster(cluster: Pick<Cluster, 'files'>, patienceMilliseconds = 60_000): Promise<void> {
  // SIGINT is Postgres's fast shutdown; SIGQUIT leaves the rest to recovery at the next start.
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    const pid = findPostmaster(cluster);
    if (pid === undefined) return;
    send(pid, signal);
    if (await isGone(() => findPostmaster(cluster) === undefined, patienceMilliseconds)) return;
  }
}

/** Asks the postmaster to stop without waiting, for a process that is about to end. */
export function askPostmasterToStop(cluster: Pick<Cluster, 'files'>): void {
  const pid = findPostmaster(cluster);
  if (pid !== undefined) send(pid, 'SIGINT');
}

/**
 * Clears what a killed postmaster leaves behind. Postgres itself takes the pid of a zombie, or one that meanwhile belongs to
 * another program, for a running server and refuses to start. Processes that outlived their postmaster go first: two sets of them
 * on one cluster would destroy it. Call only when findPostmaster says that there is none.
 */
export async function removeLeftovers(cluster: Pick<Cluster, 'files' | 'socketFolder'>): Promise<void> {
  if (process.platform !== 'linux') return;
  const haveLeft = () => processesIn(cluster.files).length === 0;
  for (const signal of [undefined, 'SIGQUIT', 'SIGKILL'] as const) {
    if (signal !== undefined) for (const pid of processesIn(cluster.files)) send(pid, signal);
    if (await isGone(haveLeft, 5_000)) break;
  }
  rmSync(join(cluster.files, 'postmaster.pid'), { force: true });
  rmSync(`${socketFile(cluster)}.lock`, { force: true });
  rmSync(socketFile(cluster), { force: true });
}

function socketFile(cluster: Pick<Cluster, 'socketFolder'>): string {
  return join(cluster.socketFolder, `.s.PGSQL.${SOCKET_PORT}`);
}

function readPidFile(files: string): number | undefined {
  try {
    const pid = Number(readFileSync(join(files, 'postmaster.pid'), 'utf8').split('\n')[0]);
    return Number.isInteger(pid) && pid > 1 ? pid : undefined;
  } catch {
    return undefined;
  }
}

function isPostgresOf(pid: number, files: string): boolean {
  if (process.platform === 'linux') return isLiving(pid) && folderOf(pid) === files;
  try {
    const [state = '', command = ''] = execFileSync('ps', ['-o', 'state=,comm=', '-p', String(pid)], {
      encoding: 'utf8',
    })
      .trim()
      .split(/\s+/);
    return !state.startsWith('Z') && command.endsWith('postgres');
  } catch {
    return false;
  }
}

/** Processes whose working directory is the cluster: the postmaster's children never leave it. */
function processesIn(files: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid && folderOf(pid) === files && isLiving(pid) && commandOf(pid) === 'postgres');
}

function folderOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

/** A killed process stays as a zombie (Z) until its parent takes notice, which in a container may be never. */
function isLiving(pid: number): boolean {
  const state = statusField(pid, 'State');
  return state !== undefined && !/^[ZXx]/.test(state);
}

function commandOf(pid: number): string | undefined {
  return statusField(pid, 'Name');
}

function statusField(pid: number, name: string): string | undefined {
  try {
    const line = readFileSync(`/proc/${pid}/status`, 'utf8')
      .split('\n')
      .find((entry) => entry.startsWith(`${name}:`));
    return line?.slice(name.length + 1).trim();
  } catch {
    return undefined;
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended meanwhile.
  }
}

async function isGone(check: () => boolean, patienceMilliseconds: number): Promise<boolean> {
  const deadline = performance.now() + patienceMilliseconds;
  while (!check()) {
    if (performance.now() > deadline) return false;
    await sleep(POLL_MILLISECONDS);
  }
  return true;
}
