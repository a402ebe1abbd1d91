import type {
  AnnotationExchangeAnswer,
  AnnotationList,
  PageStatsAnswer,
  ReadingStatistics,
} from '@bookorbit/contracts';
import { createTestDatabase, PluginDevice } from '@bookorbit/testing';
import { bookOf, highlight } from '../annotations/testing/device-notes.ts';
import { MIGRATED_SCHEMA } from '../database/test-database.ts';
import { type Person, SpecServer } from './testing/person-at-server.ts';

const T0 = 1_794_990_000;
const DAY = 86_400;
const YEARS_OF_ROWS = 25_000;
const LATEST_START = 253_402_300_799;

let server: SpecServer;
let person: Person;
beforeAll(async () => {
  server = await SpecServer.start(await createTestDatabase(MIGRATED_SCHEMA));
});
afterAll(() => server?.stop());
beforeEach(async () => {
  person = await server.addPerson(2);
});

const device = (clock: { deviceTime?: string } = {}) =>
  new PluginDevice(person.paired, 'KOBO', { utcOffsetMinutes: 0, isSilent: true, ...clock });

async function upload(rows: readonly (readonly number[])[], rowCount = rows.length, file = 0) {
  const hash = person.files[file]?.hash;
  const { status, body } = await device().post('page-stats', { books: [{ hash, rows, rowCount }] });
  expect(status).toBe(200);
  return (body as PageStatsAnswer).results[0];
}

describe('page stats of which one cannot be used', () => {
  const good = [9, 8, 7, 6, 5].map((days, n) => [n, T0 - days * DAY, 60, 100]);

  it.each([
    ['without pages', [9, T0 - 50, 60, 0]],
    ['on no page', [-1, T0 - 50, 60, 100]],
    ['of no time', [9, 0, 60, 100]],
    ['that lasts for days', [9, T0 - 50, 200_000, 100]],
  ])('are not asked for again for ever because of one %s', async (_, bad) => {
    const all = [...good, bad];
    expect(await upload(all)).toMatchObject({ accepted: 5, duplicates: 0 });
    expect((await upload(all))?.watermark).toBeGreaterThan(0);
    const tail = await upload(all.slice(-2), 6);
    expect(tail).toMatchObject({ accepted: 0, duplicates: 1 });
    expect(tail?.watermark).toBeGreaterThan(0);
  });

  it('are still asked for when old rows were merged in beside it', async () => {
    const bad = [9, T0 - 50, 60, 0];
    await upload([...good, bad]);
    expect((await upload([...good.slice(-1), bad], 7))?.watermark).toBe(0);
    const merged = [8, T0 - 20 * DAY, 60, 100];
    expect(await upload([merged, ...good, bad])).toMatchObject({ accepted: 1 });
    expect((await upload([...good.slice(-1), bad], 7))?.watermark).toBeGreaterThan(0);
  });
});

describe('what cannot be true', () => {
  it('is no fault of the server: a sitting of 68 years, in two books', async () => {
    const rows = Array.from({ length: YEARS_OF_ROWS }, (_, n) => [n, 1 + n * DAY, DAY, 30_000]);
    expect(await upload(rows)).toMatchObject({ accepted: YEARS_OF_ROWS });
    expect(await upload(rows, rows.length, 1)).toMatchObject({ accepted: YEARS_OF_ROWS });
    const { totals } = await person.get<ReadingStatistics>('reading/statistics');
    expect(totals.seconds).toBe(2 * (2 ** 31 - 1));
  });

  it('is no fault of the server: a page read at the end of all calendars', async () => {
    expect(await upload([[1, LATEST_START, DAY, 100]])).toMatchObject({ accepted: 1 });
    expect((await person.ask('GET', 'reading/statistics')).status).toBe(200);
    expect((await person.ask('GET', 'reading/log')).status).toBe(200);
  });

  it.each(['9999-01-01 00:00:00', '0000-01-01 00:00:00', '2106-02-07 06:28:15'])(
    'dates nothing: a highlight of a device whose clock says %s',
    async (deviceTime) => {
      const { status, body } = await device().post('annotations/exchange', {
        deviceTime,
        books: [bookOf(person.files[0]?.hash ?? '', [highlight(1)])],
      });
      expect(status).toBe(200);
      expect((body as AnnotationExchangeAnswer).results[0]?.applied).toMatchObject({ created: 1 });
      const { annotations } = await person.get<AnnotationList>('annotations');
      const made = Date.parse(annotations[0]?.createdAt ?? '');
      expect(made).toBeGreaterThan(Date.UTC(2010, 0, 1));
      expect(made).toBeLessThanOrEqual(server.now.getTime());
    },
  );
});
