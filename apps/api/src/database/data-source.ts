import type { DataSourceOptions } from 'typeorm';
import type { PostgresDataSourceOptions } from 'typeorm/driver/postgres/PostgresDataSourceOptions.js';
import { type DatabaseConnection, typeormConnection } from './connection.ts';
import { ENTITIES } from './entities.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { PreparingClient } from './preparing-client.ts';

/** Connections one server process holds at most. */
const POOL_SIZE = 10;

/** @returns The options of the one data source, for Nest, the admin commands and the specs alike. */
export function dataSourceOptions(connection: DatabaseConnection): DataSourceOptions {
  return {
    type: 'postgres',
    ...typeormConnection(connection),
    applicationName: 'bookorbit',
    entities: ENTITIES,
    migrations: MIGRATIONS,
    migrationsTableName: 'migrations',
    synchronize: false,
    installExtensions: false,
    logging: false,
    poolSize: POOL_SIZE,
    extra: {
      Client: PreparingClient,
      idleTimeoutMillis: 60_000,
      connectionTimeoutMillis: 10_000,
      statement_timeout: 60_000,
    },
  } as PostgresDataSourceOptions;
}
