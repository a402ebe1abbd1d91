import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { createTestDatabase, PluginDevice, StockDevice, type TestDatabase } from '@bookorbit/testing';
import type { BookState, ProgressHistory, SyncAnswer, SyncFeed } from '@bookorbit/contracts';
import { pino } from 'pino';
import { DataSource } from 'typeorm';
import { CleanFeed } from '../activity/clean-feed.ts';
import { KoreaderAccounts, Passwords } from '../auth/index.ts';
import { Clock } from '../clock/index.ts';
import { readEnvironment } from '../config/index.ts';
import { Transaction } from '../database/index.ts';
import { MIGRATED_SCHEMA } from '../database/test-database.ts';
import { createTestReader, type TestReader } from '../database/test-reader.ts';
import { EventBus } from '../events/index.ts';
import { createServer } from '../server.ts';

const GOLDEN = join(import.meta.dirname, '../../../../libs/contracts/golden/ok');
const EXCHANGES = ['book-states', 'page-stats', 'sync', 'sweeps'];
const EXAMPLE_HASH = '62ddbb74c0f63d63210a052e5dc2241f';
const NOW = new Date(1_795_000_003_000);

let database: TestDatabase;
let app: NestExpressApplication;
let dataSource: DataSource;
let origin: string;

beforeAll(async () => {
  database = await createTestDatabase(MIGRATED_SCHEMA);
  const environment = readEnvironment({ LOG_LEVEL: 'silent', DATA_DIR: join('/tmp', database.connection.database) });
  app = await createServer(environment, database.connection, pino({ level: 'silent' }));
  await app.listen(0, '127.0.0.1');
  origin = await app.getUrl();
  dataSource = app.get(DataSource);
  jest.spyOn(app.get(Clock), 'now').mockImplementation(() => NOW);
});
afterAll(async () => {
  await app?.close();
  await database?.drop();
});

interface Person extends TestReader {
  readonly device: (deviceId?: string, model?: string) => PluginDevice;
  readonly stock: () => StockDevice;
  readonly feed: () => Promise<SyncFeed>;
  readonly web: <T>(method: string, path: string, body?: object) => Promise<{ status: number; body: T }>;
}

let people = 0;

/** Somebody with devices and a browser. */
async function createPerson(books = 1): Promise<Person> {
  people += 1;
  const reader = await createTestReader(dataSource, books);
  const accounts = app.get(KoreaderAccounts);
  await accounts.create(reader.userId, `account ${people}`, 'device password');
  const { username, key } = await accounts.mintDeviceKey(reader.userId);
  const device = (deviceId = 'KOBO1', model = 'Kobo_nova') =>
    new PluginDevice({ origins: [origin], username, key }, deviceId, { utcOffsetMinutes: 0, isSilent: true }, model);
  const cookie = await signIn(reader.userId);
  const web = async <T>(method: string, path: string, body?: object) => {
    const response = await fetch(`${origin}/api/v1/${path}`, {
      method,
      headers: { cookie, 'sec-fetch-site': 'same-origin', ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as T };
  };
  const stock = () => new StockDevice({ origins: [origin], username, key }, 'Stock', 'STOCK1');
  return { ...reader, device, stock, web, feed: async () => (await web<SyncFeed>('GET', 'koreader/activity')).body };
}

/** A login like those the sign-in page begins. */
async function signIn(userId: number): Promise<string> {
  const password = 'web password';
  const passwordHash = await app.get(Passwords).hash(password);
  await dataSource.query(`UPDATE users SET password_hash = $2 WHERE id = $1`, [userId, passwordHash]);
  const [{ username }] = await dataSource.query(`SELECT username FROM users WHERE id = $1`, [userId]);
  const response = await fetch(`${origin}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password }),
  });
  expect(response.status).toBe(200);
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}

const examples = EXCHANGES.flatMap((exchange) =>
  readdirSync(join(GOLDEN, exchange))
    .filter((file) => file.endsWith('.request.json'))
    .map((file) => {
      const read = (name: string) => JSON.parse(readFileSync(join(GOLDEN, exchange, name), 'utf8')) as object;
      return {
        exchange,
        name: `${exchange}/${file.split('.')[0]}`,
        request: read(file),
        response: read(file.replace('request', 'response')),
      };
    }),
);

describe('the golden exchanges', () => {
  it.each(examples.map((example) => [example.name, example] as const))(
    '%s is answered to the letter',
    async (_name, example) => {
      const person = await createPerson();
      const [file] = person.files;
      await dataSource.query(`UPDATE books SET title = $2 WHERE id = $1`, [
        file?.bookId,
        "Alice's Adventures in Wonderland",
      ]);
      const request = JSON.parse(JSON.stringify(example.request).replaceAll(EXAMPLE_HASH, file?.hash ?? '')) as object;
      const answer = await person.device().post<object>(example.exchange, request);
      expect(answer.status).toBe(200);
      const body = JSON.stringify(answer.body)
        .replaceAll(file?.hash ?? '', EXAMPLE_HASH)
        .replaceAll(`"bookId":${file?.bookId}`, '"bookId":12')
        .replaceAll(`"bookFileId":${file?.fileId}`, '"bookFileId":34')
        .replace(/"libraryVersion":\d+/, '"libraryVersion":1');
      expect(JSON.parse(body)).toEqual(example.response);
    },
  );
});

const rows = [[1, 1_794_990_000, 60, 300]];
const placeAt = (percentage: number, timestamp: number) => ({
  percentage,
  progress: `/body/p[${Math.round(percentage * 100)}].0`,
  timestamp,
});

describe('POST plugin/sync', () => {
  it('changes nothing the second time, and answers the same place, state and watermark', async () => {
    const person = await createPerson();
    const request = {
      books: [
        {
          hash: person.files[0]?.hash,
          progress: placeAt(0.3, 1_794_999_000),
          pageStats: { rows },
          state: { status: 'reading', rating: 3 },
        },
      ],
    };
    const first = await person.device().post<SyncAnswer>('sync', request);
    const before = await contents(person.userId);
    const second = await person.device().post<SyncAnswer>('sync', request);
    expect(await contents(person.userId)).toEqual(before);
    expect(second.body.books[0]?.progress).toEqual(first.body.books[0]?.progress);
    expect(second.body.books[0]?.pageStats?.watermark).toBe(first.body.books[0]?.pageStats?.watermark);
    expect(second.body.books[0]?.state).toMatchObject({ status: 'reading', rating: 3, statusApplied: false });
  });

  it('tells at once what the place made of the status', async () => {
    const person = await createPerson();
    const request = { books: [{ hash: person.files[0]?.hash, progress: placeAt(0.99, 1_794_999_000), state: {} }] };
    for (let times = 0; times < 2; times += 1) {
      const answer = await person.device().post<SyncAnswer>('sync', request);
      expect(answer.body.books[0]?.state).toMatchObject({ status: 'complete' });
    }
  });

  it('does what the single routes do', async () => {
    const [one, many] = [await createPerson(), await createPerson()];
    const parts = { progress: placeAt(0.99, 1_794_999_000), state: { rating: 5, ratingChangedAt: 1_794_999_000 } };
    await one.device().post('sync', { books: [{ hash: one.files[0]?.hash, ...parts, pageStats: { rows } }] });
    const hash = many.files[0]?.hash;
    await many.device().post('progress', { items: [{ hash, ...parts.progress }] });
    await many.device().post('page-stats', { books: [{ hash, rows }] });
    await many.device().post('book-states', { books: [{ hash, ...parts.state }] });
    expect(await contents(one.userId)).toEqual(await contents(many.userId));
  });

  it('exchanges annotations and bookmarks, acks first, and asks the same again until they are acked', async () => {
    const person = await createPerson();
    const hash = person.files[0]?.hash;
    const nothingNew = { keys: [], keysComplete: false, changes: [] };
    const highlight = {
      datetime: '2026-11-18 10:00:00',
      drawer: 'lighten',
      color: 'yellow',
      text: 'down the rabbit-hole',
      posFormat: 'xpointer',
      pos0: '/body/DocFragment[2]/body/p[1]/text().0',
      pos1: '/body/DocFragment[2]/body/p[1]/text().20',
    };
    const dogEar = { datetime: '2026-11-18 10:05:00', pos: '/body/DocFragment[2]/body/p[4]/text().0', pageno: 12 };
    const sent = await person.device('KOBO1').post<SyncAnswer>('sync', {
      books: [
        { hash, annotations: { ...nothingNew, changes: [highlight] }, bookmarks: { ...nothingNew, changes: [dogEar] } },
      ],
    });
    expect(sent.body.books[0]).toMatchObject({
      annotations: { applied: { created: 1 }, toApply: { add: [], edit: [], delete: [] } },
      bookmarks: { accepted: 1, toApply: { add: [], delete: [] } },
    });
    const ask = { books: [{ hash, annotations: nothingNew, bookmarks: nothingNew }] };
    const asked = await person.device('PHONE').post<SyncAnswer>('sync', ask);
    const again = await person.device('PHONE').post<SyncAnswer>('sync', ask);
    expect(again.body.books[0]?.annotations?.toApply).toEqual(asked.body.books[0]?.annotations?.toApply);
    const [add] = asked.body.books[0]?.annotations?.toApply.add ?? [];
    const [addDogEar] = asked.body.books[0]?.bookmarks?.toApply.add ?? [];
    expect([add?.text, addDogEar?.pos]).toEqual([highlight.text, dogEar.pos]);
    const acked = await person.device('PHONE').post<SyncAnswer>('sync', {
      books: [
        {
          ...ask.books[0],
          acks: {
            annotations: {
              applied: [{ serverId: add?.serverId, version: add?.version, status: 'applied' }],
              deleted: [],
            },
            bookmarks: {
              applied: [
                {
                  serverId: addDogEar?.serverId,
                  status: 'applied',
                  key: 'a'.repeat(32),
                  datetime: '2026-11-18 11:00:00',
                  pos: dogEar.pos,
                },
              ],
              deleted: [],
            },
          },
        },
      ],
    });
    expect(acked.body.books[0]).toMatchObject({
      acks: { annotations: { acked: 1 }, bookmarks: { acked: 1 } },
      annotations: { toApply: { add: [] } },
      bookmarks: { toApply: { add: [] } },
    });
    const off = await person
      .device('TABLET')
      .post<SyncAnswer>('sync', { books: [{ ...ask.books[0], receive: false }] });
    expect(off.body.books[0]?.annotations?.toApply).toEqual({ add: [], edit: [], delete: [] });
  });

  it('commits all of a request or nothing', async () => {
    const person = await createPerson(2);
    await dataSource.query(
      `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.rating = 1 THEN RAISE 'no'; END IF; RETURN NEW; END $$`,
    );
    await dataSource.query(`CREATE TRIGGER refuse BEFORE INSERT ON book_states FOR EACH ROW EXECUTE FUNCTION refuse()`);
    const before = await contents(person.userId);
    const books = person.files.map(({ hash }) => ({
      hash,
      progress: placeAt(0.001, 1_794_999_000),
      pageStats: { rows },
      state: { rating: 1 },
    }));
    expect((await person.device().post('sync', { books })).status).toBe(500);
    await dataSource.query(`DROP TRIGGER refuse ON book_states`);
    expect(await contents(person.userId)).toEqual(before);
  });

  it('gives a device the newest place of another, as KOReader wrote it', async () => {
    const person = await createPerson();
    const hash = person.files[0]?.hash;
    await person.device('KOBO1').post('sync', { books: [{ hash, progress: placeAt(0.4, 1_794_999_500) }] });
    const late = await person
      .device('PHONE')
      .post<SyncAnswer>('sync', { books: [{ hash, progress: placeAt(0.2, 1_794_999_000) }] });
    expect(late.body.books[0]?.progress).toMatchObject({
      accepted: true,
      newest: {
        percentage: 0.4,
        own: false,
        quality: 'exact',
        candidates: [{ kind: 'exact', position: '/body/p[40].0' }, { kind: 'percent' }],
      },
    });
  });

  it('does not deadlock when two devices sync the same books in opposite order', async () => {
    const person = await createPerson(6);
    const send = (deviceId: string, hashes: string[], n: number) =>
      person.device(deviceId).post('sync', {
        books: hashes.map((hash) => ({
          hash,
          progress: placeAt(0.5, 1_794_990_000 + n),
          pageStats: { rows },
          state: { status: 'reading', statusChangedAt: 1_794_990_000 + n },
        })),
      });
    const hashes = person.files.map(({ hash }) => hash);
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) => (n % 2 ? send('KOBO1', hashes, n) : send('PHONE', hashes.toReversed(), n))),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  });

  it('sends the same number of statements whatever the batch', async () => {
    const count = async (books: number) => {
      const person = await createPerson(books);
      const entries = person.files.map(({ hash }, n) => ({
        hash,
        progress: placeAt(0.5, 1_794_990_000 + n),
        pageStats: { rows },
        state: { rating: 4 },
        annotations: { keys: [], keysComplete: false, changes: [] },
        bookmarks: { keys: [], keysComplete: false, changes: [] },
      }));
      const transactions: string[][] = [];
      const run = jest.spyOn(app.get(Transaction), 'run').mockImplementation((work) =>
        dataSource.transaction((tx) => {
          const statements: string[] = [];
          transactions.push(statements);
          const send = tx.query.bind(tx);
          tx.query = (sql, ...parameters) => {
            statements.push(sql);
            return send(sql, ...parameters);
          };
          return work(tx);
        }),
      );
      const answer = await person.device().post('sync', { books: entries });
      run.mockRestore();
      expect(answer.status).toBe(200);
      // The server does other things of its own meanwhile.
      return transactions.find((statements) => statements.some((sql) => sql.includes('device_book_states')))?.length;
    };
    const one = await count(1);
    expect(one).toBeGreaterThan(5);
    expect(await count(20)).toBe(one);
  });

  it('refuses whole what an older client gets wrong', async () => {
    const person = await createPerson();
    const answer = await person.device().post<{ field: string }>('sync', {
      protocol: undefined,
      books: [{ hash: person.files[0]?.hash, progress: placeAt(0.5, 1_794_990_000), state: { rating: 9 } }],
    });
    expect([answer.status, answer.body.field]).toEqual([400, 'books[0].state.rating']);
    expect(await contents(person.userId)).toMatchObject({ places: [] });
  });
});

describe('a place set by hand', () => {
  const sync = async (person: Person, deviceId: string, percentage: number, timestamp: number) => {
    const { body } = await person
      .device(deviceId)
      .post<SyncAnswer>('sync', { books: [{ hash: person.files[0]?.hash, progress: placeAt(percentage, timestamp) }] });
    return body.books[0]?.progress?.newest?.percentage;
  };
  const state = async ({ web, files }: Person) => (await web<BookState>('GET', `books/${files[0]?.bookId}/state`)).body;

  it('starts over, and no device that is further on undoes it before it has followed', async () => {
    const person = await createPerson();
    await sync(person, 'KOBO1', 0.99, 1_794_990_000);
    const book = person.files[0]?.bookId;
    expect((await person.web('POST', `books/${book}/progress/start-over`)).status).toBe(204);
    expect(await state(person)).toMatchObject({ status: 'rereading', readings: [{ outcome: 'finished' }, {}] });
    const later = NOW.getTime() / 1000;
    expect(await sync(person, 'KOBO1', 0.985, later)).toBe(0);
    expect(await sync(person, 'PHONE', 0.7, later)).toBe(0);
    expect(await state(person)).toMatchObject({ status: 'rereading' });
    expect(await sync(person, 'KOBO1', 0.04, later)).toBe(0.04);
    expect(await sync(person, 'PHONE', 0.7, later)).toBe(0.04);
    expect(await sync(person, 'PHONE', 0.72, later)).toBe(0.72);
  });

  it('steps back in the history, and stays there although a stock device says its old place again', async () => {
    const person = await createPerson();
    const { hash = '', bookId } = person.files[0] ?? {};
    await sync(person, 'PHONE', 0.4, 1_794_990_000);
    const stock = person.stock();
    await stock.push(hash, 0.99, '/body/p[99].0');
    expect(await state(person)).toMatchObject({ status: 'finished' });
    const history = (await person.web<ProgressHistory>('GET', `books/${bookId}/history`)).body.entries;
    const entryId = history.find(({ percentage }) => percentage === 0.4)?.id;
    expect((await person.web('POST', `books/${bookId}/progress/step-back`, { entryId })).status).toBe(204);
    await stock.push(hash, 0.99, '/body/p[99].0');
    expect((await stock.pull(hash)).body).toMatchObject({ percentage: 0.4, progress: '/body/p[40].0' });
    await stock.push(hash, 0.99, '/body/p[99].0');
    expect((await stock.pull(hash)).body).toMatchObject({ percentage: 0.4 });
    expect(await state(person)).toMatchObject({ status: 'reading', statusSetBy: 'user' });
    await stock.push(hash, 0.42, '/body/p[42].0');
    expect((await stock.pull(hash)).body).toMatchObject({ percentage: 0.42 });
  });

  it('is nobody else’s to set', async () => {
    const [person, stranger] = [await createPerson(), await createPerson()];
    await sync(person, 'KOBO1', 0.5, 1_794_990_000);
    const { bookId } = person.files[0] ?? {};
    const [entry] = (await person.web<ProgressHistory>('GET', `books/${bookId}/history`)).body.entries;
    const entryId = entry?.id;
    expect(entryId).toBeDefined();
    expect((await stranger.web('POST', `books/${bookId}/progress/start-over`)).status).toBe(404);
    const own = stranger.files[0]?.bookId;
    expect((await stranger.web('POST', `books/${own}/progress/step-back`, { entryId })).status).toBe(404);
  });
});

describe('the feed', () => {
  it('has a row for each request: what came, what went, what was refused and why', async () => {
    const person = await createPerson();
    const [file] = person.files;
    await person.device('PHONE').post('progress', { items: [{ hash: file?.hash, ...placeAt(0.9, 1_794_999_990) }] });
    await person.device().post('sync', {
      books: [
        { hash: file?.hash, progress: placeAt(0.2, 1_794_999_000), pageStats: { rows } },
        { hash: 'e'.repeat(32), progress: { percentage: 7 } },
      ],
    });
    await person.device().post('sync', { protocol: undefined, books: 'none' });
    const { entries } = await person.feed();
    expect(entries).toMatchObject([
      { exchange: 'sync', refused: [{ path: 'books' }], came: {} },
      {
        exchange: 'sync',
        deviceId: 'KOBO1',
        deviceName: 'Kobo_nova',
        books: [{ bookId: file?.bookId }],
        came: { books: 2, places: 2, pageStats: 1 },
        went: { places: 1 },
        refused: [{ reason: expect.stringContaining('eeee') }, { path: 'books[1].progress.percentage' }],
      },
      { exchange: 'progress', deviceId: 'PHONE', came: { places: 1 } },
    ]);
  });

  it('tells open pages at ease, however many devices sync', async () => {
    const person = await createPerson();
    const publish = jest.spyOn(app.get(EventBus), 'publish');
    for (let n = 0; n < 20; n += 1) await person.device(`D${n}`).post('progress', { items: [] });
    const told = publish.mock.calls.filter(
      ([, , audience]) => 'userId' in audience && audience.userId === person.userId,
    );
    publish.mockRestore();
    expect(told.length).toBeGreaterThan(0);
    expect(told.length).toBeLessThan(20);
    expect(told[0]?.[1]).toEqual({ type: 'koreader' });
  });

  it('lets entries go after 90 days', async () => {
    const person = await createPerson();
    await person.device().post('progress', { items: [] });
    await person.device().post('sync', { books: [] });
    await dataSource.query(
      `UPDATE sync_feed SET happened_at = $2::timestamptz - interval '91 days' WHERE user_id = $1 AND exchange = 'progress'`,
      [person.userId, NOW],
    );
    expect(await app.get(CleanFeed).run()).toBe(1);
    expect((await person.feed()).entries).toMatchObject([{ exchange: 'sync' }]);
  });

  it('goes on page by page', async () => {
    const person = await createPerson();
    for (let n = 0; n < 60; n += 1) await person.device().post('progress', { items: [] });
    const first = await person.feed();
    const second = (await person.web<SyncFeed>('GET', `koreader/activity?before=${first.next}`)).body;
    expect([first.entries.length, second.entries.length, second.next]).toEqual([50, 10, undefined]);
  });

  it('is narrowed to a device and to what came of it', async () => {
    const person = await createPerson();
    const hash = person.files[0]?.hash;
    await person.device('KOBO1').post('sync', { books: [{ hash, progress: placeAt(0.2, 1_794_999_000) }] });
    await person.device('PHONE').post('sync', { books: [{ hash }] });
    await person.device('PHONE').post('sync', { books: [{ hash: 'f'.repeat(32) }] });
    const found = async (query: string) =>
      (await person.web<SyncFeed>('GET', `koreader/activity?${query}`)).body.entries.map(({ deviceId }) => deviceId);
    expect(await found('deviceId=PHONE')).toEqual(['PHONE', 'PHONE']);
    expect(await found('outcome=came')).toEqual(['KOBO1']);
    expect(await found('outcome=refused')).toEqual(['PHONE']);
    expect((await found('outcome=went')).every((deviceId) => deviceId === 'PHONE')).toBe(true);
    expect(await found('deviceId=KOBO1&outcome=refused')).toEqual([]);
    expect((await person.web('GET', 'koreader/activity?outcome=lost')).status).toBe(400);
  });
});

describe('the registry of devices', () => {
  it('knows names, counts and the last sweep; renames, retires and forgets', async () => {
    const person = await createPerson();
    await person.device().post('sync', {
      books: [{ hash: person.files[0]?.hash, progress: placeAt(0.2, 1_794_999_000), pageStats: { rows } }],
    });
    await person.device().post('sweeps', { booksMatched: 4, pageStatsUploaded: 5, annotationsUpserted: 6 });
    expect((await person.web('PATCH', 'koreader/devices/KOBO1', { name: 'Bedside', isRetired: true })).status).toBe(
      204,
    );
    expect((await person.web('GET', 'koreader/devices/KOBO1')).body).toMatchObject({
      name: 'Bedside',
      model: 'Kobo_nova',
      isRetired: true,
      counts: { books: 1, pageStats: 1, sessions: 1 },
      lastSweep: { booksMatched: 4, pageStatsUploaded: 5, annotationsUpserted: 6 },
    });
    expect((await person.web('DELETE', 'koreader/devices/KOBO1')).status).toBe(204);
    expect((await person.web('GET', 'koreader/devices/KOBO1')).status).toBe(404);
    const again = await person
      .device()
      .post<SyncAnswer>('sync', { books: [{ hash: person.files[0]?.hash, pageStats: { rows: [] } }] });
    expect(again.body.books[0]).toMatchObject({
      progress: { newest: { percentage: 0.2 } },
      pageStats: { watermark: 0 },
    });
  });

  it('splits a copy of a device’s settings from the original', async () => {
    const person = await createPerson();
    const hash = person.files[0]?.hash;
    const libra = (percentage: number, n: number) =>
      person
        .device('SAME', 'Libra')
        .post('sync', { installId: 'a', books: [{ hash, progress: placeAt(percentage, 1_794_990_000 + n) }] });
    const clara = (percentage: number, n: number) =>
      person.device('SAME', 'Clara').post<SyncAnswer>('sync', {
        installId: 'a',
        books: [{ hash, progress: placeAt(percentage, 1_794_990_000 + n) }],
      });
    await libra(0.1, 1);
    await clara(0.2, 2);
    await libra(0.3, 3);
    const answer = await clara(0.25, 1);
    expect(answer.body.books[0]?.progress?.newest).toMatchObject({ percentage: 0.3, own: false });
    const devices = (await person.web<{ deviceId: string; name: string }[]>('GET', 'koreader/devices')).body;
    expect(devices.map(({ name }) => name).sort()).toEqual(['Clara', 'Libra']);
    const copy = devices.find(({ name }) => name === 'Clara');
    expect((await person.web('GET', `koreader/devices/${copy?.deviceId}`)).body).toMatchObject({ splitFrom: 'SAME' });
  });
});

/** All a user's devices brought, apart from whose row it is and numbers that only count. */
async function contents(userId: number): Promise<Record<string, unknown[]>> {
  const { manager } = dataSource;
  const all = (sql: string): Promise<unknown[]> => manager.query(sql, [userId]);
  return {
    places: await all(`SELECT device_id, percentage, xpointer, read_at FROM device_progress WHERE user_id = $1`),
    shared: await all(`SELECT device_id, percentage, xpointer, read_at FROM file_progress WHERE user_id = $1`),
    history: await all(
      `SELECT device_id, percentage, read_at FROM progress_history WHERE user_id = $1 ORDER BY sequence`,
    ),
    stats: await all(`SELECT start_time, page, duration, device_id FROM page_stats WHERE user_id = $1`),
    sessions: await all(`SELECT start_time, end_time, duration FROM reading_sessions WHERE user_id = $1`),
    states: await all(
      `SELECT status, status_set_by, status_at, rating, rating_at, review FROM book_states WHERE user_id = $1`,
    ),
    readings: await all(`SELECT ordinal, started_at, ended_at, outcome FROM book_readings WHERE user_id = $1`),
  };
}
