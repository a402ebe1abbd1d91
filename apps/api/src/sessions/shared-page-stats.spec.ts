import { createLinguisticDatabase, createTestDatabase, PluginDevice } from '@bookorbit/testing';
import type { PageStatsAnswer, ReadingStatistics } from '@bookorbit/contracts';
import { RecountSharedReading1795910405100 } from '../database/migrations/1795910405100-recount-shared-reading.ts';
import { MIGRATED_SCHEMA } from '../database/test-database.ts';
import { type Person, SpecServer } from '../sync/testing/person-at-server.ts';
import { RecountSessions } from './recount-sessions.ts';

const T0 = 1_794_990_000;
const ROWS = [0, 1, 2].map((n) => [n + 1, T0 + n * 60, 60, 100]);

/** The order of ids must not be the database's: `E60A` comes before `ab12`, whatever its language says. */
describe.each([
  ['that sorts by code unit', () => createTestDatabase(MIGRATED_SCHEMA)],
  ['that sorts as English does', () => createLinguisticDatabase(MIGRATED_SCHEMA)],
])('page stats that several devices report, in a database %s', (_, createDatabase) => {
  let server: SpecServer;
  beforeAll(async () => {
    server = await SpecServer.start(await createDatabase());
  });
  afterAll(async () => {
    await server?.stop();
  });

  async function upload(person: Person, deviceId: string): Promise<PageStatsAnswer> {
    const device = new PluginDevice(person.paired, deviceId, { utcOffsetMinutes: 0, isSilent: true });
    const hash = person.files[0]?.hash ?? '';
    const { status, body } = await device.post('page-stats', { books: [{ hash, rows: ROWS, rowCount: 3 }] });
    expect(status).toBe(200);
    return body as PageStatsAnswer;
  }

  const secondsRead = async (person: Person) =>
    (await person.get<ReadingStatistics>('reading/statistics')).totals.seconds;
  const readers = async ({ userId }: Person) =>
    (
      await server.dataSource.query<{ device_id: string }[]>(
        `SELECT device_id FROM reading_sessions WHERE user_id = $1 ORDER BY device_id`,
        [userId],
      )
    ).map(({ device_id: deviceId }) => deviceId);

  it.each([
    ['ab12', 'E60A'],
    ['E60A', 'ab12'],
    ['a-1', 'a1'],
    ['a1', 'a-1'],
  ])('count once when %s reports first and %s then, as the smaller one’s', async (first, second) => {
    const person = await server.addPerson();
    await upload(person, first);
    await upload(person, second);
    expect(await readers(person)).toEqual([first < second ? first : second]);
    expect(await secondsRead(person)).toBe(180);
  });

  it('count once when the device that brought them is forgotten before another reports them', async () => {
    const person = await server.addPerson();
    await upload(person, 'ZZ');
    expect(await person.send('DELETE', 'koreader/devices/ZZ')).toBe(204);
    await upload(person, 'AA');
    expect(await readers(person)).toEqual(['AA']);
    expect(await secondsRead(person)).toBe(180);
  });

  it('are counted anew, once, where an older server counted them twice', async () => {
    const person = await server.addPerson();
    await upload(person, 'ZZ');
    await server.dataSource.query(
      `INSERT INTO reading_sessions SELECT user_id, nextval('reading_sessions_id'), book_file_id, source, 'lost', start_time, end_time, duration,
         pages, first_page, last_page, total_pages, is_counted FROM reading_sessions WHERE user_id = $1`,
      [person.userId],
    );
    await server.dataSource.query(
      `INSERT INTO reading_days SELECT s.user_id, s.id, '2026-11-18', 180 FROM reading_sessions s WHERE s.user_id = $1 AND s.device_id = 'lost'`,
      [person.userId],
    );
    expect(await secondsRead(person)).toBe(360);
    await doubtAgain();
    const recount = server.get(RecountSessions);
    expect(await recount.run()).toBe(1);
    expect(await secondsRead(person)).toBe(180);
    expect(await readers(person)).toEqual(['ZZ']);
    expect(await recount.run()).toBe(0);
  });

  /** What the migration does to a database of an older server. */
  async function doubtAgain(): Promise<void> {
    const runner = server.dataSource.createQueryRunner();
    try {
      const migration = new RecountSharedReading1795910405100();
      await migration.down(runner);
      await migration.up(runner);
    } finally {
      await runner.release();
    }
  }
});
