import type { PostgresDataSourceOptions } from 'typeorm/driver/postgres/PostgresDataSourceOptions.js';

/** How to reach a database: an address, or the socket folder and account of an embedded one. */
export type DatabaseConnection =
  | { readonly url: string }
  | {
      readonly host: string;
      readonly port: number;
      readonly user: string;
      readonly password: string;
      readonly database: string;
    };

/** @returns The same connection in TypeORM's words. */
export function typeormConnection(connection: DatabaseConnection): Partial<PostgresDataSourceOptions> {
  if ('url' in connection) return { url: connection.url };
  const { host, port, user, password, database } = connection;
  return { host, port, username: user, password, database };
}
