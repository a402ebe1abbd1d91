import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type AnnotationList,
  type BookDetail,
  type BookState,
  IMPORT_FIELD,
  type ImportBook,
  type ImportDetail,
  type KoreaderImport,
  type ReadingLog,
  type SyncAnswer,
} from '@bookorbit/contracts';
import { corpusBooks, makeZip, type PluginDevice, sharedPath } from '@bookorbit/testing';
import { Client } from 'pg';
import { expectStatus, until } from './expect-status.ts';
import type { Reader } from './reader.ts';
import { SERVER_COUNTS, World } from './world.ts';

const DATA = join(sharedPath() ?? '', 'koreader-data');
const LOVE = '63b32a2b126fa26ecc773fb0471c5818';
/** In the library; the others of the devices' books are not. */
const IN_LIBRARY = [
  'epubjs-alice.epub',
  'se-wodehouse-love-among-the-chickens.epub',
  'idpf-kusamakura-japanese-vertical-writing.epub',
];
/** Tables whose rows an import may make; those of the import itself, and what it only looks up, are not among them. */
const WRITTEN = [
  'annotations',
  'annotation_devices',
  'annotation_syncs',
  'page_stats',
  'page_stat_uploads',
  'reading_sessions',
  'reading_days',
  'device_progress',
  'file_progress',
  'progress_history',
  'parked_progress',
  'book_states',
  'book_readings',
  'device_book_states',
  'unmatched_documents',
  'document_links',
];

interface Upload {
  readonly name: string;
  readonly bytes: Buffer;
}

function filesOf(device: 'device-a' | 'device-b'): Upload[] {
  return readdirSync(join(DATA, device), { recursive: true, encoding: 'utf8' })
    .filter((name) => /metadata\.\w+\.lua$|statistics\.sqlite3$|history\.lua$/.test(name))
    .map((name) => ({ name: `${device}/${name}`, bytes: readFileSync(join(DATA, device, name)) }));
}

(sharedPath() === undefined ? describe.skip : describe).each(SERVER_COUNTS)('imports over %s', (_, processes) => {
  let world: World;
  let ann: Reader;
  let ben: Reader;
  let plugin: PluginDevice;
  let readers = 0;

  beforeAll(async () => {
    world = await World.start({ processes });
    await world.setUp();
    const paths = corpusBooks().filter((path) => IN_LIBRARY.some((name) => path.endsWith(`/${name}`)));
    await world.addLibrary(Object.fromEntries(paths.map((path) => [path.slice(path.lastIndexOf('/') + 1), path])));
    ben = await world.addReader('ben');
  });
  afterAll(() => world?.stop());
  beforeEach(async () => {
    readers += 1;
    ann = await world.addReader(`ann${readers}`);
    plugin = await ann.plugin();
  });

  const settled = (id: number, reader = ann) =>
    until(async () => {
      const { body } = await reader.browser.get<ImportDetail>(`imports/${id}`);
      return !['reading', 'applying', 'undoing'].includes(body.state) && body;
    }, 'the import to settle');
  const upload = async (files: readonly Upload[], reader = ann) => {
    const answer = await reader.browser.upload<KoreaderImport>('imports', IMPORT_FIELD, files);
    expectStatus(answer, 201);
    return settled(answer.body.id, reader);
  };
  const apply = async (id: number) => {
    expectStatus(await ann.browser.post(`imports/${id}/apply`), 202);
    return settled(id);
  };
  const undo = async (id: number) => {
    expectStatus(await ann.browser.post(`imports/${id}/undo`), 202);
    return settled(id);
  };
  const bookOf = (detail: ImportDetail, title: string): ImportBook => {
    const found = detail.books.find((book) => book.title.startsWith(title));
    if (!found) throw new Error(`${title} is not among ${detail.books.map((book) => book.title).join(', ')}`);
    return found;
  };
  const highlights = async (query = '') =>
    (await ann.browser.get<AnnotationList>(`annotations?limit=200${query}`)).body.annotations;

  /** Every row of this reader's, without times of the server's own. */
  async function rowsOf(reader: Reader, tables = WRITTEN): Promise<Record<string, number>> {
    const client = new Client({ connectionString: world.database.url });
    await client.connect();
    try {
      const counts: Record<string, number> = {};
      for (const table of tables) {
        const { rows } = await client.query<{ n: number }>(
          `SELECT count(*)::int AS n FROM ${table} WHERE user_id = $1`,
          [reader.userId],
        );
        counts[table] = rows[0]?.n ?? 0;
      }
      return counts;
    } finally {
      await client.end();
    }
  }

  it('tell first what would change, book by book, and write nothing before they are applied', async () => {
    const before = await rowsOf(ann);
    const preview = await upload(filesOf('device-a'));
    expect(preview).toMatchObject({ state: 'ready', totals: { books: 3, unmatched: 2, newPlaces: 3 } });
    expect(await rowsOf(ann)).toEqual(before);
    expect(preview.files.filter(({ kind }) => kind === 'sidecar')).toHaveLength(5);
    expect(preview.files).toContainEqual({
      name: 'device-a/settings/statistics.sqlite3',
      kind: 'statistics',
      documents: 5,
    });
    const love = bookOf(preview, 'Love Among');
    expect(love).toMatchObject({
      matchedBy: 'current',
      highlights: { total: 11, new: 11, changed: 0, unchanged: 0, inTrash: 0, unplaced: [], unplacedTotal: 0 },
      bookmarks: { total: 1, new: 1 },
      status: { from: 'unread', to: 'reading', isChanged: true },
      place: { percentage: 0.3837, isNewest: true },
    });
    expect(love.reading?.newPageStats).toBe(love.reading?.pageStats);
    expect(love.reading?.newSeconds).toBeGreaterThan(3000);
    expect(preview.unmatched.map(({ title }) => title)).toContain('Debian 维护者指南');
    const lists = (await ann.browser.get<KoreaderImport[]>('imports')).body;
    expect(lists.map(({ id }) => id)).toEqual([preview.id]);
  });

  it('do what the preview says, as if the device had synced, and bear the name of the import', async () => {
    const preview = await upload(filesOf('device-a'));
    const applied = await apply(preview.id);
    expect(applied.state).toBe('applied');
    expect(applied.totals).toEqual(preview.totals);
    expect(applied.books).toEqual(preview.books);
    const all = await highlights();
    expect(all).toHaveLength(preview.totals?.newHighlights ?? 0);
    expect(new Set(all.map(({ deviceName }) => deviceName))).toEqual(new Set([preview.deviceName]));
    expect(all.some(({ note }) => note?.includes('with "quotes" and \\ backslash'))).toBe(true);
    const love = bookOf(applied, 'Love Among');
    const detail = (await ann.browser.get<BookDetail>(`books/${love.bookId}`)).body;
    expect(detail.places).toContainEqual(expect.objectContaining({ percentage: 0.3837, isCanonical: true }));
    const alice = bookOf(applied, 'Alice');
    expect((await ann.browser.get<BookState>(`books/${alice.bookId}/state`)).body.status).toBe('finished');
    const log = (await ann.browser.get<ReadingLog>(`reading/log?bookId=${love.bookId}`)).body;
    expect(log.sessions.length).toBe(love.reading?.newSessions);
    expect(log.sessions.every(({ source }) => source === 'koreader')).toBe(true);
    // A new device is given them, as it would those of any device.
    const { body } = await plugin.post<SyncAnswer>('sync', {
      books: [{ hash: LOVE, annotations: { keys: [], keysComplete: true, changes: [] }, progress: {} }],
    });
    expect(body.books[0]?.annotations?.toApply.add).toHaveLength(11);
    expect(body.books[0]?.progress?.newest?.percentage).toBe(0.3837);
  });

  it('of the same files, and of a second device, double nothing', async () => {
    const first = await apply((await upload(filesOf('device-a'))).id);
    const rows = await rowsOf(ann, ['annotations', 'page_stats', 'reading_sessions', 'reading_days', 'book_readings']);
    const again = await upload(filesOf('device-a'));
    expect(again.totals).toMatchObject({
      newPageStats: 0,
      newSeconds: 0,
      newSessions: 0,
      newHighlights: 0,
      changedHighlights: 0,
      newBookmarks: 0,
      changedStates: 0,
    });
    expect(bookOf(again, 'Love Among').highlights).toMatchObject({ total: 11, new: 0, unchanged: 11 });
    await apply(again.id);
    expect(await rowsOf(ann, Object.keys(rows))).toEqual(rows);
    const alone = await upload(filesOf('device-b'));
    const both = await upload([...filesOf('device-a'), ...filesOf('device-b')]);
    expect(both.totals?.newHighlights).toBe(alone.totals?.newHighlights);
    expect(both.totals?.newPageStats).toBe(alone.totals?.newPageStats);
    expect(alone.totals?.newHighlights).toBeGreaterThan(0);
    expect(first.totals?.newHighlights).toBeGreaterThan(0);
  });

  it('bring nothing a device has synced already, and are the device’s where it syncs them later', async () => {
    const [row] = [[1, 1_790_000_000, 30, 258]];
    const said = {
      keys: [],
      keysComplete: false,
      changes: [
        {
          datetime: '2026-09-28 20:09:39',
          drawer: 'underscore',
          color: 'red',
          text: 'landlady, removing the last of the breakfast things.\n“Yes?” I said, in',
          posFormat: 'xpointer',
          pos0: '/body/DocFragment[5]/body/section/p[1]/text()[2].12',
          pos1: '/body/DocFragment[5]/body/section/p[2]/text().17',
          chapter: 'I: A Letter with a Postscript',
        },
      ],
    };
    expectStatus(
      await plugin.post('sync', { books: [{ hash: LOVE, pageStats: { rows: [row] }, annotations: said }] }),
      200,
    );
    const preview = await upload(filesOf('device-a'));
    expect(bookOf(preview, 'Love Among').highlights).toMatchObject({ new: 10, unchanged: 1, changed: 0 });
    const applied = await apply(preview.id);
    expect(await highlights(`&bookId=${bookOf(applied, 'Love Among').bookId}`)).toHaveLength(11);
    const undone = await undo(applied.id);
    expect(undone.undo).toMatchObject({ keptAnnotations: 0 });
    const left = await highlights();
    expect(left).toEqual([expect.objectContaining({ deviceId: plugin.deviceId, colorName: 'red' })]);
    expect((await rowsOf(ann, ['page_stats']))['page_stats']).toBe(1);
  });

  it('are taken back as one: all of it goes, and can come again', async () => {
    const before = await rowsOf(ann);
    const applied = await apply((await upload(filesOf('device-a'))).id);
    const undone = await undo(applied.id);
    expect(undone).toMatchObject({
      state: 'undone',
      undo: {
        removedPageStats: applied.totals?.newPageStats,
        removedAnnotations: (applied.totals?.newHighlights ?? 0) + (applied.totals?.newBookmarks ?? 0),
        keptAnnotations: 0,
        removedPlaces: 3,
      },
    });
    const after = await rowsOf(ann);
    // A state that is as if untouched is a row all the same.
    expect({ ...after, book_states: 0 }).toEqual({ ...before, book_states: 0 });
    const alice = bookOf(applied, 'Alice');
    expect((await ann.browser.get<BookState>(`books/${alice.bookId}/state`)).body).toEqual({
      status: 'unread',
      readings: [],
    });
    const again = await apply((await upload(filesOf('device-a'))).id);
    expect(again.totals).toEqual(applied.totals);
    expect(again.books.map(({ highlights: each }) => each)).toEqual(applied.books.map(({ highlights: each }) => each));
  });

  it('taken back leave alone what others did since, and tell devices that were given what goes', async () => {
    const applied = await apply((await upload(filesOf('device-a'))).id);
    const love = bookOf(applied, 'Love Among');
    const [edited] = await highlights(`&bookId=${love.bookId}&sort=page`);
    expectStatus(await ann.browser.patch(`annotations/${edited?.id}`, { note: 'my own words' }), 200);
    expectStatus(await ann.browser.patch(`books/${love.bookId}/state`, { rating: 2 }), 200);
    const given = await plugin.post<SyncAnswer>('sync', {
      books: [{ hash: LOVE, annotations: { keys: [], keysComplete: true, changes: [] } }],
    });
    const adds = given.body.books[0]?.annotations?.toApply.add ?? [];
    expect(adds).toHaveLength(11);
    const acks = {
      annotations: { applied: adds.map(({ serverId, version }) => ({ serverId, version, status: 'applied' })) },
    };
    // The device reads on from where the import was.
    expectStatus(
      await plugin.post('sync', {
        books: [
          {
            hash: LOVE,
            acks,
            progress: {
              percentage: 0.5,
              progress: '/body/DocFragment[15]/body/section/p[1]/text().0',
              timestamp: plugin.now(),
            },
          },
        ],
      }),
      200,
    );
    const undone = await undo(applied.id);
    expect(undone.undo).toMatchObject({ keptAnnotations: 1 });
    expect((await highlights()).map(({ note }) => note)).toEqual(['my own words']);
    expect((await ann.browser.get<BookState>(`books/${love.bookId}/state`)).body).toMatchObject({ rating: 2 });
    const told = await plugin.post<SyncAnswer>('sync', {
      books: [{ hash: LOVE, annotations: { keys: [], keysComplete: false, changes: [] }, progress: {} }],
    });
    expect(told.body.books[0]?.annotations?.toApply.delete).toHaveLength(10);
    expect(told.body.books[0]?.progress?.newest?.percentage).toBe(0.5);
    // Imported again, they come back, and go to the device anew.
    await apply((await upload(filesOf('device-a'))).id);
    expect(await highlights(`&bookId=${love.bookId}`)).toHaveLength(11);
  });

  it('taken back keep the page stats that another import has too', async () => {
    const statistics = filesOf('device-a').filter(({ name }) => name.endsWith('sqlite3'));
    const first = await apply((await upload(statistics)).id);
    const second = await apply((await upload(statistics)).id);
    expect(second.totals?.newPageStats).toBe(0);
    const rows = await rowsOf(ann, ['page_stats', 'reading_sessions', 'reading_days']);
    const undone = await undo(first.id);
    expect(undone.undo?.removedPageStats).toBe(0);
    expect(await rowsOf(ann, Object.keys(rows))).toEqual(rows);
    await undo(second.id);
    expect(await rowsOf(ann, Object.keys(rows))).toEqual({ page_stats: 0, reading_sessions: 0, reading_days: 0 });
  });

  it('are also zips, and name what cannot be used of them', async () => {
    const entries = filesOf('device-b').map(({ name, bytes }) => ({ name, content: bytes }));
    const preview = await upload([
      {
        name: 'device.zip',
        bytes: makeZip([...entries, { name: 'x.sdr/metadata.epub.lua', content: 'return os.exit()' }]),
      },
      { name: 'broken.sqlite3', bytes: Buffer.from(`SQLite format 3\0${'x'.repeat(2000)}`) },
    ]);
    expect(preview.state).toBe('ready');
    expect(preview.files.flatMap(({ name, problem }) => (problem === undefined ? [] : [name]))).toEqual([
      'device.zip/x.sdr/metadata.epub.lua',
      'broken.sqlite3',
    ]);
    expect(preview.unmatched.length).toBeGreaterThan(0);
    expect(preview.books.length).toBeGreaterThan(0);
  });

  it('are refused in words when nothing of KOReader is in them, and forgotten on request', async () => {
    const failed = await upload([{ name: 'cat.jpg', bytes: Buffer.from('meow') }]);
    expect(failed).toMatchObject({ state: 'failed', problem: expect.stringContaining('send statistics.sqlite3') });
    expectStatus(await ann.browser.post(`imports/${failed.id}/apply`), 409);
    expectStatus(await ann.browser.delete(`imports/${failed.id}`), 204);
    expectStatus(await ann.browser.get(`imports/${failed.id}`), 404);
    expectStatus(await ann.browser.post('imports'), 400);
    const wrongField = await ann.browser.upload('imports', 'other', [{ name: 'a.lua', bytes: Buffer.from('x') }]);
    expectStatus(wrongField, 400);
    const applied = await apply((await upload(filesOf('device-b'))).id);
    expectStatus(await ann.browser.delete(`imports/${applied.id}`), 409);
    expectStatus(await ann.browser.post(`imports/${applied.id}/apply`), 409);
  });

  it('are their user’s alone, need koreader_sync, and leave no file behind', async () => {
    const preview = await upload(filesOf('device-a'));
    for (const [method, path] of [
      ['GET', ''],
      ['POST', '/apply'],
      ['POST', '/undo'],
      ['DELETE', ''],
    ] as const)
      expectStatus(await ben.browser.send(method, `imports/${preview.id}${path}`), 404);
    const without = await world.addReader(`without${readers}`, { permissions: [], hasAccount: false });
    expectStatus(await without.browser.upload('imports', IMPORT_FIELD, filesOf('device-b')), 403);
    expect(readdirSync(join(world.folder, 'data', 'uploads'))).toEqual([]);
    expect(await rowsOf(ben, ['annotations', 'page_stats', 'imports'])).toEqual({
      annotations: 0,
      page_stats: 0,
      imports: 0,
    });
  });

  it('do not show among the devices, but in the feed', async () => {
    const applied = await apply((await upload(filesOf('device-a'))).id);
    const { body } = await ann.browser.get<{ devices: { deviceId: string }[] }>('koreader/activity');
    expect(JSON.stringify(body)).toContain(applied.deviceName);
    const settings = (await ann.browser.get('koreader')).body;
    expect(JSON.stringify(settings)).not.toContain(applied.deviceId);
  });
});
