import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { IMPORT_FIELD, type ImportDetail, type KoreaderImport } from '@bookorbit/contracts';
import { bookPool } from './book-pool.ts';
import { expectStatus, until } from './expect-status.ts';
import { World } from './world.ts';

/** What a heavy reader of some years has: some 13 MB. */
const ROWS = 230_000;
const FOREIGN_BOOKS = 280;
/** Above what an idle server takes. */
const MOST_GROWTH_MB = 300;

describe('a large statistics database', () => {
  const pool = bookPool(20);
  let world: World;
  beforeAll(async () => {
    world = await World.start();
    await world.setUp();
    await world.addLibrary(Object.fromEntries(pool.map(({ fileName, bytes }) => [fileName, bytes])));
  });
  afterAll(() => world?.stop());

  it('is streamed: previewed, applied and taken back within bounded memory', async () => {
    const ann = await world.addReader('ann');
    const bytes = database(pool.map(({ hash }) => hash));
    const memory = () =>
      Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${world.servers[0]?.pid}/status`, 'utf8'))?.[1]) / 1024;
    const settled = (id: number) =>
      until(
        async () => {
          const { body } = await ann.browser.get<ImportDetail>(`imports/${id}`);
          return !['reading', 'applying', 'undoing'].includes(body.state) && body;
        },
        'the import to settle',
        180,
      );
    const before = memory();
    const started = performance.now();
    const times: string[] = [];
    const time = (what: string) => times.push(`${what} at ${((performance.now() - started) / 1000).toFixed(1)} s`);
    const sent = await ann.browser.upload<KoreaderImport>('imports', IMPORT_FIELD, [
      { name: 'statistics.sqlite3', bytes },
    ]);
    expectStatus(sent, 201);
    time('read');
    const preview = await settled(sent.body.id);
    time('previewed');
    expect(preview.totals).toMatchObject({ books: pool.length, unmatched: FOREIGN_BOOKS });
    expectStatus(await ann.browser.post(`imports/${sent.body.id}/apply`), 202);
    const applied = await settled(sent.body.id);
    time('applied');
    expect(applied.totals).toEqual(preview.totals);
    expectStatus(await ann.browser.post(`imports/${sent.body.id}/undo`), 202);
    const undone = await settled(sent.body.id);
    time('taken back');
    expect(undone.undo?.removedPageStats).toBe(preview.totals?.newPageStats);
    const growth = memory() - before;
    process.stderr.write(
      `${(bytes.length / 1e6).toFixed(1)} MB, ${preview.totals?.newPageStats} new rows: ${times.join(', ')}; memory grew by ${growth.toFixed(0)} MB\n`,
    );
    expect(growth).toBeLessThan(MOST_GROWTH_MB);
  }, 240_000);
});

/** Most of the rows are of books in the library, in sittings as people have them. */
function database(hashes: readonly string[]): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'statistics-'));
  try {
    const path = join(folder, 'statistics.sqlite3');
    const made = new DatabaseSync(path);
    made.exec(`CREATE TABLE book (id integer PRIMARY KEY, title text, authors text, notes integer, last_open integer, highlights integer, pages integer,
        series text, language text, md5 text, total_read_time integer, total_read_pages integer);
      CREATE TABLE page_stat_data (id_book integer, page integer NOT NULL DEFAULT 0, start_time integer NOT NULL DEFAULT 0,
        duration integer NOT NULL DEFAULT 0, total_pages integer NOT NULL DEFAULT 0, UNIQUE (id_book, page, start_time));
      CREATE INDEX page_stat_data_start_time ON page_stat_data(start_time); BEGIN`);
    const book = made.prepare('INSERT INTO book (id, title, authors, md5) VALUES (?, ?, ?, ?)');
    const row = made.prepare('INSERT INTO page_stat_data VALUES (?, ?, ?, ?, ?)');
    const all = [...hashes, ...Array.from({ length: FOREIGN_BOOKS }, (_, n) => (n + 1).toString(16).padStart(32, '0'))];
    for (const [n, hash] of all.entries()) book.run(n + 1, `Book ${n}`, 'Somebody', hash);
    for (let n = 0; n < ROWS; n += 1) {
      const id =
        n % 10 < 8
          ? (Math.floor(n / 10) % hashes.length) + 1
          : hashes.length + 1 + (Math.floor(n / 10) % FOREIGN_BOOKS);
      const sitting = Math.floor(n / 800);
      row.run(id, n % 400, 1_500_000_000 + sitting * 40_000 + (n % 800) * 31, 30, 400);
    }
    made.exec('COMMIT');
    made.close();
    return readFileSync(path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
