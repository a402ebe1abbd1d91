/** As little as a server can be, a program of its own: Node's own HTTP and, for each push, one upsert; for each pull, one select. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'pg';
import { createTables, POOL_SIZE, type PushBody } from './floor-tables.ts';

const pool = new Pool({ connectionString: process.env['DATABASE_URL'], max: POOL_SIZE, application_name: 'bare' });

const SAVE = `INSERT INTO bare_progress (document, device_id, device_name, percentage, position, read_at) VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (document) DO UPDATE SET device_id = excluded.device_id, device_name = excluded.device_name,
  percentage = excluded.percentage, position = excluded.position, read_at = excluded.read_at`;
const FIND = `SELECT document, percentage, position AS progress, device_name AS device, device_id, read_at FROM bare_progress WHERE document = $1`;

const server = createServer((request, response) => {
  answer(request).then(
    (body) => {
      const text = JSON.stringify(body);
      response
        .writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
        .end(text);
    },
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
});

async function answer(request: IncomingMessage): Promise<object> {
  if (request.method !== 'PUT') return pull(request.url?.split('/').pop() ?? '');
  const push = JSON.parse(await textOf(request)) as PushBody;
  const now = new Date();
  await pool.query(SAVE, [push.document, push.device_id, push.device, push.percentage, push.progress, now]);
  return { document: push.document, timestamp: Math.floor(now.getTime() / 1000) };
}

async function pull(document: string): Promise<object> {
  const [row] = (await pool.query<{ read_at: Date }>(FIND, [document])).rows;
  if (!row) return {};
  const { read_at, ...place } = row;
  return { ...place, timestamp: Math.floor(read_at.getTime() / 1000) };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

await createTables(pool);
server.listen(Number(process.env['PORT']), 'localhost', () => {
  process.stdout.write(`http://localhost:${(server.address() as AddressInfo).port}\n`);
});
