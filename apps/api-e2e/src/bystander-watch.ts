import { deviceBookOf } from '@bookorbit/testing';
import { Client } from 'pg';
import type { Browser } from './browser.ts';
import { Bystander, StaleDevice } from './bystander.ts';
import { sendRaw } from './raw-request.ts';
import type { Reader } from './reader.ts';

/** What the server itself looks up about a place some time after it came: its words, and what it is in other dialects. */
const LOOKED_UP_LATER = [
  ...['quote', 'quote_pointer', 'quote_content'],
  ...['cfi', 'kobo_span', 'kobo_span_end', 'outdated_positions', 'anchored_content', 'anchored_by'],
];
/** Written after the answer, so maybe after the rows were first read. */
const WRITTEN_LATER = ['sync_feed'];
/** Ids a question is asked about: those of the bystander's things are among the first of each table. */
const IDS = [1, 2, 3];

interface Place {
  readonly admin: Browser;
  readonly origins: readonly string[];
  readonly databaseUrl: string;
  readonly libraryId: number;
}

/** Sees at the end of a world that its bystander noticed nothing, and that nobody was told anything of theirs. */
export class BystanderWatch {
  private constructor(
    private readonly place: Place,
    private readonly bystander: Bystander,
    private readonly hashes: readonly string[],
    private readonly rows: readonly string[],
  ) {}

  /** @param files Of the library, which bystander and everybody else have alike. */
  static async begin(place: Place, files: readonly Buffer[]): Promise<BystanderWatch> {
    const hashes = [...new Set(files.map((bytes) => deviceBookOf(bytes).hash))];
    const bystander = await Bystander.join(place.admin, place.origins, [place.libraryId], hashes);
    return new BystanderWatch(place, bystander, hashes, await rowsOf(place.databaseUrl, bystander));
  }

  /** @param readers Of whom the first that still may sync has a device with a stopped clock. */
  async end(readers: readonly Reader[]): Promise<void> {
    const { admin, databaseUrl } = this.place;
    expect(await rowsOf(databaseUrl, this.bystander)).toEqual(this.rows);
    const stale = await firstStaleDevice(readers);
    await stale.expectToMoveNothing(this.hashes);
    await this.bystander.expectUnmoved();
    const told = [
      ...(await stale.told(this.hashes)).map((answer) => JSON.stringify(answer)),
      ...(await this.toldOnTheWeb(admin)),
      ...(await this.toldOnTheWeb(stale.reader.browser)),
    ];
    expect(told.length).toBeGreaterThan(10);
    expect(told.filter((answer) => answer.includes(this.bystander.mark))).toEqual([]);
    expect(await rowsOfOthers(databaseUrl, this.bystander)).toEqual([]);
  }

  /** What every question the web API knows is answered with. */
  private async toldOnTheWeb({ cookie = '' }: Browser): Promise<string[]> {
    const [origin = ''] = this.place.origins;
    const description = await sendRaw(origin, { method: 'GET', path: '/api/docs-json' });
    const { paths } = JSON.parse(description.body) as { paths: Record<string, Record<string, unknown>> };
    const questions = Object.entries(paths)
      .filter(([path, methods]) => 'get' in methods && !path.includes('/koreader/plugin/'))
      .flatMap(([path]) => (path.includes('{') ? IDS.map((id) => path.replaceAll(/\{\w+\}/g, String(id))) : [path]));
    const answers: string[] = [];
    for (const path of questions) {
      const { status, body } = await sendRaw(origin, { method: 'GET', path, headers: { cookie } });
      if (status === 200) answers.push(body);
    }
    return answers;
  }
}

async function firstStaleDevice(readers: readonly Reader[]): Promise<StaleDevice> {
  for (const reader of readers) {
    const stale = await StaleDevice.of(reader).catch(() => undefined);
    if (stale) return stale;
  }
  throw new Error('Nobody in this world can sync at its end: add a reader who can.');
}

/** Every row that names the bystander as its user. */
async function rowsOf(databaseUrl: string, { reader }: Bystander): Promise<string[]> {
  return rowsWhere(databaseUrl, 't.user_id = $1', [reader.userId]);
}

/** Rows of other users that bear the bystander's mark. */
async function rowsOfOthers(databaseUrl: string, { reader, mark }: Bystander): Promise<string[]> {
  return rowsWhere(databaseUrl, `t.user_id <> $1 AND position($2 IN t::text) > 0`, [reader.userId, mark]);
}

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
