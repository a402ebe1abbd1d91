import { Client } from 'pg';
import type { Bystander } from './bystander.ts';

/** What the server itself looks up about a place some time after it came: its words, and what it is in other dialects. */
const LOOKED_UP_LATER = [
  ...['quote', 'quote_pointer', 'quote_content'],
  ...['cfi', 'kobo_span', 'kobo_span_end', 'outdated_positions', 'anchored_content', 'anchored_by'],
];
/** Written after the answer, so maybe after the rows were first read. */
const WRITTEN_LATER = ['sync_feed'];

/** The rows a bystander has in the database, as they were when they had just joined. */
export class BystanderRows {
  private readonly databaseUrl: string;
  private readonly bystander: Bystander;
  private readonly atFirst: readonly string[];

  private constructor(databaseUrl: string, bystander: Bystander, atFirst: readonly string[]) {
    this.databaseUrl = databaseUrl;
    this.bystander = bystander;
    this.atFirst = atFirst;
  }

  static async read(databaseUrl: string, bystander: Bystander): Promise<BystanderRows> {
    return new BystanderRows(databaseUrl, bystander, await rowsWhere(databaseUrl, OF_THEIRS, [bystander.userId]));
  }

  /** What is otherwise by now; empty while nothing of theirs moved. Asking as the bystander moves what is counted of that. */
  async moved(): Promise<string[]> {
    const now = await rowsWhere(this.databaseUrl, OF_THEIRS, [this.bystander.userId]);
    return [
      ...this.atFirst.filter((row) => !now.includes(row)).map((row) => `gone: ${row}`),
      ...now.filter((row) => !this.atFirst.includes(row)).map((row) => `new: ${row}`),
    ];
  }

  /** Rows of other users that bear the bystander's mark. */
  ofOthers(): Promise<string[]> {
    const { userId, mark } = this.bystander;
    return rowsWhere(this.databaseUrl, `t.user_id <> $1 AND position($2 IN t::text) > 0`, [userId, mark]);
  }
}

const OF_THEIRS = 't.user_id = $1';

async function rowsWhere(databaseUrl: string, condition: string, parameters: unknown[]): Promise<string[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const tables = await client.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.columns
       WHERE table_schema = 'public' AND column_name = 'user_id' AND table_name <> ALL ($1) ORDER BY 1`,
      [WRITTEN_LATER],
    );
    const texts: string[] = [];
    for (const { name } of tables.rows) {
      const { rows } = await client.query<{ row: string }>(
        `SELECT (to_jsonb(t) - '{${LOOKED_UP_LATER.join(',')}}'::text[])::text AS row FROM ${name} t WHERE ${condition} ORDER BY 1`,
        parameters,
      );
      texts.push(...rows.map(({ row }) => `${name} ${row}`));
    }
    return texts;
  } finally {
    await client.end();
  }
}
