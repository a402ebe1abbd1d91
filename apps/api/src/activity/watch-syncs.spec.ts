import type { SyncFeed } from '@bookorbit/contracts';
import { createTestDatabase, PluginDevice } from '@bookorbit/testing';
import { annotationKey } from '../annotations/annotation-key.ts';
import { MIGRATED_SCHEMA } from '../database/test-database.ts';
import { TakeInPageStats } from '../sessions/index.ts';
import { type Person, SpecServer } from '../sync/testing/person-at-server.ts';

const T0 = 1_794_990_000;

let server: SpecServer;
let person: Person;
beforeAll(async () => {
  server = await SpecServer.start(await createTestDatabase(MIGRATED_SCHEMA));
});
afterAll(() => server?.stop());
beforeEach(async () => {
  person = await server.addPerson();
});

const post = (route: string, book: object) =>
  new PluginDevice(person.paired, 'KOBO', { utcOffsetMinutes: 0, isSilent: true }).post(route, {
    books: [{ hash: person.files[0]?.hash, ...book }],
  });

/** Entries are written within a moment. */
async function feed(): Promise<SyncFeed['entries']> {
  for (;;) {
    const { entries } = await person.get<SyncFeed>('koreader/activity');
    if (entries.length > 0) return entries;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('the feed of what happened', () => {
  it.each([
    ['a fault of the server', 500, new Error('a secret of the database'), /went wrong on the server/],
    ['a lock conflict', 503, Object.assign(new Error('deadlock detected'), { code: '40P01' }), /at the same moment/],
    ['a database that went away', 503, Object.assign(new Error('gone'), { code: '57P01' }), /not reachable right now/],
  ])('tells of %s', async (_, expected, error, reason) => {
    const failing = jest.spyOn(server.get(TakeInPageStats), 'run').mockRejectedValueOnce(error);
    const { status } = await post('page-stats', { rows: [[1, T0, 60, 100]] });
    failing.mockRestore();
    expect(status).toBe(expected);
    const [entry] = await feed();
    expect(entry).toMatchObject({ exchange: 'page-stats', deviceId: 'KOBO', came: { pageStats: 1 } });
    expect(entry?.refused.map((refusal) => refusal.reason)).toEqual([expect.stringMatching(reason)]);
  });

  it('calls held bookmarks bookmarks, and those a device fetches too', async () => {
    const all = [2, 3, 4].map((n) => ({
      datetime: `2026-11-01 10:00:0${n}`,
      pos: `/body/DocFragment[2]/body/p[${n}]/text().0`,
    }));
    const keys = all.map(({ datetime, pos }) => ({ k: annotationKey(datetime, pos), dt: datetime }));
    await post('bookmarks/exchange', { keys, keysComplete: true, changes: all });
    await post('bookmarks/exchange', { keys: [], keysComplete: true, changes: [], deleted: keys });
    const [entry] = await feed();
    expect(entry?.refused.map(({ reason }) => reason)).toEqual([
      '3 bookmarks vanished at once; they are kept until you confirm.',
    ]);
    const phone = new PluginDevice(person.paired, 'PHONE', { utcOffsetMinutes: 0, isSilent: true });
    await phone.post('bookmarks/exchange', {
      books: [{ hash: person.files[0]?.hash, keys: [], keysComplete: false, changes: [] }],
    });
    expect((await feed())[0]?.went).toEqual({ bookmarks: 3 });
  });
});
