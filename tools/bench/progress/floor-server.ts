/**
 * The floor of progress sync, a program of its own: the least that Express 5 and pg can do to keep a place durably. A push is one
 * transaction of one select and three upserts, a pull one transaction of one select; no accounts, no rules, no log.
 */
import type { AddressInfo } from 'node:net';
import express from 'express';
import { Pool, type PoolClient } from 'pg';
import { createTables, POOL_SIZE, type PushBody } from './floor-tables.ts';

const pool = new Pool({ connectionString: process.env['DATABASE_URL'], max: POOL_SIZE, application_name: 'floor' });

const FIND_FILE = `SELECT f.id, f.user_id, p.percentage FROM floor_files f
  LEFT JOIN floor_file_progress p ON p.user_id = f.user_id AND p.file_id = f.id WHERE f.document = $1`;
const SAVE_DEVICE = `INSERT INTO floor_devices AS d (user_id, device_id, name, seen_at) VALUES ($1, $2, $3, $4)
  ON CONFLICT (user_id, device_id) DO UPDATE SET name = excluded.name, seen_at = excluded.seen_at`;
const SAVE_DEVICE_PROGRESS = `INSERT INTO floor_device_progress (user_id, file_id, device_id, percentage, position, read_at)
  VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (user_id, file_id, device_id) DO UPDATE SET
  percentage = excluded.percentage, position = excluded.position, read_at = excluded.read_at`;
const SAVE_FILE_PROGRESS = `INSERT INTO floor_file_progress (user_id, file_id, device_id, device_name, percentage, position, read_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (user_id, file_id) DO UPDATE SET device_id = excluded.device_id,
  device_name = excluded.device_name, percentage = excluded.percentage, position = excluded.position, read_at = excluded.read_at`;
const FIND_PROGRESS = `SELECT p.percentage, p.position AS progress, p.device_name AS device, p.device_id, p.read_at
  FROM floor_files f JOIN floor_file_progress p ON p.user_id = f.user_id AND p.file_id = f.id WHERE f.document = $1`;

const app = express();
app.use(express.json());

app.put('/api/v1/koreader/syncs/progress', async (request, response) => {
  const push = request.body as PushBody;
  const now = new Date();
  await inTransaction(async (tx) => {
    const { rows } = await tx.query<{ id: number; user_id: number }>(FIND_FILE, [push.document]);
    const [file] = rows;
    if (!file) throw new Error('The floor was asked for a file it does not have.');
    await tx.query(SAVE_DEVICE, [file.user_id, push.device_id, push.device, now]);
    await tx.query(SAVE_DEVICE_PROGRESS, [file.user_id, file.id, push.device_id, push.percentage, push.progress, now]);
    await tx.query(SAVE_FILE_PROGRESS, [
      file.user_id,
      file.id,
      push.device_id,
      push.device,
      push.percentage,
      push.progress,
      now,
    ]);
  });
  response.json({ document: push.document, timestamp: Math.floor(now.getTime() / 1000) });
});

app.get('/api/v1/koreader/syncs/progress/:document', async (request, response) => {
  const { document } = request.params;
  const found = await inTransaction(
    async (tx) => (await tx.query<{ read_at: Date }>(FIND_PROGRESS, [document])).rows[0],
  );
  if (!found) throw new Error('The floor was asked for a file it does not have.');
  const { read_at, ...place } = found;
  response.json({ document, ...place, timestamp: Math.floor(read_at.getTime() / 1000) });
});

await createTables(pool);
const server = app.listen(Number(process.env['PORT']), 'localhost', () => {
  process.stdout.write(`http://localhost:${(server.address() as AddressInfo).port}\n`);
});

async function inTransaction<T>(work: (tx: PoolClient) => Promise<T>): Promise<T> {
  const tx = await pool.connect();
  try {
    await tx.query('BEGIN');
    const result = await work(tx);
    await tx.query('COMMIT');
    return result;
  } catch (error) {
    await tx.query('ROLLBACK');
    throw error;
  } finally {
    tx.release();
  }
}
