import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import {
  type DocumentLink,
  IMPORT_FIELD,
  type ImportDetail,
  type KoreaderImport,
  type UnmatchedDocument,
} from '@bookorbit/contracts';
import JSZip from 'jszip';
import { Client } from 'pg';
import { bookPool } from './book-pool.ts';
import { expectStatus, until } from './expect-status.ts';
import type { Reader } from './reader.ts';
import { World } from './world.ts';

/** Nowhere in the database once she is gone; in every text she can leave there. */
const MARK = 'annabella-was-here';
const LOOSE = 'abcdefabcdefabcdefabcdefabcdef01';
const OTHER_LOOSE = 'abcdefabcdefabcdefabcdefabcdef02';
/** What a user signs in with is theirs, but no data of theirs; staged page stats are in the import's result. */
const NOT_EXPORTED = [
  'logins',
  'reading_days',
  'annotation_syncs',
  'page_stat_uploads',
  'progress_reset_devices',
  'import_documents',
  'import_page_stats',
  'session_recounts',
];
/** Tables whose rows are in a file under another name, or inside of others'. */
const UNDER_ANOTHER_NAME: Readonly<Record<string, string>> = {
  device_progress: 'places',
  file_progress: 'shared-places',
  progress_history: 'history',
  progress_resets: 'resets',
  refused_matches: 'refused-matches',
  page_stats: 'page-stats',
  reading_sessions: 'sessions',
  annotations: 'annotations',
  annotation_devices: 'annotations-on-devices',
  book_states: 'states',
  book_readings: 'readings',
  device_book_states: 'states-on-devices',
  koreader_accounts: 'koreader-account',
  device_keys: 'device-keys',
  devices: 'devices',
  device_installs: 'device-copies',
  device_sweeps: 'sweeps',
  sync_feed: 'feed',
  document_links: 'links',
  unmatched_documents: 'unmatched',
  parked_progress: 'parked-places',
  imports: 'imports',
  library_access: 'libraries',
};

describe('what is a user’s', () => {
  const pool = bookPool(4);
  let world: World;
  let ann: Reader;
  let ben: Reader;
  let client: Client;

  beforeAll(async () => {
    world = await World.start();
    await world.setUp();
    await world.addLibrary(Object.fromEntries(pool.map(({ fileName, bytes }) => [fileName, bytes])));
    client = new Client({ connectionString: world.database.url });
    await client.connect();
    ann = await world.addReader(MARK);
    ben = await world.addReader('ben');
    await live(ann);
    await live(ben);
  });
  afterAll(async () => {
    await client?.end();
    await world?.stop();
  });

  /** Does everything once that leaves a row. */
  async function live(reader: Reader): Promise<void> {
    await reader.downloadPlugin();
    const plugin = reader.passwordPlugin(undefined, `${reader.username}-device`);
    const [{ hash = '' } = {}, second] = pool;
    const [match] = (await plugin.matchCheck([{ hash }])).body.matches;
    const now = plugin.now();
    const note = {
      datetime: '2026-01-02 03:04:05',
      drawer: 'lighten',
      color: 'red',
      text: `${reader.username} read`,
      note: reader.username,
      posFormat: 'xpointer',
      pos0: '/body/DocFragment[1]/body/p[1]/text().0',
      pos1: '/body/DocFragment[1]/body/p[1]/text().5',
    };
    const said = {
      hash,
      progress: { percentage: 0.99, progress: '/body/DocFragment[1]/body/p[1]/text().0', timestamp: now - 100 },
      pageStats: {
        rows: [
          [1, now - 400, 60, 10],
          [2, now - 300, 60, 10],
        ],
        rowCount: 2,
      },
      state: { status: 'complete', rating: 4, reviewNote: reader.username },
      annotations: { keys: [], keysComplete: false, changes: [note] },
      bookmarks: {
        keys: [],
        keysComplete: false,
        changes: [
          { datetime: '2026-01-02 03:04:06', pos: '/body/DocFragment[1]/body/p[2]/text().0', note: reader.username },
        ],
      },
    };
    expectStatus(await plugin.post('sync', { books: [said] }), 200);
    expectStatus(await plugin.post('sweeps', { booksMatched: 1, pageStatsUploaded: 2, annotationsUpserted: 1 }), 200);
    for (const document of [LOOSE, OTHER_LOOSE])
      expectStatus(
        await reader.stock().push(document, 0.4, `/body/${reader.username}`, { metadata: { title: reader.username } }),
        200,
      );
    const loose = (await reader.browser.get<UnmatchedDocument[]>('koreader/unmatched')).body.find(
      ({ document }) => document === OTHER_LOOSE,
    );
    const copy = { hash: 'c0'.repeat(16), contentSignature: second?.contentSignature, title: reader.username };
    expect((await plugin.matchCheck([copy])).body.matches).toMatchObject([{ matchedBy: 'content' }]);
    const [byContent] = (await reader.browser.get<DocumentLink[]>('koreader/links')).body;
    expectStatus(await reader.browser.delete(`koreader/links/${byContent?.id}`), 204);
    const [other] = (await plugin.matchCheck([{ hash: second?.hash ?? '' }])).body.matches;
    expectStatus(
      await reader.browser.post(`koreader/unmatched/${loose?.id}/link`, { bookFileId: other?.bookFileId }),
      204,
    );
    expectStatus(
      await reader.browser.post('reading/log', {
        bookId: match?.bookId,
        startedAt: '2026-02-03T10:00:00.000Z',
        seconds: 600,
      }),
      201,
    );
    const sidecar =
      Buffer.from(`return { ["partial_md5_checksum"] = "${hash}", ["percent_finished"] = 0.5, ["last_xpointer"] = "/body/p[1]",
      ["doc_props"] = { ["title"] = "${reader.username}" } }`);
    const sent = await reader.browser.upload<KoreaderImport>('imports', IMPORT_FIELD, [
      { name: `${reader.username}/metadata.epub.lua`, bytes: sidecar },
      { name: 'statistics.sqlite3', bytes: statisticsOf(pool[2]?.hash ?? '') },
    ]);
    expectStatus(sent, 201);
    await until(
      async () => (await reader.browser.get<ImportDetail>(`imports/${sent.body.id}`)).body.state === 'ready',
      'the preview',
    );
    expectStatus(await reader.browser.post(`books/${match?.bookId}/progress/start-over`), 204);
    expectStatus(await plugin.post('sync', { books: [{ hash, progress: {} }] }), 200);
    // What a migration would leave to be done.
    await client.query(
      `INSERT INTO session_recounts (user_id, book_file_id, device_id)
       SELECT DISTINCT user_id, book_file_id, device_id FROM reading_sessions WHERE user_id = $1 AND source = 'koreader'`,
      [reader.userId],
    );
  }

  function statisticsOf(hash: string): Buffer {
    const path = join(world.folder, 'statistics.sqlite3');
    rmSync(path, { force: true });
    const made = new DatabaseSync(path);
    made.exec(`CREATE TABLE book (id integer PRIMARY KEY, title text, authors text, md5 text);
      CREATE TABLE page_stat_data (id_book integer, page integer, start_time integer, duration integer, total_pages integer);
      INSERT INTO book VALUES (1, 'T', 'X', '${hash}'); INSERT INTO page_stat_data VALUES (1, 1, 1700000000, 30, 10)`);
    made.close();
    return readFileSync(path);
  }

  /** Tables with a column that says whose a row is. */
  async function userTables(): Promise<string[]> {
    const { rows } = await client.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
       WHERE table_schema = 'public' AND column_name = 'user_id' AND table_type = 'BASE TABLE' ORDER BY 1`,
    );
    return rows.map(({ name }) => name);
  }

  async function countOf(table: string, userId: number): Promise<number> {
    const { rows } = await client.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table} WHERE user_id = $1`, [
      userId,
    ]);
    return rows[0]?.n ?? 0;
  }

  async function countsOf(tables: readonly string[], userId: number): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const table of tables) counts[table] = await countOf(table, userId);
    return counts;
  }

  const exported = async (bytes: Buffer) => {
    const zip = await JSZip.loadAsync(bytes);
    const files = new Map<string, string>();
    for (const name of Object.keys(zip.files)) files.set(name, (await zip.file(name)?.async('string')) ?? '');
    return files;
  };
  const linesOf = (files: ReadonlyMap<string, string>, name: string) =>
    (files.get(`data/${name}.jsonl`) ?? '')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  it('is all in one zip, row for row, and nothing of anybody else’s or secret is', async () => {
    const { status, headers, bytes } = await ann.browser.download('GET', 'export');
    expect([status, headers.get('content-type')]).toEqual([200, 'application/zip']);
    const files = await exported(bytes);
    for (const table of await userTables()) {
      if (NOT_EXPORTED.includes(table)) continue;
      const name = UNDER_ANOTHER_NAME[table];
      // A new table of users’ rows is exported, or stands in a list above.
      expect([table, name]).toEqual([table, expect.any(String)]);
      expect([table, linesOf(files, name ?? '').length]).toEqual([table, await countOf(table, ann.userId)]);
      expect(files.get('README.md')).toContain(`data/${name}.jsonl`);
    }
    const all = [...files.values()].join('\n');
    const { rows } = await client.query<{ secret: string }>(
      `SELECT password_hash AS secret FROM users UNION SELECT password_hash FROM koreader_accounts UNION SELECT encode(key_digest, 'hex') FROM device_keys`,
    );
    expect(rows.length).toBeGreaterThan(4);
    for (const { secret } of rows) expect(all).not.toContain(secret);
    expect(all).not.toContain('ben');
    expect(all).not.toContain('user_id');
    expect(linesOf(files, 'user')).toMatchObject([{ username: MARK }]);
    expect(linesOf(files, 'annotations')).toContainEqual(
      expect.objectContaining({ note: MARK, kind: 'highlight', book: expect.any(String) }),
    );
    expect(
      linesOf(files, 'sessions')
        .map(({ source }) => source)
        .sort(),
    ).toEqual(['koreader', 'manual']);
    expect(files.get('highlights.md')).toContain(`> ${MARK} read`);
    expect(files.get('highlights.csv')).toContain(`"${MARK} read"`);
    expect(readdirSync(join(world.folder, 'data', 'exports'))).toEqual([]);
  });

  it('holds the trash, and no KOReader data without the permission for it', async () => {
    const cara = await world.addReader('cara', { permissions: [], hasAccount: false });
    const files = await exported((await cara.browser.download('GET', 'export')).bytes);
    expect([...files.keys()]).not.toContain('data/page-stats.jsonl');
    expect(files.get('README.md')).toContain('koreader_sync');
    const [{ id } = { id: 0 }] = (await ben.browser.get<{ annotations: { id: number }[] }>('annotations')).body
      .annotations;
    expectStatus(await ben.browser.delete(`annotations/${id}`), 204);
    const trash = linesOf(await exported((await ben.browser.download('GET', 'export')).bytes), 'annotations');
    expect(trash).toContainEqual(expect.objectContaining({ id, deleted_at: expect.any(String) }));
    expectStatus(await ben.browser.post(`annotations/${id}/restore`), 200);
  });

  it('is written by an operator too, while the server runs', async () => {
    const path = join(world.folder, 'ann.zip');
    const admin = join(import.meta.dirname, '../../api/dist/admin/main.js');
    const env = { PATH: process.env['PATH'], DATABASE_URL: world.database.url, DATA_DIR: join(world.folder, 'data') };
    const { stdout } = await promisify(execFile)(process.execPath, [admin, 'export-user', MARK, path], { env });
    expect(stdout).toContain(path);
    expect(linesOf(await exported(readFileSync(path)), 'annotations')).toHaveLength(2);
  });

  it('is gone with the user, from every table, and nothing else is', async () => {
    const tables = await userTables();
    // A table this life leaves nothing in proves nothing: add to `live`.
    for (const table of tables) expect([table, (await countOf(table, ann.userId)) > 0]).toEqual([table, true]);
    const bens = await countsOf(tables, ben.userId);
    expect(await world.everything()).toContain(MARK);
    expectStatus(await world.admin.delete(`users/${ann.userId}`), 204);
    for (const table of tables) expect([table, await countOf(table, ann.userId)]).toEqual([table, 0]);
    expect(await countsOf(tables, ben.userId)).toEqual(bens);
    expect(await world.everything()).not.toContain(MARK);
    expectStatus(await ann.browser.get('export'), 401);
  });
});
