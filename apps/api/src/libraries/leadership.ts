import type { PoolClient } from 'pg';
import type { DataSource, QueryRunner } from 'typeorm';

/**
 * One process of all leads. The lead is a lock of a database connection: it falls to another process as soon as the connection ends,
 * whatever ended it.
 */
export class Leadership {
  private runner: QueryRunner | undefined;

  constructor(
    private readonly dataSource: DataSource,
    private readonly lock: number,
  ) {}

  /** Whether this process leads now; takes the lead if nobody has it. */
  async isOurs(): Promise<boolean> {
    if (this.runner) {
      if (await isAlive(this.runner)) return true;
      await this.resign();
    }
    const runner = this.dataSource.createQueryRunner();
    try {
      const client = (await runner.connect()) as PoolClient;
      client.once('error', () => undefined);
      const [row] = (await runner.query(`SELECT pg_try_advisory_lock($1) AS "isOurs"`, [this.lock])) as {
        isOurs: boolean;
      }[];
      if (row?.isOurs) this.runner = runner;
    } finally {
      if (this.runner !== runner) await runner.release();
    }
    return this.runner !== undefined;
  }

  async resign(): Promise<void> {
    const { runner } = this;
    this.runner = undefined;
    await runner?.query(`SELECT pg_advisory_unlock($1)`, [this.lock]).catch(() => undefined);
    await runner?.release().catch(() => undefined);
  }
}

async function isAlive(runner: QueryRunner): Promise<boolean> {
  try {
    await runner.query('SELECT 1');
    return true;
  } catch {
    return false;
  }
}
