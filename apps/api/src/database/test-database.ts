import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import type { DatabaseConnection } from './connection.ts';
import { dataSourceOptions } from './data-source.ts';
import { migrate } from './migrate.ts';

const MIGRATIONS_FOLDER = join(import.meta.dirname, 'migrations');

/** The server's schema, for `createTestDatabase` of the specs: migrated once a run, then copied for each spec. */
export const MIGRATED_SCHEMA = {
  key: digestOfMigrations(),
  async migrate(connection: DatabaseConnection): Promise<void> {
    const dataSource = await new DataSource(dataSourceOptions(connection)).initialize();
    try {
      await migrate(dataSource);
    } finally {
      await dataSource.destroy();
    }
  },
};

function digestOfMigrations(): string {
  const digest = createHash('sha256');
  for (const name of readdirSync(MIGRATIONS_FOLDER).sort()) {
    digest.update(name).update(readFileSync(join(MIGRATIONS_FOLDER, name)));
  }
  return digest.digest('hex');
}
