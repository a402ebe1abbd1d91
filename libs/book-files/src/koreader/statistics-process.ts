import { once } from 'node:events';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import type {
  FromReader,
  StatisticsBook,
  StatisticsBounds,
  StatisticsCounts,
  StatisticsJob,
  StatisticsRows,
  ToReader,
} from './statistics-messages.ts';

// Runs in a process of its own: SQLite cannot be interrupted, only killed. The database is somebody's file, so nothing it brings along is run:
// no views, triggers, virtual tables or extensions, and every value is asked for its type.

/** What SQLite finds wrong, in words that say what to do. */
const UNREADABLE = 'It is no SQLite database, or a damaged one; copy statistics.sqlite3 from the device again';
const LATEST_START = 253_402_300_799;
const LARGEST_INTEGER = 2_147_483_647;
const LONGEST_DURATION = 86_400;
/** Bytes; what is longer is not even loaded: the size of a value stands in front of it. */
const LONGEST_TEXT = 4000;
const NEEDED = {
  book: ['id', 'title', 'authors', 'md5'],
  page_stat_data: ['id_book', 'page', 'start_time', 'duration', 'total_pages'],
};

/** A reason for a person. */
class Unusable extends Error {}

interface BookRow {
  readonly fingerprint: string;
  readonly title: string | null;
  readonly authors: string | null;
  readonly ids: string;
}

interface StatRow {
  readonly page: number;
  readonly start_time: number;
  readonly duration: number;
  readonly total_pages: number;
}

process.once('message', (message: ToReader) => {
  if (message.kind === 'read') void run(message.job);
});

async function run(job: StatisticsJob): Promise<void> {
  try {
    await tell({ kind: 'end', counts: await read(job) });
  } catch (error) {
    await tell({ kind: 'failed', reason: error instanceof Unusable ? error.message : UNREADABLE });
  }
  process.disconnect();
}

async function read({ path, hasWal, bounds }: StatisticsJob): Promise<StatisticsCounts> {
  const url = pathToFileURL(path);
  // Without a WAL nothing beside the file is looked at or made, even if the file says that there is one.
  if (!hasWal) url.search = 'immutable=1';
  const database = new DatabaseSync(url, { readOnly: true, enableForeignKeyConstraints: false });
  try {
    for (const setting of [
      `hard_heap_limit = ${bounds.heapBytes}`,
      'trusted_schema = OFF',
      'cell_size_check = ON',
      'mmap_size = 0',
    ])
      database.exec(`PRAGMA ${setting}`);
    checkSchema(database);
    return await readRows(database, bounds);
  } finally {
    database.close();
  }
}

function checkSchema(database: DatabaseSync): void {
  const objects = database
    .prepare(`SELECT type, name, sql FROM sqlite_master WHERE lower(name) IN ('book', 'page_stat_data')`)
    .all();
  for (const [name, columns] of Object.entries(NEEDED)) {
    const found = objects.find((object) => String(object['name']).toLowerCase() === name);
    if (!found) throw new Unusable('It is no statistics database of KOReader: it has no reading time in it');
    const isPlain = found['type'] === 'table' && /^\s*CREATE\s+TABLE\b/i.test(String(found['sql']));
    if (!isPlain) throw new Unusable('It is no statistics database of KOReader: its tables are not tables');
    const known = database.prepare(`SELECT lower(name) AS name, hidden FROM pragma_table_xinfo(?)`).all(name);
    const isWhole = columns.every((column) => known.some((each) => each['name'] === column && each['hidden'] === 0));
    if (!isWhole)
      throw new Unusable('It is no statistics database of KOReader that this server knows: columns are missing');
  }
}

async function readRows(database: DatabaseSync, bounds: StatisticsBounds): Promise<StatisticsCounts> {
  const counts = { books: 0, rows: 0, unusable: 0 };
  // A metadata edit makes a second row with the same fingerprint.
  const books = database
    .prepare(
      `SELECT lower(md5) AS fingerprint, max(CASE WHEN octet_length(title) <= ${LONGEST_TEXT} THEN title END) AS title,
         max(CASE WHEN octet_length(authors) <= ${LONGEST_TEXT} THEN authors END) AS authors,
         group_concat(id) AS ids
       FROM book WHERE typeof(md5) = 'text' AND octet_length(md5) = 32 AND md5 NOT GLOB '*[^0-9a-fA-F]*' AND typeof(id) = 'integer'
         AND typeof(title) IN ('text', 'null') AND typeof(authors) IN ('text', 'null')
       GROUP BY lower(md5) LIMIT ${bounds.books + 1}`,
    )
    .all() as unknown as BookRow[];
  if (books.length > bounds.books) throw new Unusable(`It has more than ${bounds.books} books`);
  for (const { ids, ...book } of books) {
    await tell({ kind: 'book', book: described(book) });
    counts.books += 1;
    const isUsable = usable();
    const { unusable } = database
      .prepare(`SELECT count(*) AS unusable FROM page_stat_data WHERE id_book IN (${ids}) AND NOT (${isUsable})`)
      .get() as { unusable: number };
    counts.unusable += unusable;
    // The same page and second twice: the longer one was written later.
    const rows = database
      .prepare(
        `SELECT page, start_time, max(duration) AS duration, max(total_pages) AS total_pages FROM page_stat_data
         WHERE id_book IN (${ids}) AND ${isUsable} GROUP BY page, start_time`,
      )
      .iterate() as unknown as Iterable<StatRow>;
    for (const batch of batches(rows, bounds.rowsABatch)) {
      counts.rows += batch.pages.length;
      if (counts.rows > bounds.rows) throw new Unusable(`It has more than ${bounds.rows} page turns`);
      await tell({ kind: 'rows', fingerprint: book.fingerprint, rows: batch });
    }
  }
  return counts;
}

/** Written out, because SQLite lets any column hold anything. */
function usable(): string {
  const whole = (column: string, from: number, to: number) =>
    `typeof(${column}) = 'integer' AND ${column} BETWEEN ${from} AND ${to}`;
  return [
    whole('page', 0, LARGEST_INTEGER),
    whole('start_time', 1, LATEST_START),
    whole('duration', 0, LONGEST_DURATION),
    whole('total_pages', 1, LARGEST_INTEGER),
  ].join(' AND ');
}

function described({ fingerprint, title, authors }: Omit<BookRow, 'ids'>): StatisticsBook {
  return { fingerprint, ...(title !== null && { title }), ...(authors !== null && { authors }) };
}

function* batches(rows: Iterable<StatRow>, size: number): Generator<StatisticsRows> {
  let batch = emptyBatch();
  for (const row of rows) {
    batch.pages.push(row.page);
    batch.startTimes.push(row.start_time);
    batch.durations.push(row.duration);
    batch.totalPages.push(row.total_pages);
    if (batch.pages.length < size) continue;
    yield batch;
    batch = emptyBatch();
  }
  if (batch.pages.length > 0) yield batch;
}

function emptyBatch() {
  return { pages: [] as number[], startTimes: [] as number[], durations: [] as number[], totalPages: [] as number[] };
}

async function tell(message: FromReader): Promise<void> {
  const isTaken = once(process, 'message');
  process.send?.(message);
  await isTaken;
}
