import { createHash } from 'node:crypto';
import { chownSync, lstatSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { OperatorError } from '../../config/operator-error.ts';
import { errnoOf } from './file-fault.ts';
import type { PostgresAccount } from './postgres-account.ts';

/** Every cluster has folders of its own for its socket, so all use Postgres's default number. */
export const SOCKET_PORT = 5432;

/** A socket's path has to fit a field of the kernel: 108 bytes on Linux, 104 on macOS, with a closing zero. */
const MAX_SOCKET_PATH_BYTES = 103;

/**
 * Where the cluster's unix socket lies: in the cluster itself, which nobody else may enter, or in a folder under /tmp when that
 * path is too long for a socket. Every process with the same cluster gets the same answer.
 */
export function chooseSocketFolder(files: string, account: PostgresAccount): string {
  const socket = join(files, `.s.PGSQL.${SOCKET_PORT}`);
  if (Buffer.byteLength(socket) <= MAX_SOCKET_PATH_BYTES) return files;
  const folder = join(
    '/tmp',
    `bookorbit-${account.uid}-${createHash('sha256').update(files).digest('hex').slice(0, 16)}`,
  );
  try {
    mkdirSync(folder, { mode: 0o700 });
    if (account.isForeign) chownSync(folder, account.uid, account.gid);
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
  }
  const stat = lstatSync(folder);
  if (!stat.isDirectory() || stat.uid !== account.uid || (stat.mode & 0o077) !== 0) {
    throw new OperatorError(`${folder} belongs to somebody else: remove it, or set DATA_DIR to a shorter path.`);
  }
  return folder;
}

/** Removes a folder under /tmp that was made for the socket of a Postgres that is now stopped. */
export function removeSocketFolder(cluster: { readonly files: string; readonly socketFolder: string }): void {
  if (cluster.socketFolder !== cluster.files) rmSync(cluster.socketFolder, { recursive: true, force: true });
}
