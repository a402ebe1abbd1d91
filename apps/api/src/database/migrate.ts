import type { DataSource } from 'typeorm';

/** Any number; every server process asks for the same lock, so that one migrates and the others wait. */
const MIGRATION_LOCK = 4_172_026;

/** Brings the schema up to date. Several processes may call it at once. */
export async function migrate(dataSource: DataSource): Promise<void> {
  const runner = dataSource.createQueryRunner();
  try {
    await runner.query(`SET statement_timeout = 0`);
    await runner.query(`SELECT pg_advisory_lock($1)`, [MIGRATION_LOCK]);
    try {
      await dataSource.runMigrations({ transaction: 'each' });
    } finally {
      await runner.query(`SELECT pg_advisory_unlock($1)`, [MIGRATION_LOCK]);
      await runner.query(`RESET statement_timeout`);
    }
  } finally {
    await runner.release();
  }
}
