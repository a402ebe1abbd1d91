import type { DataSource } from 'typeorm';
import { OperatorError } from '../config/index.ts';

/** The oldest Postgres whose SQL we use. */
const OLDEST_MAJOR = 15;

/** @throws OperatorError when the database is older than what the schema needs. */
export async function checkServerVersion(dataSource: DataSource): Promise<void> {
  const [row] = await dataSource.query<{ version: string }[]>(
    `SELECT current_setting('server_version_num') AS version`,
  );
  const major = Math.floor(Number(row?.version) / 10_000);
  if (major < OLDEST_MAJOR) {
    throw new OperatorError(
      `The database is Postgres ${major}, and BookOrbit needs ${OLDEST_MAJOR} or newer; upgrade it, or leave DATABASE_URL out for the embedded one.`,
    );
  }
}
