import fc from 'fast-check';
import { DataSource } from 'typeorm';
import { createTestDatabase, type TestDatabase } from '@bookorbit/testing';
import type { UserPrincipal } from '../auth/index.ts';
import { Clock } from '../clock/index.ts';
import { dataSourceOptions } from '../database/data-source.ts';
import { Transaction } from '../database/index.ts';
import { foldText } from '../libraries/fold-text.ts';
import { MIGRATED_SCHEMA } from '../database/test-database.ts';
import { countStatements, createTestReader, type TestReader } from '../database/test-reader.ts';
import { AccessibleFiles } from '../libraries/index.ts';
import { ChangeTimeZone } from './change-time-zone.ts';
import { PageStatRepository } from './page-stat.repository.ts';
import { ReadingDaysRepository } from './reading-days.repository.ts';
import { ReadingLog } from './reading-log.ts';
import { ReadingLogRepository } from './reading-log.repository.ts';
import { ReadingSessionRepository } from './reading-session.repository.ts';
import { ReadingStatistics } from './reading-statistics.ts';
import { RecomputeSessions } from './recompute-sessions.ts';
import { StatisticsRepository } from './statistics.repository.ts';
import { TakeInPageStats } from './take-in-page-stats.ts';

const NOW = new Date('2026-11-23T12:00:00Z');
const at = (iso: string) => Date.parse(iso) / 1000;

class SetClock extends Clock {
  override now(): Date {
    return NOW;
  }
}

let database: TestDatabase;
let dataSource: DataSource;
let takeIn: TakeInPageStats;
let log: ReadingLog;
let statistics: ReadingStatistics;
let changeTimeZone: ChangeTimeZone;

beforeAll(async () => {
  database = await createTestDatabase(MIGRATED_SCHEMA);
  dataSource = await new DataSource(dataSourceOptions(database.connection)).initialize();
  const transaction = new Transaction(dataSource);
  const stats = new PageStatRepository();
  const sessions = new ReadingSessionRepository();
  takeIn = new TakeInPageStats(stats, new RecomputeSessions(stats, sessions));
  log = new ReadingLog(transaction, new AccessibleFiles(), new ReadingLogRepository(), sessions, new SetClock());
  statistics = new ReadingStatistics(transaction, new StatisticsRepository(), sessions, new SetClock());
  changeTimeZone = new ChangeTimeZone(transaction, sessions, new ReadingDaysRepository());
});
afterAll(async () => {
  await dataSource?.destroy();
  await database?.drop();
});

const principal = ({ userId }: TestReader, ...permissions: UserPrincipal['permissions']): UserPrincipal => ({
  userId,
  username: '',
  permissions: permissions.length > 0 ? permissions : ['koreader_sync'],
});

/** Rows of [page, start, seconds]. */
function upload(reader: TestReader, rows: readonly (readonly [number, number, number])[], deviceId = 'kobo', n = 0) {
  const file = reader.files[n];
  return dataSource.transaction((tx) =>
    takeIn.run(
      tx,
      reader.userId,
      deviceId,
      [
        {
          bookFileId: file?.fileId ?? 0,
          hash: file?.hash ?? '',
          stats: {
            pages: rows.map(([page]) => page),
            startTimes: rows.map(([, start]) => start),
            durations: rows.map(([, , seconds]) => seconds),
            totalPages: rows.map(() => 300),
          },
        },
      ],
      NOW,
    ),
  );
}

const daysOf = async ({ userId }: TestReader): Promise<unknown[]> =>
  dataSource.query(
    `SELECT session_id, day::text, seconds FROM reading_days WHERE user_id = $1 ORDER BY session_id, day`,
    [userId],
  );

describe('the reading log', () => {
  it('has sittings of every source, newest first, page by page', async () => {
    const reader = await createTestReader(dataSource, 2);
    for (let n = 0; n < 55; n += 1)
      await upload(reader, [[n, at('2026-01-01T00:00:00Z') + n * 7200, 60]], 'kobo', n % 2);
    const first = await log.find(principal(reader), undefined, undefined);
    const second = await log.find(principal(reader), undefined, first.next);
    expect([first.sessions.length, second.sessions.length, second.next]).toEqual([50, 5, undefined]);
    const all = [...first.sessions, ...second.sessions];
    expect(new Set(all.map(({ id }) => id)).size).toBe(55);
    expect(all.map(({ startedAt }) => startedAt)).toEqual(
      all
        .map(({ startedAt }) => startedAt)
        .sort()
        .reverse(),
    );
    const ofBook = await log.find(principal(reader), reader.files[1]?.bookId, undefined);
    expect(ofBook.sessions).toHaveLength(27);
    expect([first.total, second.total, ofBook.total]).toEqual([
      { sessions: 55, seconds: 3300 },
      { sessions: 55, seconds: 3300 },
      { sessions: 27, seconds: 1620 },
    ]);
    expect(ofBook.sessions[0]).toMatchObject({ source: 'koreader', deviceId: 'kobo', seconds: 60, pages: 1 });
  });

  it('takes entries by hand and gives them back; what a device measured stays', async () => {
    const reader = await createTestReader(dataSource);
    await upload(reader, [[1, at('2026-11-01T10:00:00Z'), 60]]);
    const user = principal(reader);
    const id = await log.add(user, {
      bookId: reader.files[0]?.bookId ?? 0,
      startedAt: '2026-11-02T23:30:00Z',
      seconds: 3600,
      pages: 20,
    });
    expect((await log.find(user, undefined, undefined)).sessions).toMatchObject([
      { id, source: 'manual', seconds: 3600, pages: 20 },
      { source: 'koreader' },
    ]);
    expect((await statistics.find(user, {})).days).toMatchObject([
      { day: '2026-11-01', seconds: 60 },
      { day: '2026-11-02', seconds: 1800 },
      { day: '2026-11-03', seconds: 1800 },
    ]);
    const measured = (await log.find(user, undefined, undefined)).sessions[1]?.id ?? 0;
    await expect(log.remove(user, measured)).rejects.toThrow('no such entry');
    await log.remove(user, id);
    expect((await log.find(user, undefined, undefined)).sessions).toHaveLength(1);
  });

  it('refuses reading that would end in the future, and books that may not be read', async () => {
    const [reader, stranger] = [await createTestReader(dataSource), await createTestReader(dataSource)];
    const entry = { bookId: reader.files[0]?.bookId ?? 0, startedAt: '2026-11-23T11:59:00Z', seconds: 3600 };
    await expect(log.add(principal(reader), entry)).rejects.toThrow('future');
    await expect(log.add(principal(stranger), { ...entry, startedAt: '2026-11-20T10:00:00Z' })).rejects.toThrow(
      'no such book',
    );
  });

  it('shows nothing of KOReader’s without the permission', async () => {
    const reader = await createTestReader(dataSource);
    await upload(reader, [[1, at('2026-11-01T10:00:00Z'), 3600]]);
    const user = principal(reader, 'download');
    expect(await log.find(user, undefined, undefined)).toEqual({ sessions: [], total: { sessions: 0, seconds: 0 } });
    expect(await statistics.find(user, {})).toMatchObject({ totals: { seconds: 0 }, devices: [] });
    expect(await statistics.findAchievements(user)).toEqual([]);
  });
});

describe('the statistics', () => {
  it('tell totals, streaks, pace, hours, weekdays and devices', async () => {
    const reader = await createTestReader(dataSource, 1, 'Europe/Berlin');
    await upload(reader, [
      [1, at('2026-11-21T21:50:00Z'), 600],
      [2, at('2026-11-21T22:00:00Z'), 600],
    ]);
    await upload(reader, [[3, at('2026-11-22T08:00:00Z'), 1200]], 'phone');
    expect(await statistics.find(principal(reader), {})).toMatchObject({
      timeZone: 'Europe/Berlin',
      today: '2026-11-23',
      totals: { seconds: 2400, sessions: 2, books: 1, days: 2, finished: 0 },
      streak: { current: 2, longest: 2 },
      pace: { pagesPerHour: 4.5, secondsPerSession: 1200 },
      hours: Array.from({ length: 24 }, (_, hour) => ({ 9: 1200, 22: 600, 23: 600 })[hour] ?? 0),
      weekdays: [0, 0, 0, 0, 0, 1200, 1200],
      devices: [
        { source: 'koreader', deviceId: 'kobo', seconds: 1200 },
        { source: 'koreader', deviceId: 'phone', seconds: 1200 },
      ],
    });
    const scoped = await statistics.find(principal(reader), { from: '2026-11-22', to: '2026-11-22' });
    expect(scoped).toMatchObject({ totals: { seconds: 1200, sessions: 1 }, streak: { current: 2 } });
  });

  it('are narrowed to a source and a device, and name the books', async () => {
    const reader = await createTestReader(dataSource, 2);
    await upload(reader, [[1, at('2026-11-20T10:00:00Z'), 600]], 'kobo', 0);
    await upload(reader, [[1, at('2026-11-21T10:00:00Z'), 1200]], 'phone', 1);
    const user = principal(reader);
    await log.add(user, { bookId: reader.files[0]?.bookId ?? 0, startedAt: '2026-11-22T10:00:00Z', seconds: 300 });
    expect(await statistics.find(user, {})).toMatchObject({
      firstDay: '2026-11-20',
      books: [
        { bookId: reader.files[1]?.bookId, seconds: 1200 },
        { bookId: reader.files[0]?.bookId, seconds: 900 },
      ],
    });
    expect(await statistics.find(user, { deviceId: 'phone' })).toMatchObject({
      firstDay: '2026-11-21',
      totals: { seconds: 1200, books: 1 },
      hours: Array.from({ length: 24 }, (_, hour) => (hour === 10 ? 1200 : 0)),
      books: [{ bookId: reader.files[1]?.bookId, seconds: 1200 }],
    });
    expect(await statistics.find(user, { source: 'manual' })).toMatchObject({ totals: { seconds: 300, sessions: 1 } });
  });

  it('find any book something was read of by its words, the most read first, and no other', async () => {
    const [reader, stranger] = [await createTestReader(dataSource, 3), await createTestReader(dataSource)];
    const titles = ['Les Misérables', 'Middlemarch', 'Unread'];
    for (const [n, { bookId }] of reader.files.entries())
      await dataSource.query(`UPDATE books SET title = $2, search = $3 WHERE id = $1`, [
        bookId,
        titles[n],
        foldText(titles[n] ?? ''),
      ]);
    await upload(reader, [[1, at('2026-11-20T10:00:00Z'), 600]], 'kobo', 0);
    await upload(reader, [[1, at('2026-11-21T10:00:00Z'), 1200]], 'kobo', 1);
    await upload(stranger, [[1, at('2026-11-21T10:00:00Z'), 1200]]);
    const user = principal(reader);
    expect(await statistics.findBooks(user, undefined)).toMatchObject({
      total: 2,
      books: [
        { title: 'Middlemarch', seconds: 1200 },
        { title: 'Les Misérables', seconds: 600 },
      ],
    });
    expect(await statistics.findBooks(user, 'MISERABLES les')).toMatchObject({
      total: 1,
      books: [{ title: 'Les Misérables' }],
    });
    expect(await statistics.findBooks(user, 'unread')).toEqual({ total: 0, books: [] });
    expect(await statistics.findBooks(principal(reader, 'download'), undefined)).toEqual({ total: 0, books: [] });
  });

  it('tell which books were read to the end, on which day of the user’s own time zone', async () => {
    const reader = await createTestReader(dataSource, 1, 'Europe/Berlin');
    const [{ bookId } = { bookId: 0 }] = reader.files;
    await dataSource.query(
      `INSERT INTO book_readings (user_id, book_id, ordinal, ended_at, outcome) VALUES ($1, $2, 1, '2026-11-20T23:30:00Z', 'finished')`,
      [reader.userId, bookId],
    );
    const { finished, totals } = await statistics.find(principal(reader), { from: '2026-11-21' });
    expect([finished, totals.finished]).toMatchObject([[{ bookId, day: '2026-11-21' }], 1]);
    expect((await statistics.find(principal(reader), { to: '2026-11-20' })).finished).toEqual([]);
  });

  it('award nothing twice when everything is sent again', async () => {
    const reader = await createTestReader(dataSource);
    const rows = Array.from({ length: 8 }, (_, n) => [n, at('2026-11-01T10:00:00Z') + n * 86_400, 3600] as const);
    await upload(reader, rows);
    const achieved = await statistics.findAchievements(principal(reader));
    expect(achieved).toContainEqual({ kind: 'streak', level: 7, reachedOn: '2026-11-07' });
    await upload(reader, rows);
    await upload(reader, rows, 'phone');
    expect(await statistics.findAchievements(principal(reader))).toEqual(achieved);
  });
});

describe('ChangeTimeZone', () => {
  const row = fc.tuple(
    fc.integer({ min: 1, max: 5 }),
    fc.integer({ min: 0, max: 400 }),
    fc.integer({ min: 1, max: 4000 }),
  );

  it('makes the days what they were had it always been this zone', () =>
    fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(row, { maxLength: 25, selector: ([page, start]) => `${page} ${start}` }),
        async (rows) => {
          const stats = rows.map(
            ([page, start, seconds]) => [page, at('2026-03-27T00:00:00Z') + start * 600, seconds] as const,
          );
          const [moved, settled] = [
            await createTestReader(dataSource),
            await createTestReader(dataSource, 1, 'America/New_York'),
          ];
          for (const reader of [moved, settled]) {
            await upload(reader, stats);
            await log.add(principal(reader), {
              bookId: reader.files[0]?.bookId ?? 0,
              startedAt: '2026-03-29T00:30:00Z',
              seconds: 20_000,
            });
          }
          await changeTimeZone.run(moved.userId, 'America/New_York');
          const plain = (days: unknown[]) => days.map((one) => ({ ...(one as object), session_id: undefined }));
          expect(plain(await daysOf(moved))).toEqual(plain(await daysOf(settled)));
        },
      ),
      { numRuns: 20 },
    ));
});

describe('TakeInPageStats', () => {
  it('sends the same number of statements whatever the batch', async () => {
    const count = async (books: number, rows: number) => {
      const reader = await createTestReader(dataSource, books);
      const files = reader.files.map(({ fileId, hash }) => {
        const column = (value: (n: number) => number) => Array.from({ length: rows }, (_, n) => value(n));
        const stats = {
          pages: column((n) => n),
          startTimes: column((n) => at('2026-01-01T00:00:00Z') + n * 5000),
          durations: column(() => 60),
          totalPages: column(() => 300),
        };
        return { bookFileId: fileId, hash, stats };
      });
      return countStatements(dataSource, (tx) => takeIn.run(tx, reader.userId, 'kobo', files, NOW));
    };
    expect(await count(20, 200)).toBe(await count(1, 1));
  });
});
