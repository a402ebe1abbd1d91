import type { PageStatRow } from '@bookorbit/contracts';
import { Client } from 'pg';

const TABLE = `CREATE TABLE bare_page_stats (user_id integer, book_file_id integer, start_time bigint, page integer, duration integer NOT NULL,
  total_pages integer NOT NULL, device_id text NOT NULL, PRIMARY KEY (user_id, book_file_id, start_time, page))`;
const INSERT = `INSERT INTO bare_page_stats
  SELECT $1, book_file_id, start_time, page, duration, total_pages, 'device'
  FROM unnest($2::int[], $3::bigint[], $4::int[], $5::int[], $6::int[]) AS s (book_file_id, start_time, page, duration, total_pages)
  ON CONFLICT DO NOTHING`;

/** What storing page stats costs at least: one insert for each batch, from memory, over one connection; no HTTP, no rules, no sessions. */
export class BareIngest {
  private readonly client: Client;

  private constructor(client: Client) {
    this.client = client;
  }

  static async open(databaseUrl: string): Promise<BareIngest> {
    const client = new Client({ connectionString: databaseUrl, application_name: 'bare' });
    await client.connect();
    await client.query(TABLE);
    return new BareIngest(client);
  }

  /** @param batches Rows by book, numbered from `firstBook`; each batch is a transaction. */
  async store(userId: number, batches: readonly { firstBook: number; books: readonly (readonly PageStatRow[])[] }[]) {
    for (const { firstBook, books } of batches) {
      const rows = books.flatMap((own, n) => own.map((row) => ({ file: firstBook + n, row })));
      await this.client.query(INSERT, [
        userId,
        rows.map(({ file }) => file),
        rows.map(({ row }) => row[1]),
        rows.map(({ row }) => row[0]),
        rows.map(({ row }) => row[2]),
        rows.map(({ row }) => row[3]),
      ]);
    }
  }

  close(): Promise<void> {
    return this.client.end();
  }
}
