import { AsyncLocalStorage } from 'node:async_hooks';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import {
  createTestDatabase,
  type DeviceAnswer,
  makeThreeChapters,
  PluginDevice,
  StockDevice,
  type TestDatabase,
} from '@bookorbit/testing';
import type { AnnotationExchangeAnswer, BookmarkExchangeAnswer } from '@bookorbit/contracts';
import { pino } from 'pino';
import { DataSource } from 'typeorm';
import { AnnounceSyncs } from './activity/announce-syncs.ts';
import { AnchorAnnotations } from './annotations/anchor-annotations.ts';
import { KoreaderAccounts } from './auth/index.ts';
import { readEnvironment } from './config/index.ts';
import { PreparingClient } from './database/preparing-client.ts';
import { MIGRATED_SCHEMA } from './database/test-database.ts';
import { createTestReader } from './database/test-reader.ts';
import { BookTranslator } from './positions/index.ts';
import { createServer } from './server.ts';
import { NewestPlaces } from './sync/newest-places.ts';

const START = 1_794_900_000;
const ask = PreparingClient.prototype.query;
/** Both more than one, so that plural is plural; within the limits of every route. */
const [FEW, MANY] = [2, 18];
const NOTHING_NEW = { keys: [], keysComplete: false, changes: [] };

/** Set while a request is answered: jobs and timers of the server ask the database meanwhile, too. */
const answering = new AsyncLocalStorage<{ statements: number }>();
let counted: { statements: number } | undefined;

let database: TestDatabase;
let app: NestExpressApplication;
let origin: string;
/** Of books that lie on the disk. */
let folder: string;

/** Longer than any book of these takes to be read, in milliseconds. */
const A_BUSY_MACHINE = 60_000;

beforeAll(async () => {
  database = await createTestDatabase(MIGRATED_SCHEMA);
  const environment = readEnvironment({ LOG_LEVEL: 'silent', DATA_DIR: join('/tmp', database.connection.database) });
  app = await createServer(environment, database.connection, pino({ level: 'silent' }));
  app.getHttpServer().prependListener('request', () => answering.enterWith(counted ?? { statements: 0 }));
  jest.spyOn(PreparingClient.prototype, 'query').mockImplementation(function (this: PreparingClient, ...query) {
    const request = answering.getStore();
    if (request) request.statements += 1;
    return ask.apply(this, query);
  });
  // Open pages are told once a second, whatever happens: that belongs to no request.
  jest.spyOn(app.get(AnnounceSyncs), 'note').mockReturnValue();
  // What a busy machine does not look up in time goes on behind the answer: here it is waited for.
  const anchorAnnotations = app.get(AnchorAnnotations);
  jest
    .spyOn(anchorAnnotations, 'runWithin')
    .mockImplementation((_milliseconds, userId, bookFileIds) =>
      bookFileIds.length === 0 ? Promise.resolve() : anchorAnnotations.run({ userId, bookFileIds }),
    );
  const newestPlaces = app.get(NewestPlaces);
  const findNewest = newestPlaces.run.bind(newestPlaces);
  jest
    .spyOn(newestPlaces, 'run')
    .mockImplementation((userId, deviceId, newest) => findNewest(userId, deviceId, newest, A_BUSY_MACHINE));
  await app.listen(0, '127.0.0.1');
  origin = await app.getUrl();
  folder = mkdtempSync(join(tmpdir(), 'bookorbit-spec-'));
});
afterAll(async () => {
  await app?.close();
  await database?.drop();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

/** Somebody with so many books, and two devices. */
interface Person {
  readonly userId: number;
  readonly hashes: readonly string[];
  readonly kobo: PluginDevice;
  readonly phone: PluginDevice;
  readonly stock: StockDevice;
}

let people = 0;

async function createPerson(books: number): Promise<Person> {
  people += 1;
  const { userId, files } = await createTestReader(app.get(DataSource), books);
  await app.get(KoreaderAccounts).create(userId, `account ${people}`, 'device password');
  const account = { origins: [origin], ...(await app.get(KoreaderAccounts).mintDeviceKey(userId)) };
  const device = (id: string) => new PluginDevice(account, id, { utcOffsetMinutes: 0, isSilent: true }, id);
  return {
    userId,
    hashes: files.map(({ hash }) => hash),
    kobo: device('KOBO'),
    phone: device('PHONE'),
    stock: new StockDevice(account, 'Stock', 'STOCK'),
  };
}

/** Statements of one request, BEGIN and COMMIT and the line in the feed included. */
async function statementsOf(send: () => Promise<DeviceAnswer>): Promise<number> {
  const own = { statements: 0 };
  counted = own;
  const { status } = await send();
  counted = undefined;
  // What was built of books is kept behind the answer.
  await app.get(BookTranslator).settled();
  expect(status).toBe(200);
  return own.statements;
}

/** Puts the books of a user where they are on record. */
async function layOnDisk(userId: number): Promise<void> {
  const dataSource = app.get(DataSource);
  await dataSource.query(
    `UPDATE library_folders SET path = $2 WHERE library_id IN (SELECT library_id FROM library_access WHERE user_id = $1)`,
    [userId, folder],
  );
  const files = await dataSource.query<{ id: number; path: string }[]>(
    `SELECT f.id, f.path FROM book_files f JOIN library_access a USING (library_id) WHERE a.user_id = $1`,
    [userId],
  );
  for (const { id, path } of files) {
    writeFileSync(join(folder, path), makeThreeChapters());
    const { size, mtimeMs } = statSync(join(folder, path));
    await dataSource.query(`UPDATE book_files SET size = $2, mtime_ms = $3 WHERE id = $1`, [
      id,
      size,
      Math.floor(mtimeMs),
    ]);
  }
}

const highlight = (n: number) => ({
  datetime: `2026-11-18 10:00:${String(n).padStart(2, '0')}`,
  drawer: 'lighten',
  color: 'yellow',
  text: `words ${n}`,
  posFormat: 'xpointer',
  pos0: `/body/DocFragment[2]/body/p[${n + 1}]/text().0`,
  pos1: `/body/DocFragment[2]/body/p[${n + 1}]/text().9`,
});
const dogEar = (n: number) => ({
  datetime: `2026-11-18 11:00:${String(n).padStart(2, '0')}`,
  pos: `/body/DocFragment[2]/body/p[${n + 1}]/text().0`,
});
const rowsOf = (count: number) => Array.from({ length: count }, (_, n) => [n + 1, START + n * 4000, 60, 300]);
const unknown = (n: number) => n.toString(16).padStart(32, 'e');

/** Each sends `count` things, of which one is a document nobody knows. */
const EXCHANGES: Readonly<Record<string, (person: Person, count: number) => Promise<DeviceAnswer>>> = {
  'match-check': ({ kobo, hashes }) =>
    kobo.matchCheck([...hashes, unknown(1)].map((hash) => ({ hash, title: `Title of ${hash}` }))),
  progress: ({ kobo, hashes }) =>
    kobo.progress(
      [...hashes, unknown(2)].map((hash) => ({ hash, percentage: 0.5, progress: '/body/p[5].0', timestamp: START })),
    ),
  'page-stats of many books': ({ kobo, hashes }) =>
    kobo.post('page-stats', { books: [...hashes, unknown(3)].map((hash) => ({ hash, rows: rowsOf(3), rowCount: 3 })) }),
  'page-stats of many rows': ({ kobo, hashes }, count) =>
    kobo.post('page-stats', { books: [{ hash: hashes[0], rows: rowsOf(count * 100), rowCount: count * 100 }] }),
  'book-states': ({ kobo, hashes }) =>
    kobo.post('book-states', {
      books: [...hashes, unknown(4)].map((hash) => ({ hash, status: 'reading', rating: 4, reviewNote: 'Good' })),
    }),
  'annotations/exchange of many books': ({ kobo, hashes }) =>
    kobo.post('annotations/exchange', {
      books: [...hashes, unknown(5)].map((hash, n) => ({ hash, ...NOTHING_NEW, changes: [highlight(n)] })),
    }),
  'annotations/exchange of many highlights': ({ kobo, hashes }, count) =>
    kobo.post('annotations/exchange', {
      books: [{ hash: hashes[0], ...NOTHING_NEW, changes: Array.from({ length: count }, (_, n) => highlight(n)) }],
    }),
  annotations: ({ kobo, hashes }) =>
    kobo.post('annotations', { books: hashes.map((hash, n) => ({ hash, annotations: [highlight(n)] })) }),
  'bookmarks/exchange': ({ kobo, hashes }) =>
    kobo.post('bookmarks/exchange', {
      books: [...hashes, unknown(6)].map((hash, n) => ({ hash, ...NOTHING_NEW, changes: [dogEar(n)] })),
    }),
  sync: ({ kobo, hashes }) =>
    kobo.post('sync', {
      books: [...hashes, unknown(7)].map((hash, n) => ({
        hash,
        progress: { percentage: 0.5, progress: '/body/p[5].0', timestamp: START },
        pageStats: { rows: rowsOf(3), rowCount: 3 },
        state: { status: 'reading', rating: 4 },
        annotations: { ...NOTHING_NEW, changes: [highlight(n)] },
        bookmarks: { ...NOTHING_NEW, changes: [dogEar(n)] },
      })),
    }),
};

describe('the number of statements of a request', () => {
  it.each(Object.entries(EXCHANGES))('does not depend on how much it brings: %s', async (_route, exchange) => {
    const [few, many] = [await createPerson(FEW), await createPerson(MANY)];
    const first = await statementsOf(() => exchange(few, FEW));
    expect(first).toBeGreaterThan(3);
    expect(await statementsOf(() => exchange(many, MANY))).toBe(first);
    const again = await statementsOf(() => exchange(few, FEW));
    expect(await statementsOf(() => exchange(many, MANY))).toBe(again);
    expect(again).toBeLessThanOrEqual(first);
  });

  it('does not depend on how many books have to be looked into', async () => {
    const other = { domVersion: 20200824 };
    const count = async (books: number) => {
      const { userId, hashes, kobo, phone } = await createPerson(books);
      await layOnDisk(userId);
      const sync = (device: PluginDevice, more: (n: number) => object) =>
        statementsOf(() => device.post('sync', { books: hashes.map((hash, n) => ({ hash, ...more(n) })) }));
      const percentage = 0.4;
      // Looked up behind the answer; then a device that counts parts in another way asks for the place and all highlights.
      const brought = await sync(phone, (n) => ({
        progress: { percentage, progress: '/body/DocFragment[2]/body/p[1]/text().3', timestamp: START },
        annotations: { ...NOTHING_NEW, changes: [highlight(n)] },
      }));
      const built = await sync(kobo, () => ({ annotations: NOTHING_NEW, ...other }));
      // As in another process: the tables are on record, but no book is at hand.
      await app.get(BookTranslator).onModuleDestroy();
      const cold = await sync(kobo, () => ({ annotations: NOTHING_NEW, ...other }));
      const warm = await sync(kobo, () => ({ annotations: NOTHING_NEW, ...other }));
      return { brought, built, cold, warm };
    };
    const [few, many] = [await count(FEW), await count(MANY)];
    expect([many.cold, many.warm]).toEqual([few.cold, few.warm]);
    // Place and highlights are looked up at once: whether the second still has to build what the first did is chance.
    expect(Math.abs(many.brought - few.brought)).toBeLessThanOrEqual(1);
    expect(Math.abs(many.built - few.built)).toBeLessThanOrEqual(1);
  });

  it.each(['annotations', 'bookmarks'] as const)('does not depend on how much is acknowledged: %s', async (kind) => {
    const count = async (notes: number) => {
      const person = await createPerson(1);
      const [hash] = person.hashes;
      const changes = Array.from({ length: notes }, (_, n) => (kind === 'annotations' ? highlight(n) : dogEar(n)));
      await person.kobo.post(`${kind}/exchange`, { books: [{ hash, ...NOTHING_NEW, changes }] });
      const asked = await person.phone.post<AnnotationExchangeAnswer & BookmarkExchangeAnswer>(`${kind}/exchange`, {
        books: [{ hash, ...NOTHING_NEW }],
      });
      const add = asked.body.results[0]?.toApply.add ?? [];
      expect(add).toHaveLength(notes);
      const applied = add.map((offer, n) => ({
        serverId: offer.serverId,
        version: 'version' in offer ? offer.version : 1,
        status: 'applied',
        key: unknown(n),
        datetime: '2026-11-18 12:00:00',
        pos: '/body/DocFragment[2]/body/p[1]/text().0',
      }));
      return statementsOf(() => person.phone.post(`${kind}/exchange-ack`, { books: [{ hash, applied, deleted: [] }] }));
    };
    expect(await count(MANY)).toBe(await count(FEW));
  });

  it('is small on the stock routes: three for a page turned, two to ask for the place', async () => {
    const { stock, hashes } = await createPerson(1);
    const [hash = ''] = hashes;
    await stock.push(hash, 0.4, '/body/p[4].0');
    // The account, what is known, the place with its history. The line in the feed is written later, with others.
    expect(await statementsOf(() => stock.push(hash, 0.5, '/body/p[5].0'))).toBe(3);
    expect(await statementsOf(() => stock.pull(hash))).toBe(2);
  });
});
