import { DatabaseSync } from 'node:sqlite';

/** KOReader's database of reading time, with one book of 300 pages: each row a page, when it was opened (unix seconds), and for how many seconds. */
export function writeStatistics(
  path: string,
  hash: string,
  rows: readonly (readonly [page: number, startTime: number, seconds: number])[],
): void {
  const made = new DatabaseSync(path);
  made.exec(`CREATE TABLE book (id integer PRIMARY KEY, title text, authors text, md5 text);
    CREATE TABLE page_stat_data (id_book integer, page integer, start_time integer, duration integer, total_pages integer);`);
  made.prepare(`INSERT INTO book VALUES (1, 'Dracula', 'Bram Stoker', ?)`).run(hash);
  const insert = made.prepare('INSERT INTO page_stat_data VALUES (1, ?, ?, ?, 300)');
  for (const row of rows) insert.run(...row);
  made.close();
}
