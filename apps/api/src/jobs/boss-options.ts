import type { ConstructorOptions } from 'pg-boss';
import type { DataSource, EntityManager } from 'typeorm';
import type { PostgresDataSourceOptions } from 'typeorm/driver/postgres/PostgresDataSourceOptions.js';

/** Schema of the job tables, apart from ours. */
const SCHEMA = 'pgboss';
/** Connections of the job queue's own, so that polling never waits for requests or the reverse. */
const POOL_SIZE = 3;

/** How pg-boss reaches the database the data source is connected to. */
export function bossOptions(dataSource: DataSource): ConstructorOptions {
  const { url, host, port, username, password, database, ssl } = dataSource.options as PostgresDataSourceOptions;
  return {
    ...(url === undefined
      ? { host, port, user: username, password: password as string | undefined, database, ssl }
      : { connectionString: url, ssl }),
    application_name: 'bookorbit jobs',
    schema: SCHEMA,
    max: POOL_SIZE,
    useListenNotify: true,
    // A dead process is noticed within its heartbeat and one of these rounds.
    superviseIntervalSeconds: 15,
    monitorIntervalSeconds: 15,
  };
}

/** Lets pg-boss write through a transaction of ours: the job exists if and only if the transaction commits. */
export function bossDatabase(tx: EntityManager): {
  executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
} {
  return {
    async executeSql(text, values) {
      const { queryRunner } = tx;
      if (!queryRunner) throw new Error('A job can only be sent through a transaction');
      const result = await queryRunner.query(text, values, true);
      return { rows: result.records };
    },
  };
}
