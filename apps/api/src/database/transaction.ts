import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';

/** Runs a use case's load, decide and save as one transaction. */
@Injectable()
export class Transaction {
  constructor(private readonly dataSource: DataSource) {}

  /** @returns What `work` returns, once committed; a throw rolls everything back. */
  run<T>(work: (tx: EntityManager) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(work);
  }
}
