import { chownSync, closeSync, existsSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PostgresAccount } from './postgres-account.ts';

const SQLITE_BUSY = 5;
const POLL_MILLISECONDS = 40;

/**
 * A lock between processes that ends with its holder, however that dies. Node has no flock; SQLite, which it brings, takes the
 * kernel's locks, so a file that nobody writes to serves as one, without stale pid files to judge.
 */
export class FileLock {
  readonly #database: DatabaseSync;

  constructor(path: string, owner: PostgresAccount) {
    const isNew = !existsSync(path);
    // SQLite would create it with its first lock, which another process that starts now may hold.
    if (isNew) closeSync(openSync(path, 'a'));
    if (isNew && owner.isForeign) chownSync(path, owner.uid, owner.gid);
    this.#database = new DatabaseSync(path, { timeout: 0 });
  }

  /** Waits until nobody else holds the lock. False when `timeoutMilliseconds` passed first. */
  async acquireAlone(timeoutMilliseconds = Infinity): Promise<boolean> {
    const deadline = performance.now() + timeoutMilliseconds;
    while (!this.tryAlone()) {
      if (performance.now() > deadline) return false;
      await sleep(POLL_MILLISECONDS);
    }
    return true;
  }

  /** Takes the lock if nobody else holds it, in any way. */
  tryAlone(): boolean {
    return this.#try('BEGIN EXCLUSIVE');
  }

  /** Holds the lock beside others who share it. False when somebody holds it alone. */
  tryShared(): boolean {
    // A transaction takes its lock with the first read.
    return this.#try('BEGIN; SELECT count(*) FROM sqlite_schema');
  }

  release(): void {
    if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  #try(statement: string): boolean {
    try {
      this.#database.exec(statement);
      return true;
    } catch (error) {
      this.release();
      if (isBusy(error)) return false;
      throw error;
    }
  }
}

function isBusy(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'errcode' in error && error.errcode === SQLITE_BUSY;
}
