import type { BookState, ReadingLog, ReadingStatistics, SyncAnswer } from '@bookorbit/contracts';
import { createTestDatabase, PluginDevice } from '@bookorbit/testing';
import { MIGRATED_SCHEMA } from '../database/test-database.ts';
import { type Person, SpecServer } from './testing/person-at-server.ts';

let server: SpecServer;

beforeAll(async () => {
  server = await SpecServer.start(await createTestDatabase(MIGRATED_SCHEMA));
});
afterAll(() => server?.stop());

const device = ({ paired }: Person, deviceId = 'KOBO'): PluginDevice =>
  new PluginDevice(paired, deviceId, { utcOffsetMinutes: 0, isSilent: true });
const now = () => Math.floor(server.now.getTime() / 1000);
const pass = (seconds: number) => (server.now = new Date(server.now.getTime() + seconds * 1000));
const stateOf = (person: Person) => person.get<BookState>(`books/${person.files[0]?.bookId}/state`);

/** @returns What the device is told of the book's state. */
async function read(person: Person, percentage: number, timestamp = now(), state?: object) {
  const progress = {
    percentage,
    progress: `/body/DocFragment[${Math.round(percentage * 100)}]/body/p[1].0`,
    timestamp,
  };
  const book = { hash: person.files[0]?.hash, progress, ...(state && { state }) };
  const { status, body } = await device(person).post<SyncAnswer>('sync', { books: [book] });
  expect(status).toBe(200);
  return body.books[0]?.state;
}

describe('the status a place makes', () => {
  it('steps by itself, and never over a later choice, wherever that was made', async () => {
    const person = await server.addPerson();
    const { bookId } = person.files[0] ?? {};
    await read(person, 0.02);
    expect(await stateOf(person)).toMatchObject({ status: 'reading', statusSetBy: 'progress' });
    pass(100);
    const readBefore = now();
    pass(100);
    // On the web.
    expect(await person.send('PATCH', `books/${bookId}/state`, { status: 'abandoned' })).toBe(200);
    await read(person, 0.99, readBefore);
    expect(await stateOf(person)).toMatchObject({ status: 'abandoned', statusSetBy: 'user' });
    pass(100);
    await read(person, 1);
    expect(await stateOf(person)).toMatchObject({ status: 'abandoned' });
    // On the device.
    const other = await server.addPerson();
    await read(other, 0.5, now() - 50, { status: 'abandoned', statusChangedAt: now() - 10 });
    expect(await stateOf(other)).toMatchObject({ statusSetBy: 'user' });
    await read(other, 0.99, now() - 40);
    expect((await stateOf(other)).status).not.toBe('finished');
  });

  it('goes by what an admin set for the library, 98 % unless told', async () => {
    const [person, admin] = [await server.addPerson(), await server.addPerson(1, ['manage_libraries'])];
    const thresholds = `libraries/${person.libraryId}/status-thresholds`;
    await read(person, 0.979);
    expect((await stateOf(person)).status).toBe('reading');
    expect(await person.send('PUT', thresholds, { reading: 0.1, finished: 0.9 })).toBe(403);
    expect(await admin.send('PUT', thresholds, { reading: 0.1, finished: 0.9 })).toBe(200);
    expect(await admin.send('PUT', thresholds, { reading: 0.9, finished: 0.1 })).toBe(400);
    pass(10);
    await read(person, 0.91);
    expect((await stateOf(person)).status).toBe('finished');
  });

  it('keeps each time a book was read apart', async () => {
    const person = await server.addPerson();
    const { bookId } = person.files[0] ?? {};
    await read(person, 0.1);
    pass(86_400);
    await read(person, 0.99);
    const first = (await stateOf(person)).readings;
    expect(first).toMatchObject([{ outcome: 'finished' }]);
    pass(86_400);
    expect(await person.send('POST', `books/${bookId}/progress/start-over`)).toBe(204);
    expect((await stateOf(person)).status).toBe('rereading');
    pass(86_400);
    await read(person, 0.02);
    pass(86_400);
    await read(person, 0.985);
    const { status, readings } = await stateOf(person);
    expect(status).toBe('finished');
    expect(readings).toHaveLength(2);
    expect(readings[0]).toEqual(first[0]);
    expect(readings[1]?.outcome).toBe('finished');
    expect(Date.parse(readings[1]?.startedAt ?? '')).toBeGreaterThan(Date.parse(readings[0]?.endedAt ?? ''));
  });
});

describe('the reading log', () => {
  it('takes what was read on paper, counts it beside a device’s sittings, and gives it back', async () => {
    const [person, stranger] = [await server.addPerson(), await server.addPerson()];
    const { bookId, hash } = person.files[0] ?? {};
    const at = now() - 5 * 86_400;
    const stats = {
      rows: [
        [1, at, 100, 300],
        [2, at + 100, 100, 300],
      ],
    };
    expect((await device(person).post('sync', { books: [{ hash, pageStats: stats }] })).status).toBe(200);
    const entry = { bookId, startedAt: new Date((at + 40_000) * 1000).toISOString(), seconds: 1800, pages: 20 };
    expect(await person.send('POST', 'reading/log', entry)).toBe(201);
    const log = async () => (await person.get<ReadingLog>(`reading/log?bookId=${bookId}`)).sessions;
    const total = async () =>
      (await person.get<ReadingStatistics>('reading/statistics')).days.reduce((sum, { seconds }) => sum + seconds, 0);
    expect((await log()).map(({ source, seconds }) => [source, seconds])).toEqual([
      ['manual', 1800],
      ['koreader', 200],
    ]);
    expect(await total()).toBe(2000);
    const [manual, measured] = await log();
    expect(await stranger.send('POST', 'reading/log', entry)).toBe(404);
    expect(await stranger.send('DELETE', `reading/log/${manual?.id}`)).toBe(404);
    // What a device measured is not somebody's to make up or to take away.
    expect(await person.send('DELETE', `reading/log/${measured?.id}`)).toBeGreaterThanOrEqual(400);
    expect(await person.send('DELETE', `reading/log/${manual?.id}`)).toBe(204);
    expect((await log()).map(({ source }) => source)).toEqual(['koreader']);
    expect(await total()).toBe(200);
    expect(await person.send('POST', 'reading/log', { ...entry, seconds: 5 })).toBe(400);
    expect(await person.send('POST', 'reading/log', { ...entry, startedAt: '2999-01-01T00:00:00Z' })).toBe(400);
  });
});
