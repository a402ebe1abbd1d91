import { mkdtempSync, rmSync, truncateSync, writeFileSync, cpSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sharedPath } from '@bookorbit/testing';
import { readStatistics, type StatisticsLimits, StatisticsProblem } from './read-statistics.ts';
import type { StatisticsBook } from './statistics-messages.ts';

const BOOK = `CREATE TABLE book (id integer PRIMARY KEY autoincrement, title text, authors text, notes integer, last_open integer, highlights integer,
  pages integer, series text, language text, md5 text, total_read_time integer, total_read_pages integer)`;
const STATS = `CREATE TABLE page_stat_data (id_book integer, page integer NOT NULL DEFAULT 0, start_time integer NOT NULL DEFAULT 0,
  duration integer NOT NULL DEFAULT 0, total_pages integer NOT NULL DEFAULT 0, UNIQUE (id_book, page, start_time))`;
const A = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';
const B = 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'statistics-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let made = 0;
function databaseOf(...statements: string[]): string {
  made += 1;
  const path = join(folder, `${made}.sqlite3`);
  const database = new DatabaseSync(path);
  for (const statement of statements) database.exec(statement);
  database.close();
  return path;
}

async function read(path: string, hasWal = false, limits: Partial<StatisticsLimits> = {}) {
  const books: StatisticsBook[] = [];
  const rows: [string, number, number, number, number][] = [];
  let largestBatch = 0;
  const counts = await readStatistics(
    path,
    hasWal,
    {
      book: (book) => void books.push(book),
      rows: (fingerprint, { pages, startTimes, durations, totalPages }) => {
        largestBatch = Math.max(largestBatch, pages.length);
        pages.forEach((page, n) =>
          rows.push([fingerprint, page, startTimes[n] ?? 0, durations[n] ?? 0, totalPages[n] ?? 0]),
        );
      },
    },
    limits,
  );
  return { books, rows, counts, largestBatch };
}

describe('a statistics database', () => {
  it('gives page stats by fingerprint, whatever rows a metadata edit made, and the longer of two', async () => {
    const path = databaseOf(
      BOOK,
      STATS,
      `INSERT INTO book (id, title, authors, md5) VALUES (1, 'Old', 'X', '${A.toUpperCase()}'), (2, 'Title', 'X', '${A}'), (3, 'B', NULL, '${B}')`,
      `INSERT INTO page_stat_data VALUES (1, 5, 100, 10, 50), (2, 5, 100, 12, 50), (2, 6, 112, 20, 50), (3, 1, 50, 7, 9)`,
    );
    const { books, rows, counts } = await read(path);
    expect(books).toEqual([
      { fingerprint: A, title: 'Title', authors: 'X' },
      { fingerprint: B, title: 'B' },
    ]);
    expect(rows.sort()).toEqual([
      [A, 5, 100, 12, 50],
      [A, 6, 112, 20, 50],
      [B, 1, 50, 7, 9],
    ]);
    expect(counts).toEqual({ books: 2, rows: 3, unusable: 0 });
  });

  it('leaves out what no reader writes, and says how many those are', async () => {
    const { rows, counts } = await read(
      databaseOf(
        BOOK,
        STATS,
        `INSERT INTO book (id, title, authors, md5) VALUES (1, 'T', 'X', '${A}'), (2, 'T', 'X', 'no fingerprint'), (3, 'T', 'X', x'00'), (4, x'00', 'X', '${B}')`,
        `INSERT INTO page_stat_data VALUES (1, 1, 100, 10, 50), (1, 'two', 101, 10, 50), (1, 3, -5, 10, 50), (1, 4, 9e18, 10, 50),
           (1, 5, 100, 999999, 50), (1, 6, 100, 10, 0), (1, 7, x'0102', 10, 5), (1, 8.5, 100, 10, 5), (2, 9, 100, 10, 5)`,
      ),
    );
    expect(rows).toEqual([[A, 1, 100, 10, 50]]);
    expect(counts.unusable).toBe(7);
  });

  it('comes in batches, the next of which is not read before the last is taken', async () => {
    const path = databaseOf(
      BOOK,
      STATS,
      `INSERT INTO book (id, title, authors, md5) VALUES (1, 'T', 'X', '${A}')`,
      `INSERT INTO page_stat_data WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 25000) SELECT 1, i % 300, 1000 + i, 20, 300 FROM n`,
    );
    const { rows, largestBatch, counts } = await read(path, false, { rowsABatch: 1000 });
    expect([rows.length, new Set(rows.map(String)).size, largestBatch, counts.rows]).toEqual([
      25_000, 25_000, 1000, 25_000,
    ]);
    await expect(read(path, false, { rows: 24_999 })).rejects.toThrow('more than 24999 page turns');
    await expect(
      readStatistics(path, false, { book: () => undefined, rows: () => Promise.reject(new Error('the disk is full')) }),
    ).rejects.toThrow('the disk is full');
  });

  it('in WAL mode is read with the rows that are still in the WAL, and without it as far as it goes', async () => {
    const path = databaseOf(BOOK, STATS);
    const writer = new DatabaseSync(path);
    writer.exec(`PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; INSERT INTO book (id, md5) VALUES (1, '${A}');
      INSERT INTO page_stat_data VALUES (1, 1, 100, 10, 50)`);
    const copy = join(folder, 'copied.sqlite3');
    cpSync(path, copy);
    cpSync(`${path}-wal`, `${copy}-wal`);
    writer.close();
    expect((await read(copy, false)).rows).toEqual([]);
    expect((await read(copy, true)).rows).toEqual([[A, 1, 100, 10, 50]]);
  });

  const loop =
    'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS id_book, i AS page, i AS start_time, i AS duration, i AS total_pages FROM n';
  it.each<[string, string[], string]>([
    ['is empty', [], 'no reading time in it'],
    ['has a view without an end for a table', [BOOK, `CREATE VIEW page_stat_data AS ${loop}`], 'not tables'],
    [
      'has a virtual table',
      [BOOK, `CREATE VIRTUAL TABLE page_stat_data USING fts5(id_book, page, start_time, duration, total_pages)`],
      'not tables',
    ],
    ['lacks columns', [BOOK, 'CREATE TABLE page_stat_data (id_book integer, page integer)'], 'columns are missing'],
    [
      'computes its columns',
      [
        BOOK,
        'CREATE TABLE page_stat_data (id_book integer, page integer, start_time integer, duration AS (zeroblob(1000000000)), total_pages integer)',
      ],
      'columns are missing',
    ],
  ])('that %s is refused in words', async (_name, statements, message) => {
    await expect(read(databaseOf(...statements))).rejects.toThrow(message);
  });

  it('with triggers is only read', async () => {
    const path = databaseOf(
      BOOK,
      STATS,
      `INSERT INTO book (id, md5) VALUES (1, '${A}')`,
      `CREATE TRIGGER boom AFTER INSERT ON book BEGIN DELETE FROM page_stat_data; END`,
    );
    expect((await read(path)).books).toHaveLength(1);
  });

  it('with values larger than memory is read without them', async () => {
    const path = databaseOf(
      BOOK,
      STATS,
      `INSERT INTO book (id, title, md5) VALUES (1, printf('%.*c', 100000000, 'x'), '${A}'), (2, 'x', '${B}'), (3, 'y', printf('%.*c', 100000000, 'a'))`,
      `INSERT INTO page_stat_data VALUES (1, 1, 100, 10, 50), (1, printf('%.*c', 100000000, 'x'), 100, 10, 50)`,
    );
    const { books, rows } = await read(path, false, { heapBytes: 8 * 1024 * 1024 });
    expect(books).toEqual([{ fingerprint: A }, { fingerprint: B, title: 'x' }]);
    expect(rows).toEqual([[A, 1, 100, 10, 50]]);
    rmSync(path);
  }, 60_000);

  it('that is damaged, cut off or no database at all is refused in words', async () => {
    const cut = databaseOf(BOOK, STATS, `INSERT INTO book (id, md5) VALUES (1, '${A}')`);
    truncateSync(cut, 5000);
    const noise = join(folder, 'noise.sqlite3');
    writeFileSync(noise, Buffer.from(Array.from({ length: 9000 }, (_, n) => (n * 7919) % 256)));
    const empty = join(folder, 'empty.sqlite3');
    writeFileSync(empty, '');
    for (const path of [cut, noise, empty, join(folder, 'not there')])
      await expect(read(path)).rejects.toThrow(StatisticsProblem);
  });

  it('that takes too long is given up, and the process with it', async () => {
    // Without its index every book is a scan of the whole table.
    const path = databaseOf(
      BOOK,
      STATS.replace(', UNIQUE (id_book, page, start_time)', ''),
      `INSERT INTO book (md5) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) SELECT printf('%032x', i) FROM n`,
      `INSERT INTO page_stat_data WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) SELECT 99999, i, i, 1, 1 FROM n`,
    );
    const started = performance.now();
    await expect(read(path, false, { milliseconds: 1500 })).rejects.toThrow('too long');
    expect(performance.now() - started).toBeLessThan(60_000);
  });
});

const DATA = sharedPath();

(DATA === undefined ? describe.skip : describe)('the statistics of a real KOReader', () => {
  it('are all there', async () => {
    const copy = join(folder, 'real.sqlite3');
    cpSync(join(DATA ?? '', 'koreader-data/device-a/settings/statistics.sqlite3'), copy);
    const { books, counts } = await read(copy);
    expect(counts).toEqual({ books: 5, rows: 192, unusable: 0 });
    expect(books).toContainEqual(
      expect.objectContaining({
        fingerprint: '62ddbb74c0f63d63210a052e5dc2241f',
        title: "Alice's Adventures in Wonderland",
      }),
    );
  });
});
