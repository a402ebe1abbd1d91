export { type EmbeddedPostgres, type EmbeddedPostgresOptions, startEmbeddedPostgres } from './embedded-postgres.ts';
export type { Log, PostgresConnection } from './postgres-connection.ts';
