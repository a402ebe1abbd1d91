import type {
  AnnotationExchangeAnswer,
  BookDetail,
  CurrentBook,
  DeviceKeySummary,
  DeviceSummary,
  FailedAnnotation,
  HeldDeletes,
  HighlightOfTheDay,
  MatchedBook,
  PendingDelete,
  PluginActivity,
  ProgressHistory,
  ReadingLog,
  SyncCheck,
  SyncFeed,
  SyncFinding,
  UnmatchedDocument,
} from '@bookorbit/contracts';
import { createTestDatabase, PluginDevice, StockDevice } from '@bookorbit/testing';
import { bookOf, highlight, keyOf } from '../annotations/testing/device-notes.ts';
import { MIGRATED_SCHEMA } from '../database/test-database.ts';
import { countStatements } from '../database/test-reader.ts';
import { PluginActivityRepository } from '../activity/plugin-activity.repository.ts';
import { SyncFactsRepository } from '../activity/sync-facts.repository.ts';
import { type Person, SpecServer } from './testing/person-at-server.ts';

let server: SpecServer;

beforeAll(async () => {
  server = await SpecServer.start(await createTestDatabase(MIGRATED_SCHEMA));
});
afterAll(() => server?.stop());

const device = ({ paired }: Person, deviceId = 'KOBO1'): PluginDevice =>
  new PluginDevice(paired, deviceId, { utcOffsetMinutes: 0, isSilent: true });
const stock = ({ paired }: Person): StockDevice => new StockDevice(paired, 'Stock', 'STOCK1');

const READ_AT = 1_794_990_000;

async function read(reader: PluginDevice, hash: string | undefined, percentage: number, at = READ_AT): Promise<void> {
  const { status } = await reader.post('sync', {
    books: [
      {
        hash,
        progress: { percentage, progress: '/body/DocFragment[2]/body/p[1]/text().0', timestamp: at },
        pageStats: {
          rows: [
            [31, at, 60, 100],
            [40, at + 60, 60, 100],
          ],
        },
      },
    ],
  });
  expect(status).toBe(200);
}

async function exchange(reader: PluginDevice, book: object): Promise<AnnotationExchangeAnswer> {
  const { status, body } = await reader.post<AnnotationExchangeAnswer>('annotations/exchange', { books: [book] });
  expect(status).toBe(200);
  return body;
}

const placesOf = async (person: Person, n = 0): Promise<BookDetail['places']> =>
  (await person.get<BookDetail>(`books/${person.files[n]?.bookId}`)).places;

describe('the place of a book', () => {
  it('becomes that of the source somebody chose, and goes back by the history', async () => {
    const person = await server.addPerson();
    const [file] = person.files;
    await read(device(person, 'KOBO'), file?.hash, 0.3);
    await read(device(person, 'PHONE'), file?.hash, 0.6, READ_AT + 500);
    expect((await placesOf(person)).map(({ percentage }) => percentage)).toEqual([0.6, 0.3]);
    const use = { fileId: file?.fileId, deviceId: 'KOBO' };
    expect(await person.send('POST', `books/${file?.bookId}/progress/use`, use)).toBe(204);
    expect((await placesOf(person))[0]).toMatchObject({ percentage: 0.3, source: 'web', isCanonical: true });
    // The phone hears of it, and does not throw it back by saying again where it was.
    await read(device(person, 'PHONE'), file?.hash, 0.6, READ_AT + 500);
    expect((await placesOf(person)).find(({ isCanonical }) => isCanonical)?.percentage).toBe(0.3);

    const { entries } = await person.get<ProgressHistory>(`books/${file?.bookId}/history`);
    const before = entries.find(({ percentage }) => percentage === 0.6);
    expect(await person.send('POST', `books/${file?.bookId}/progress/step-back`, { entryId: before?.id })).toBe(204);
    expect((await placesOf(person))[0]).toMatchObject({ percentage: 0.6, isCanonical: true });
  });

  it('is not to be had of a source that is not there, or not theirs to see', async () => {
    const person = await server.addPerson();
    const other = await server.addPerson();
    const [file] = person.files;
    await read(device(person, 'KOBO'), file?.hash, 0.3);
    const use = (deviceId: unknown, who = person, bookId = file?.bookId) =>
      who.send('POST', `books/${bookId}/progress/use`, { fileId: file?.fileId, deviceId });
    expect(await use('NOBODY')).toBe(404);
    expect(await use(7)).toBe(400);
    expect(await use('KOBO', other)).toBe(404);
    expect(await use('KOBO', other, other.files[0]?.bookId)).toBe(404);
    await server.dataSource.query(`UPDATE users SET permissions = '{}' WHERE id = $1`, [person.userId]);
    expect(await use('KOBO')).toBe(404);
  });

  it('is said to be of a former file once the file changed after the last sync', async () => {
    const person = await server.addPerson();
    const [file] = person.files;
    await read(device(person), file?.hash, 0.3);
    const isChanged = async () => (await person.get<BookDetail>(`books/${file?.bookId}`)).files[0]?.isChangedSinceSync;
    expect(await isChanged()).toBe(false);
    const later = new Date(server.now.getTime() + 60_000);
    await server.dataSource.query(
      `UPDATE book_files SET added_at = '2020-01-01', content_changed_at = $2 WHERE id = $1`,
      [file?.fileId, later],
    );
    expect(await isChanged()).toBe(true);
  });
});

it('a device that was given a name has it wherever it is named, also at what it brought before', async () => {
  const person = await server.addPerson();
  const [file] = person.files;
  await read(device(person, 'KOBO'), file?.hash, 0.3);
  await device(person, 'KOBO').post('progress', { items: [{ hash: 'e'.repeat(32), percentage: 0.2, progress: 'x' }] });
  await stock(person).push('f'.repeat(32), 0.4, 'x', { metadata: { title: 'Elsewhere' } });
  for (const [deviceId, name] of [
    ['KOBO', 'In the bag'],
    ['STOCK1', 'By the bed'],
  ])
    expect(await person.send('PATCH', `koreader/devices/${deviceId}`, { name })).toBe(204);
  const { entries } = await person.get<ProgressHistory>(`books/${file?.bookId}/history`);
  expect({
    places: (await placesOf(person)).map(({ deviceName }) => deviceName),
    history: entries.map(({ deviceName }) => deviceName),
    current: (await person.get<CurrentBook[]>('reading/current')).map(({ deviceName }) => deviceName),
    keys: (await person.get<DeviceKeySummary[]>('koreader/device-keys')).map(({ devices }) => [...devices].sort()),
    unmatched: (await person.get<UnmatchedDocument[]>('koreader/unmatched'))
      .filter(({ title }) => title === 'Elsewhere')
      .map(({ deviceName }) => deviceName),
  }).toEqual({
    places: ['In the bag'],
    history: ['In the bag'],
    current: ['In the bag'],
    keys: [['By the bed', 'In the bag']],
    unmatched: ['By the bed'],
  });
});

describe('the books somebody is in the middle of', () => {
  it('are those begun and not ended, the last read first, as a status says or else the place', async () => {
    const person = await server.addPerson(4);
    const [begun, later, ended, dropped] = person.files;
    await read(device(person), begun?.hash, 0.3, READ_AT);
    await read(device(person), later?.hash, 0.4, READ_AT + 5_000);
    await read(device(person), ended?.hash, 1, READ_AT + 6_000);
    await read(device(person), dropped?.hash, 0.5, READ_AT + 7_000);
    expect(await person.send('PATCH', `books/${dropped?.bookId}/state`, { status: 'abandoned' })).toBe(200);
    const current = await person.get<CurrentBook[]>('reading/current');
    expect(current.map(({ bookId, percentage }) => [bookId, percentage])).toEqual([
      [later?.bookId, 0.4],
      [begun?.bookId, 0.3],
    ]);
    expect(current[0]).toMatchObject({ source: 'koreader', readAt: new Date((READ_AT + 5_000) * 1000).toISOString() });
    const other = await server.addPerson();
    expect(await other.get('reading/current')).toEqual([]);
    await server.dataSource.query(`UPDATE users SET permissions = '{}' WHERE id = $1`, [person.userId]);
    expect(await person.get('reading/current')).toEqual([]);
  });
});

it('a sitting says from where to where in the book it went', async () => {
  const person = await server.addPerson();
  await read(device(person), person.files[0]?.hash, 0.4);
  const { sessions } = await person.get<ReadingLog>(`reading/log?bookId=${person.files[0]?.bookId}`);
  expect(sessions).toMatchObject([{ from: 0.3, until: 0.4, pages: 2, totalPages: 100, seconds: 120 }]);
});

it('a device is said to be where it last was, also in a document that is no book here', async () => {
  const person = await server.addPerson();
  const [file] = person.files;
  const lastOf = async () => (await person.get<DeviceSummary[]>('koreader/devices'))[0]?.lastProgress;
  const push = (hash: string, percentage: number, title: string) =>
    stock(person).push(hash, percentage, '/body/DocFragment[1]/body/p[1]/text().0', { metadata: { title } });
  await push('f'.repeat(32), 0.4, 'Elsewhere');
  expect(await lastOf()).toEqual({ title: 'Elsewhere', percentage: 0.4, receivedAt: server.now.toISOString() });
  server.now = new Date(server.now.getTime() + 60_000);
  await push(file?.hash ?? '', 0.5, 'Here');
  expect(await lastOf()).toMatchObject({ bookId: file?.bookId, percentage: 0.5 });
  server.now = new Date(server.now.getTime() + 60_000);
  await push('e'.repeat(32), 0.6, '');
  expect(await lastOf()).toMatchObject({ title: 'e'.repeat(32), percentage: 0.6 });
  expect(await lastOf()).not.toHaveProperty('bookId');
});

describe('the feed', () => {
  /** Written a moment after the answer. */
  async function entries(person: Person, count: number): Promise<SyncFeed['entries']> {
    for (let n = 0; n < 200; n += 1) {
      const { entries } = await person.get<SyncFeed>('koreader/activity');
      if (entries.length >= count) return entries;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return (await person.get<SyncFeed>('koreader/activity')).entries;
  }

  it('says that a place KOReader’s own sync brought is of no book here', async () => {
    const person = await server.addPerson();
    const [file] = person.files;
    await stock(person).push('F'.repeat(32), 0.4, 'x', { metadata: { title: 'Elsewhere' } });
    expect(await entries(person, 1)).toMatchObject([
      { came: { places: 1 }, refused: [{ reason: `No book has the fingerprint ${'f'.repeat(32)}.` }] },
    ]);
    // Twice, as the second goes the short way.
    await stock(person).push(file?.hash ?? '', 0.4, '/body/DocFragment[1]/body/p[1]/text().0');
    await stock(person).push(file?.hash ?? '', 0.5, '/body/DocFragment[1]/body/p[2]/text().0');
    expect((await entries(person, 3)).map(({ refused }) => refused.length)).toEqual([0, 0, 1]);
  });

  it('says that a device was turned away because sync is off, once in a while for each', async () => {
    const person = await server.addPerson();
    const [file] = person.files;
    expect(await person.send('PATCH', 'koreader/account', { isSyncEnabled: false })).toBe(204);
    const push = async (deviceId: string) => {
      const { status } = await device(person, deviceId).post('progress', {
        items: [{ hash: file?.hash, percentage: 0.4, progress: 'x' }],
      });
      expect(status).toBe(403);
    };
    for (const deviceId of ['KOBO', 'KOBO', 'PHONE', 'KOBO']) await push(deviceId);
    await stock(person)
      .push(file?.hash ?? '', 0.4, 'x')
      .catch(() => undefined);
    const turnedAway = await entries(person, 3);
    expect(turnedAway.map(({ deviceId, exchange }) => `${deviceId} ${exchange}`)).toEqual([
      'STOCK1 kosync',
      'PHONE progress',
      'KOBO progress',
    ]);
    for (const entry of turnedAway)
      expect(entry).toMatchObject({
        came: {},
        went: {},
        refused: [{ reason: expect.stringContaining('switched off') }],
      });
    server.now = new Date(server.now.getTime() + 2 * 60 * 60_000);
    await push('KOBO');
    expect((await entries(person, 4)).length).toBe(4);
  });
});

describe('plugin activity', () => {
  it('counts what is in the lists behind each number, and follows when something is undone', async () => {
    const person = await server.addPerson(2);
    const stranger = await server.addPerson();
    const [file, other] = person.files;
    const kobo = device(person, 'KOBO');
    const phone = device(person, 'PHONE');
    const notes = Array.from({ length: 5 }, (_, n) => highlight(n));
    await read(kobo, file?.hash, 0.4);
    await read(kobo, other?.hash, 0.1, READ_AT + 1_000);
    await read(device(stranger), stranger.files[0]?.hash, 0.2);
    await exchange(kobo, bookOf(file?.hash ?? '', notes));
    const { results } = await exchange(phone, bookOf(file?.hash ?? '', []));
    const [failed, ...placed] = results[0]?.toApply.add ?? [];
    await phone.post('annotations/exchange-ack', {
      books: [
        {
          hash: file?.hash,
          applied: [
            { serverId: failed?.serverId, version: failed?.version, status: 'failed', reason: 'not in this copy' },
            ...placed.map(({ serverId, version }) => ({ serverId, version, status: 'applied' })),
          ],
        },
      ],
    });
    await person.send('DELETE', `annotations/${placed[0]?.serverId}`);
    await kobo.post('sweeps', { booksMatched: 2, pageStatsUploaded: 4, annotationsUpserted: 5 });

    const numbers = await person.get<PluginActivity>('koreader/plugin-activity');
    const pending = await person.get<PendingDelete[]>('annotations/pending-deletes');
    const failures = await person.get<FailedAnnotation[]>('annotations/failed');
    expect(numbers).toMatchObject({
      matchedBooks: 2,
      readingEvents: 4,
      highlights: 4,
      trashedHighlights: 1,
      pendingDeletes: 1,
      failedPositions: 1,
      heldDeletes: 0,
      lastSweep: { deviceId: 'KOBO', booksMatched: 2, pluginVersion: '0.1.0' },
    });
    expect([pending.length, failures.length]).toEqual([numbers.pendingDeletes, numbers.failedPositions]);
    const books = await person.get<MatchedBook[]>('koreader/matched-books');
    expect(books).toMatchObject([{ bookId: expect.any(Number) as number }, { bookId: expect.any(Number) as number }]);
    expect(books.find(({ bookId }) => bookId === file?.bookId)).toMatchObject({
      readingEvents: 2,
      sessions: 1,
      highlights: 4,
      devices: ['Kobo_nova'],
    });
    expect(books.reduce((sum, { readingEvents }) => sum + readingEvents, 0)).toBe(numbers.readingEvents);

    await person.send('POST', `annotations/${placed[0]?.serverId}/restore`);
    await person.send('POST', `annotations/${failed?.serverId}/retry`);
    expect(await person.get<PluginActivity>('koreader/plugin-activity')).toMatchObject({
      highlights: 5,
      trashedHighlights: 0,
      pendingDeletes: 0,
      failedPositions: 0,
    });
  });

  it('counts deletions that are held, until somebody decides', async () => {
    const person = await server.addPerson();
    const [file] = person.files;
    const notes = Array.from({ length: 4 }, (_, n) => highlight(n));
    await exchange(device(person), bookOf(file?.hash ?? '', notes));
    await exchange(device(person), bookOf(file?.hash ?? '', [], [], { deleted: notes.map(keyOf) }));
    const held = await person.get<HeldDeletes[]>('annotations/held');
    expect(held).toMatchObject([{ count: 4, fileId: file?.fileId }]);
    expect((await person.get<PluginActivity>('koreader/plugin-activity')).heldDeletes).toBe(4);
    await person.send('POST', 'annotations/held/discard', { deviceId: 'KOBO1', fileId: file?.fileId });
    expect((await person.get<PluginActivity>('koreader/plugin-activity')).heldDeletes).toBe(0);
  });

  it('names devices with an older plugin than can be had', async () => {
    const person = await server.addPerson();
    await device(person, 'NEW').post('progress', { items: [] });
    await device(person, 'OLD').post('progress', { items: [], pluginVersion: '0.0.9' });
    await device(person, 'GONE').post('progress', { items: [], pluginVersion: '0.0.9' });
    await person.send('PATCH', 'koreader/devices/GONE', { isRetired: true });
    const { availableVersion, outdatedDevices } = await person.get<PluginActivity>('koreader/plugin-activity');
    expect(availableVersion).toMatch(/^\d+\.\d+/);
    expect(outdatedDevices).toMatchObject([{ deviceId: 'OLD', pluginVersion: '0.0.9' }]);
  });

  it('takes as many statements for many books as for one', async () => {
    const one = await server.addPerson();
    const many = await server.addPerson(30);
    await read(device(one), one.files[0]?.hash, 0.1);
    for (const { hash } of many.files) await read(device(many), hash, 0.1);
    const cost = (userId: number) =>
      countStatements(server.dataSource, async (tx) => {
        await new PluginActivityRepository().count(tx, userId);
        await new PluginActivityRepository().listMatchedBooks(tx, userId);
        await new SyncFactsRepository().find(tx, userId);
      });
    expect(await cost(many.userId)).toBe(await cost(one.userId));
  });
});

describe('why is it not syncing?', () => {
  const finding = async (person: Person, check: SyncFinding['check']): Promise<SyncFinding | undefined> =>
    (await person.get<SyncCheck>('koreader/check')).findings.find((one) => one.check === check);

  it('begins with what keeps everything from syncing', async () => {
    const person = await server.addPerson();
    expect(await finding(person, 'devices')).toMatchObject({ state: 'broken', found: { code: 'devices.noneYet' } });
    await person.send('PATCH', 'koreader/account', { isSyncEnabled: false });
    expect(await finding(person, 'switch')).toMatchObject({ state: 'broken' });
    await person.send('DELETE', 'koreader/account');
    expect(await finding(person, 'account')).toMatchObject({ state: 'broken' });
    expect(await finding(person, 'devices')).toBeUndefined();
  });

  it('finds the device that only sends places, the unmatched book, and one-way highlights', async () => {
    const person = await server.addPerson();
    const [file] = person.files;
    await stock(person).push(file?.hash ?? '', 0.4, '/body/DocFragment[1]/body/p[1]/text().0');
    expect(await finding(person, 'sessions')).toMatchObject({
      state: 'attention',
      found: { code: 'sessions.stockDevices', devices: ['Stock'] },
      names: [(await person.get<BookDetail>(`books/${file?.bookId}`)).title],
    });
    await stock(person).push('f'.repeat(32), 0.4, 'x', { metadata: { title: 'Elsewhere' } });
    expect(await finding(person, 'matching')).toMatchObject({ state: 'attention', names: ['Elsewhere'] });
    await exchange(
      device(person, 'KOBO'),
      bookOf(file?.hash ?? '', [highlight(1)], [highlight(1)], { receive: false }),
    );
    expect(await finding(person, 'highlights')).toMatchObject({ state: 'attention', names: ['Kobo_nova'] });
    await exchange(device(person, 'KOBO'), bookOf(file?.hash ?? '', [highlight(1)]));
    expect(await finding(person, 'highlights')).toMatchObject({ state: 'ok' });
  });

  it('blames no device for the reading time of a book it sent nothing of', async () => {
    const person = await server.addPerson();
    const [file] = person.files;
    const progress = { percentage: 0.3, progress: '/body/DocFragment[2]/body/p[1]/text().0', timestamp: READ_AT };
    expect((await device(person).post('progress', { items: [{ hash: file?.hash, ...progress }] })).status).toBe(200);
    await stock(person).push('f'.repeat(32), 0.4, 'x', { metadata: { title: 'Elsewhere' } });
    const { findings } = await person.get<SyncCheck>('koreader/check');
    expect(findings.filter(({ check }) => check === 'sessions')).toMatchObject([
      { found: { code: 'sessions.missing' }, names: [(await person.get<BookDetail>(`books/${file?.bookId}`)).title] },
    ]);
  });

  it('sees that somebody types a wrong password on a device', async () => {
    const person = await server.addPerson();
    expect(await finding(person, 'login')).toMatchObject({ state: 'ok' });
    const answer = await fetch(`${server.origin}/api/v1/koreader/users/auth`, {
      headers: { 'x-auth-user': person.account, 'x-auth-key': 'a'.repeat(32) },
    });
    expect(answer.status).toBe(401);
    expect(await finding(person, 'login')).toMatchObject({ state: 'attention' });
  });

  it('tells nothing of others, and nobody without the permission', async () => {
    const person = await server.addPerson(1, []);
    for (const path of ['koreader/check', 'koreader/plugin-activity', 'koreader/matched-books']) {
      expect(await person.send('GET', path)).toBe(403);
    }
  });
});

it('a highlight is met again: the same all day, one of their own, never one that was deleted', async () => {
  const person = await server.addPerson();
  const [file] = person.files;
  const ofTheDay = async () => (await person.get<HighlightOfTheDay>('annotations/of-the-day')).highlight;
  expect(await ofTheDay()).toBeUndefined();
  const notes = Array.from({ length: 8 }, (_, n) => highlight(n));
  await exchange(device(person), bookOf(file?.hash ?? '', notes));
  const today = server.now;
  const first = await ofTheDay();
  server.now = new Date(today.getTime() + 60_000);
  expect((await ofTheDay())?.id).toBe(first?.id);
  const met = new Set<number | undefined>();
  for (let days = 1; days < 15; days += 1) {
    server.now = new Date(today.getTime() + days * 86_400_000);
    met.add((await ofTheDay())?.id);
  }
  expect(met.size).toBeGreaterThan(2);
  server.now = today;
  await person.send('DELETE', `annotations/${first?.id}`);
  expect((await ofTheDay())?.id).not.toBe(first?.id);
  expect((await (await server.addPerson()).get<HighlightOfTheDay>('annotations/of-the-day')).highlight).toBeUndefined();
});
