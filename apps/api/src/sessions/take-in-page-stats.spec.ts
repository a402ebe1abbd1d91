import fc from 'fast-check';
import { DataSource } from 'typeorm';
import { clusterPageStats, distinctPageStats, type OwnedPageStat } from '@bookorbit/domain-reading-sessions';
import { createTestDatabase, type TestDatabase } from '@bookorbit/testing';
import { dataSourceOptions } from '../database/data-source.ts';
import { Transaction } from '../database/index.ts';
import { MIGRATED_SCHEMA } from '../database/test-database.ts';
import { UserRepository } from '../people/user.repository.ts';
import { PageStatRepository } from './page-stat.repository.ts';
import { ReadingSessionRepository } from './reading-session.repository.ts';
import { RecomputeSessions } from './recompute-sessions.ts';
import { TakeInPageStats } from './take-in-page-stats.ts';

const NOW = new Date('2026-11-23T12:00:00Z');
const T0 = 1_700_000_000;
const DEVICES = ['kobo', 'phone', 'tablet'] as const;

/** A row as a device uploads it, seconds counted from T0. */
interface Row {
  readonly deviceId: string;
  readonly page: number;
  readonly startTime: number;
  readonly duration: number;
}

let database: TestDatabase;
let dataSource: DataSource;
let takeIn: TakeInPageStats;

beforeAll(async () => {
  database = await createTestDatabase(MIGRATED_SCHEMA);
  dataSource = await new DataSource(dataSourceOptions(database.connection)).initialize();
  const stats = new PageStatRepository();
  takeIn = new TakeInPageStats(stats, new RecomputeSessions(stats, new ReadingSessionRepository()));
  await dataSource.query(`INSERT INTO libraries (name) VALUES ('L')`);
  await dataSource.query(`INSERT INTO library_folders (library_id, path) VALUES (1, '/books')`);
});

afterAll(async () => {
  await dataSource?.destroy();
  await database?.drop();
});

let users = 0;

/** A user with a file of their own. */
async function newReader(timeZone = 'UTC'): Promise<{ userId: number; fileId: number }> {
  users += 1;
  const [user] = await dataSource.query(
    `INSERT INTO users (username, password_hash, time_zone) VALUES ($1, '', $2) RETURNING id`,
    [`u${users}`, timeZone],
  );
  const [book] = await dataSource.query(
    `INSERT INTO books (library_id, title, sort_title, search, added_at, updated_at) VALUES (1, 'B', 'b', 'b', now(), now()) RETURNING id`,
  );
  const [file] = await dataSource.query(
    `INSERT INTO book_files (book_id, library_id, folder_id, path, stem_key, name, name_md5, format, size, mtime_ms, inode, title, title_from, added_at,
       content_changed_at, reader_version)
     VALUES ($1, 1, 1, $2, md5($2), $2, md5($2), 'epub', 1, 1, '1', 'B', 'name', now(), now(), 1) RETURNING id`,
    [book.id, `b${users}.epub`],
  );
  return { userId: user.id, fileId: file.id };
}

function upload(
  reader: { userId: number; fileId: number },
  deviceId: string,
  rows: readonly Omit<Row, 'deviceId'>[],
  rowCount?: number,
) {
  return dataSource.transaction((tx) =>
    takeIn.run(
      tx,
      reader.userId,
      deviceId,
      [
        {
          bookFileId: reader.fileId,
          hash: 'f'.repeat(32),
          rowCount,
          stats: {
            startTimes: rows.map(({ startTime }) => T0 + startTime),
            pages: rows.map(({ page }) => page),
            durations: rows.map(({ duration }) => duration),
            totalPages: rows.map(() => 300),
          },
        },
      ],
      NOW,
    ),
  );
}

async function storedSessions({
  userId,
}: {
  userId: number;
}): Promise<{ deviceId: string; startTime: number; endTime: number; duration: number }[]> {
  const rows: { device_id: string; start_time: string; end_time: string; duration: number }[] = await dataSource.query(
    `SELECT device_id, start_time, end_time, duration FROM reading_sessions WHERE user_id = $1 AND is_counted ORDER BY device_id, start_time`,
    [userId],
  );
  return rows.map((row) => ({
    deviceId: row.device_id,
    startTime: Number(row.start_time) - T0,
    endTime: Number(row.end_time) - T0,
    duration: row.duration,
  }));
}

/** What the sessions must be: all rows at once, by the rule alone. */
function expectedSessions(rows: readonly Row[]) {
  const distinct = distinctPageStats(rows.map((row): OwnedPageStat => ({ ...row, totalPages: 300 })));
  return DEVICES.flatMap((deviceId) =>
    clusterPageStats(distinct.filter((row) => row.deviceId === deviceId)).map(({ startTime, endTime, duration }) => ({
      deviceId,
      startTime,
      endTime,
      duration,
    })),
  );
}

const row = fc.record({
  deviceId: fc.constantFrom(...DEVICES),
  page: fc.integer({ min: 1, max: 4 }),
  startTime: fc.integer({ min: 0, max: 60 }).map((n) => n * 300),
  duration: fc.constantFrom(0, 5, 60, 300, 2000),
});

describe('TakeInPageStats', () => {
  it('ends at the sessions of all rows at once, however they are grouped, ordered, repeated and shared among devices', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(row, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 6 }),
        async (batches) => {
          const reader = await newReader();
          for (const batch of batches) {
            for (const deviceId of DEVICES) {
              const own = batch.filter((sent) => sent.deviceId === deviceId);
              if (own.length > 0) await upload(reader, deviceId, own);
            }
          }
          expect(await storedSessions(reader)).toEqual(expectedSessions(batches.flat()));
          const [days] = await dataSource.query(
            `SELECT coalesce(sum(seconds), 0)::int AS seconds FROM reading_days WHERE user_id = $1`,
            [reader.userId],
          );
          expect(days.seconds).toBe((await storedSessions(reader)).reduce((sum, { duration }) => sum + duration, 0));
        },
      ),
      { numRuns: 40 },
    ));

  it('leaves sessions alone that a late batch does not touch', async () => {
    const reader = await newReader();
    await upload(reader, 'kobo', [
      { page: 1, startTime: 0, duration: 60 },
      { page: 2, startTime: 100_000, duration: 60 },
    ]);
    const ids = () =>
      dataSource.query(`SELECT id, start_time FROM reading_sessions WHERE user_id = $1 ORDER BY start_time`, [
        reader.userId,
      ]);
    const before = await ids();
    await upload(reader, 'kobo', [{ page: 3, startTime: 100_100, duration: 60 }]);
    const after = await ids();
    expect(after[0]).toEqual(before[0]);
    expect(after[1].id).not.toBe(before[1].id);
  });

  it('counts what is new and what was known, and says where to go on', async () => {
    const reader = await newReader();
    const rows = [
      { page: 1, startTime: 0, duration: 60 },
      { page: 2, startTime: 60, duration: 60 },
    ];
    expect(await upload(reader, 'kobo', rows)).toMatchObject([{ accepted: 2, duplicates: 0, watermark: T0 + 60 }]);
    expect(await upload(reader, 'kobo', [...rows, { page: 3, startTime: 120, duration: 9 }])).toMatchObject([
      { accepted: 1, duplicates: 2, watermark: T0 + 120 },
    ]);
    expect(await upload(reader, 'phone', rows)).toMatchObject([{ accepted: 0, duplicates: 2, watermark: T0 + 60 }]);
  });

  it('asks for everything when old rows were merged in, until it comes', async () => {
    const reader = await newReader();
    const known = [{ page: 1, startTime: 500, duration: 60 }];
    await upload(reader, 'kobo', known, 1);
    expect(await upload(reader, 'kobo', known, 2)).toMatchObject([{ watermark: 0 }]);
    expect(await upload(reader, 'kobo', known, 2)).toMatchObject([{ watermark: 0 }]);
    const all = [{ page: 1, startTime: 0, duration: 60 }, ...known];
    expect(await upload(reader, 'kobo', all, 2)).toMatchObject([{ watermark: T0 + 500 }]);
    expect(await upload(reader, 'kobo', known, 2)).toMatchObject([{ watermark: T0 + 500 }]);
  });

  it('never lets a watermark run ahead of the server’s clock', async () => {
    const reader = await newReader();
    const future = NOW.getTime() / 1000 - T0 + 50_000;
    expect(
      await upload(reader, 'kobo', [
        { page: 1, startTime: 10, duration: 60 },
        { page: 2, startTime: future, duration: 60 },
      ]),
    ).toMatchObject([{ watermark: T0 + 10 }]);
  });

  it('splits a night at the reader’s own midnight', async () => {
    const reader = await newReader('Asia/Tokyo');
    const midnight = Date.UTC(2023, 10, 15, 15, 0, 0) / 1000 - T0;
    await upload(reader, 'kobo', [{ page: 1, startTime: midnight - 100, duration: 300 }]);
    const days = await dataSource.query(`SELECT day::text, seconds FROM reading_days WHERE user_id = $1 ORDER BY day`, [
      reader.userId,
    ]);
    expect(days).toEqual([
      { day: '2023-11-15', seconds: 100 },
      { day: '2023-11-16', seconds: 200 },
    ]);
  });

  it('loses nothing when two devices upload at once', async () => {
    const reader = await newReader();
    const rows = Array.from({ length: 50 }, (_, n) => ({ page: n, startTime: n * 60, duration: 60 }));
    await Promise.all([...DEVICES, ...DEVICES].map((deviceId) => upload(reader, deviceId, rows)));
    expect(await storedSessions(reader)).toEqual([{ deviceId: 'kobo', startTime: 0, endTime: 3000, duration: 3000 }]);
  });

  it('leaves nothing of a user who is deleted, not even what is being uploaded meanwhile', async () => {
    const reader = await newReader();
    const rowsOf = () => dataSource.query(`SELECT 1 FROM page_stats WHERE user_id = $1`, [reader.userId]);
    await upload(reader, 'kobo', [{ page: 1, startTime: 0, duration: 60 }]);
    expect(await rowsOf()).toHaveLength(1);
    const [uploaded, deleted] = await Promise.allSettled([
      upload(reader, 'kobo', [{ page: 2, startTime: 60, duration: 60 }]),
      new Transaction(dataSource).runPersistently((tx) => new UserRepository().delete(tx, reader.userId)),
    ]);
    expect(['fulfilled', 'rejected']).toContain(uploaded.status);
    expect(deleted).toMatchObject({ status: 'fulfilled' });
    expect(await rowsOf()).toEqual([]);
    await expect(upload(reader, 'kobo', [{ page: 3, startTime: 120, duration: 60 }])).rejects.toThrow(/_fk/);
    expect(await rowsOf()).toEqual([]);
  });
});
