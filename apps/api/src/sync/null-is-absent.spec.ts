import type { BookStatesAnswer, SweepAnswer, SyncAnswer } from '@bookorbit/contracts';
import { createTestDatabase, PluginDevice } from '@bookorbit/testing';
import { MIGRATED_SCHEMA } from '../database/test-database.ts';
import { type Person, SpecServer } from './testing/person-at-server.ts';

let server: SpecServer;

beforeAll(async () => {
  server = await SpecServer.start(await createTestDatabase(MIGRATED_SCHEMA));
});
afterAll(() => server?.stop());

const device = ({ paired }: Person): PluginDevice =>
  new PluginDevice(paired, 'KOBO', { utcOffsetMinutes: 0, isSilent: true });
const hashOf = ({ files: [file] }: Person) => file?.hash;

describe('null from a device is a field left out', () => {
  it.each([
    ['our plugin', 1],
    ['an older client', null],
  ])('in a state of %s', async (_who, protocol) => {
    const person = await server.addPerson();
    const push = async (state: object) => {
      const books = [{ hash: hashOf(person), ...state }];
      const { status, body } = await device(person).post<BookStatesAnswer>('book-states', { protocol, books });
      expect(status).toBe(200);
      return body.results[0];
    };
    expect(await push({ status: 'reading', statusModified: '2026-11-18' })).toMatchObject({ statusApplied: true });
    const nothing = { status: null, rating: null, reviewNote: null, ratingCleared: null, reviewCleared: null };
    expect(await push({ ...nothing, statusModified: '2026-11-29', ratingChangedAt: null })).toMatchObject({
      ...{ statusApplied: false, ratingApplied: false, reviewApplied: false, status: 'reading' },
    });
  });

  it('in the one-call sync, and what stands beside it is kept', async () => {
    const person = await server.addPerson();
    const timestamp = Math.floor(server.now.getTime() / 1000) - 60;
    const progress = { percentage: 0.4, progress: '/body/DocFragment[4]/body/p[1].0', timestamp, title: null };
    const sync = async (book: object) => {
      const books = [{ hash: hashOf(person), domVersion: null, alsoKnownAs: null, ...book }];
      const { status, body } = await device(person).post<SyncAnswer>('sync', { protocol: 1, books });
      expect([status, body.rejected]).toEqual([200, undefined]);
      return body.books[0];
    };
    await sync({ state: { status: 'reading', statusModified: '2026-11-18' } });
    const state = { status: null, statusModified: '2026-11-29' };
    expect((await sync({ progress, state, pageStats: null, acks: null }))?.progress?.accepted).toBe(true);
    const asked = await sync({ progress: { percentage: null, progress: null } });
    expect(asked?.progress?.newest).toMatchObject({ percentage: 0.4 });
  });

  it('in the report of a sweep', async () => {
    const person = await server.addPerson();
    const counts = { booksMatched: null, pageStatsUploaded: null, annotationsUpserted: null };
    const { status, body } = await device(person).post<SweepAnswer>('sweeps', { ...counts, protocol: null });
    expect([status, body.ok]).toEqual([200, true]);
  });
});
