import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';

/** Times a transaction is begun before a deadlock is passed on to the caller. */
const ATTEMPTS = 5;

/** Runs a use case's load, decide and save as one transaction. */
@Injectable()
export class Transaction {
  constructor(private readonly dataSource: DataSource) {}

  /** @returns What `work` returns, once committed; a throw rolls everything back. */
  run<T>(work: (tx: EntityManager) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(work);
  }

  /**
   * As `run`, but begun again when Postgres gave it up because it and others waited for each other. For work that locks rows in an order of
   * its own, and that changes nothing but the database.
   */
  async runPersistently<T>(work: (tx: EntityManager) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.run(work);
      } catch (error) {
        if (attempt === ATTEMPTS || !isDeadlock(error)) throw error;
      }
    }
  }
}

function isDeadlock(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '40P01';
}
