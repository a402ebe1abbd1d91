import type { DataSource } from 'typeorm';
import { ADVISORY_LOCKS } from './advisory-locks.ts';

/** Brings the schema up to date. Several processes may call it at once. */
export async function migrate(dataSource: DataSource): Promise<void> {
  const runner = dataSource.createQueryRunner();
  try {
    await runner.query(`SET statement_timeout = 0`);
    await runner.query(`SELECT pg_advisory_lock($1)`, [ADVISORY_LOCKS.migration]);
    try {
      await dataSource.runMigrations({ transaction: 'each' });
    } finally {
      await runner.query(`SELECT pg_advisory_unlock($1)`, [ADVISORY_LOCKS.migration]);
      await runner.query(`RESET statement_timeout`);
    }
  } finally {
    await runner.release();
  }
}
