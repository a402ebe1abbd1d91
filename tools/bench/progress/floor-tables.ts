import type { Pool } from 'pg';

/** Connections of floor and bare server: as many as BookOrbit holds. */
export const POOL_SIZE = 10;

/** What floor and bare server read of a push; the benchmark always sends all of it. */
export interface PushBody {
  readonly document: string;
  readonly percentage: number;
  readonly progress: string;
  readonly device: string;
  readonly device_id: string;
}

const TABLES = `
  CREATE TABLE IF NOT EXISTS floor_files (id integer PRIMARY KEY, user_id integer NOT NULL, document text NOT NULL UNIQUE);
  CREATE TABLE IF NOT EXISTS floor_devices (user_id integer, device_id text, name text NOT NULL, seen_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, device_id));
  CREATE TABLE IF NOT EXISTS floor_device_progress (user_id integer, file_id integer REFERENCES floor_files (id), device_id text,
    percentage double precision NOT NULL, position text NOT NULL, read_at timestamptz NOT NULL, PRIMARY KEY (user_id, file_id, device_id));
  CREATE TABLE IF NOT EXISTS floor_file_progress (user_id integer, file_id integer REFERENCES floor_files (id), device_id text NOT NULL,
    device_name text NOT NULL, percentage double precision NOT NULL, position text NOT NULL, read_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, file_id));
  CREATE TABLE IF NOT EXISTS bare_progress (document text PRIMARY KEY, device_id text NOT NULL, device_name text NOT NULL,
    percentage double precision NOT NULL, position text NOT NULL, read_at timestamptz NOT NULL);`;

/** Makes the tables of both; the files come from FLOOR_DOCUMENTS, a JSON array of fingerprints. */
export async function createTables(pool: Pool): Promise<void> {
  await pool.query(TABLES);
  await pool.query(
    `INSERT INTO floor_files SELECT n, 1, document FROM jsonb_array_elements_text($1::jsonb) WITH ORDINALITY AS f (document, n)
     ON CONFLICT DO NOTHING`,
    [process.env['FLOOR_DOCUMENTS'] ?? '[]'],
  );
}
