import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '@bookorbit/testing';
import { MIGRATED_SCHEMA } from '../database/test-database.ts';
import { createTestReader, type TestReader } from '../database/test-reader.ts';
import { AnnotationServer } from './testing/annotation-server.ts';

const GOLDEN = join(import.meta.dirname, '../../../../libs/contracts/golden/ok');
const EXAMPLE_HASH = '62ddbb74c0f63d63210a052e5dc2241f';
/** Each begins where the one before it ended. */
const IN_ORDER = [
  'annotations-exchange/first',
  'annotations-exchange/other-device',
  'annotations-exchange-ack/applied-and-failed',
  'annotations-exchange/edited-and-deleted',
  'annotations-exchange/told',
  'annotations/one-way',
  'bookmarks-exchange/first',
  'bookmarks-exchange/other-device',
  'bookmarks-exchange-ack/applied',
  'bookmarks-exchange/deleted',
  'bookmarks-exchange/told',
];

let database: TestDatabase;
let server: AnnotationServer;
let reader: TestReader;

beforeAll(async () => {
  database = await createTestDatabase(MIGRATED_SCHEMA);
  server = await AnnotationServer.start(database.connection);
  await server.dataSource.query(`ALTER SEQUENCE annotations_id RESTART WITH 41`);
  reader = await createTestReader(server.dataSource);
  await server.dataSource.query(`UPDATE book_files SET content_changed_at = '2026-01-01'`);
  server.clock.seconds = 1_795_000_003;
});
afterAll(async () => {
  await server?.stop();
  await database?.drop();
});

const read = (name: string): string => readFileSync(join(GOLDEN, `${name}.json`), 'utf8');

async function answer(name: string): Promise<object> {
  const { hash = '', bookId = 0 } = reader.files[0] ?? {};
  const request = JSON.parse(read(`${name}.request`).replaceAll(EXAMPLE_HASH, hash)) as object;
  const body = JSON.stringify(await send(name.split('/')[0] ?? '', request));
  return JSON.parse(body.replaceAll(hash, EXAMPLE_HASH).replaceAll(`"bookId":${bookId},`, '"bookId":12,')) as object;
}

function send(exchange: string, request: object): Promise<object> {
  const { userId } = reader;
  switch (exchange) {
    case 'annotations':
      return server.upload(userId, request);
    case 'annotations-exchange':
      return server.exchange(userId, request);
    case 'annotations-exchange-ack':
      return server.ack(userId, request);
    case 'bookmarks-exchange':
      return server.exchangeBookmarks(userId, request);
    case 'bookmarks-exchange-ack':
      return server.ackBookmarks(userId, request);
    default:
      throw new Error(`no route for ${exchange}`);
  }
}

describe('the golden exchanges of annotations', () => {
  it('are answered as written, one after the other', async () => {
    for (const name of IN_ORDER) {
      expect([name, await answer(name)]).toEqual([name, JSON.parse(read(`${name}.response`))]);
    }
  });

  it('are all told here', () => {
    const folders = [...new Set(IN_ORDER.map((name) => name.split('/')[0] ?? ''))];
    const files = folders.flatMap((folder) => readdirSync(join(GOLDEN, folder)).map((file) => `${folder}/${file}`));
    expect(files.filter((file) => file.endsWith('.request.json')).sort()).toEqual(
      IN_ORDER.map((name) => `${name}.request.json`).sort(),
    );
  });
});
