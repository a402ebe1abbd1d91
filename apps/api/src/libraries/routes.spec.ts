import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { corpusBooks, createTestDatabase, makeSmallEpub, type TestDatabase } from '@bookorbit/testing';
import type { BookDetail, BookList, ErrorBody, LibrarySummary, ScanProgress } from '@bookorbit/contracts';
import { pino } from 'pino';
import { DataSource } from 'typeorm';
import { readEnvironment } from '../config/index.ts';
import { MIGRATED_SCHEMA } from '../database/test-database.ts';
import { createServer } from '../server.ts';

const PASSWORD = 'correct horse battery';

/** One person's browser. */
class Browser {
  private cookie = '';

  constructor(private readonly origin: string) {}

  async send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
    const response = await fetch(`${this.origin}/api/v1/${path}`, {
      method,
      headers: { cookie: this.cookie, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const [cookie] = response.headers.getSetCookie();
    if (cookie !== undefined) this.cookie = cookie.split(';')[0] ?? '';
    return response;
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return this.send('GET', path, undefined, headers);
  }

  async read<T>(path: string): Promise<T> {
    const response = await this.get(path);
    expect([path, response.status]).toEqual([path, 200]);
    return (await response.json()) as T;
  }

  async status(method: string, path: string, body?: unknown): Promise<number> {
    const response = await this.send(method, path, body);
    await response.arrayBuffer();
    return response.status;
  }
}

describe('the routes of libraries and books', () => {
  let database: TestDatabase;
  let app: NestExpressApplication;
  let folder: string;
  let books: string;
  let libraryId: number;
  let admin: Browser;
  let reader: Browser;
  let stranger: Browser;

  beforeAll(async () => {
    database = await createTestDatabase(MIGRATED_SCHEMA);
    folder = mkdtempSync(join(tmpdir(), 'bookorbit-routes-'));
    books = join(folder, 'books');
    mkdirSync(books);
    const real = corpusBooks().find((path) => path.endsWith('pg11-alice-en.epub'));
    if (real) copyFileSync(real, join(books, 'alice 小説.epub'));
    else
      writeFileSync(
        join(books, 'alice 小説.epub'),
        makeSmallEpub({ title: 'Alice’s Adventures in Wonderland', author: 'Lewis Carroll' }),
      );
    put('beta.epub', 'The Älpha of Beta', 'Zoë Ångström');
    put('gamma.epub', 'Gamma 10', 'Ann Author');
    put('gamma2.epub', 'Gamma 2', 'Ann Author');
    writeFileSync(join(books, 'broken.epub'), 'no book at all');
    const environment = readEnvironment({ LOG_LEVEL: 'silent', DATA_DIR: join(folder, 'data') });
    app = await createServer(environment, database.connection, pino({ level: 'silent' }));
    await app.listen(0, '127.0.0.1');
    const origin = await app.getUrl();
    admin = new Browser(origin);
    reader = new Browser(origin);
    stranger = new Browser(origin);
    await admin.send('POST', 'setup', { username: 'admin', password: PASSWORD });
    const created = await admin.send('POST', 'libraries', { name: 'Books', folders: [books] });
    libraryId = ((await created.json()) as { id: number }).id;
    await addPerson(reader, 'reader', ['download', 'koreader_sync'], [libraryId]);
    await addPerson(stranger, 'stranger', ['download', 'koreader_sync'], []);
    await scanned();
  });
  afterAll(async () => {
    await app?.close();
    await database.drop();
    rmSync(folder, { recursive: true });
  });

  function put(name: string, title: string, author: string): void {
    writeFileSync(join(books, name), makeSmallEpub({ title, author, chapters: [title.repeat(500), 'b', 'c'] }));
  }

  async function addPerson(
    browser: Browser,
    username: string,
    permissions: string[],
    libraryIds: number[],
  ): Promise<void> {
    await admin.send('POST', 'users', { username, password: PASSWORD, permissions, libraryIds });
    await browser.send('POST', 'session', { username, password: PASSWORD });
  }

  /** Once nothing waits to be scanned; files written just now are looked at a second time. */
  async function scanned(): Promise<ScanProgress> {
    for (;;) {
      const progress = await admin.read<ScanProgress>(`libraries/${libraryId}/scan`);
      const [open] = await app.get(DataSource).query(`SELECT 1 FROM scans WHERE state IN ('queued', 'running')`);
      if (!open) return progress;
      await aMoment();
    }
  }

  /** What a browser hears from now on. */
  async function listen(browser: Browser) {
    const { body } = await browser.get('events', { accept: 'text/event-stream' });
    const reading = body?.getReader();
    let heard = '';
    const end = (async () => {
      for (;;) {
        const chunk = await reading?.read();
        if (!chunk || chunk.done) return;
        heard += Buffer.from(chunk.value).toString();
      }
    })();
    return {
      text: () => heard,
      stop: async () => {
        await reading?.cancel();
        await end;
      },
    };
  }

  const list = (query = '') => reader.read<BookList>(`books${query}`);
  const titles = async (query: string) => (await list(query)).books.map(({ title }) => title);
  const alice = async () => {
    const [card] = (await list('?q=alice')).books;
    return reader.read<BookDetail>(`books/${card?.id}`);
  };

  it('list and sort the books somebody may read', async () => {
    expect(await list('?limit=2&offset=1')).toMatchObject({ total: 5, offset: 1, books: [{}, {}] });
    expect(await titles('?sort=title')).toEqual([
      expect.stringContaining('Alice'),
      'The Älpha of Beta',
      'broken',
      'Gamma 2',
      'Gamma 10',
    ]);
    expect((await titles('?sort=author')).at(-1)).toBe('broken');
    expect(await titles('?only=problem')).toEqual(['broken']);
    expect(await titles('?only=missing')).toEqual([]);
  });

  it('find books without case and accents', async () => {
    expect(await titles('?q=zoe%20ALPHA')).toEqual(['The Älpha of Beta']);
    expect(await titles('?q=100%25')).toEqual([]);
    expect(await titles('?q=_')).toEqual([]);
  });

  it.each([
    '?limit=0',
    '?limit=201',
    '?limit=x',
    '?sort=size',
    '?offset=-1',
    '?q=%00',
    '?q=a&q=b',
    '?libraryId=1e99',
    '?only=x',
  ])('refuse the query %s with a sentence', async (query) => {
    const response = await reader.get(`books${query}`);
    expect(response.status).toBe(400);
    expect(((await response.json()) as ErrorBody).message).toMatch(/\w+.*\.$/);
  });

  it('keep from others that a book exists', async () => {
    const { id, files } = await alice();
    expect(await stranger.read<BookList>('books')).toMatchObject({ total: 0, books: [] });
    expect(await stranger.read<LibrarySummary[]>('libraries')).toEqual([]);
    for (const path of [`books/${id}`, `books/${id}/cover`, `books/${id}/history`, `files/${files[0]?.id}/download`]) {
      expect([path, await stranger.status('GET', path)]).toEqual([path, 404]);
    }
    expect(await stranger.status('GET', `books?libraryId=${libraryId}`)).toBe(200);
    expect((await stranger.read<BookList>(`books?libraryId=${libraryId}`)).total).toBe(0);
  });

  it('show folders and scans to managers only', async () => {
    const [shown] = await reader.read<LibrarySummary[]>('libraries');
    expect(shown).toEqual({ id: libraryId, name: 'Books', bookCount: 5 });
    const [managed] = await admin.read<LibrarySummary[]>('libraries');
    expect(managed).toMatchObject({ folders: [{ path: books }], scan: { libraryId } });
    expect(await reader.status('GET', `folders?path=${folder}`)).toBe(403);
    expect(await admin.read(`folders?path=${encodeURIComponent(folder)}`)).toMatchObject({
      path: folder,
      parent: tmpdir(),
    });
    expect(await admin.status('GET', 'folders?path=/no/such')).toBe(422);
    expect(await admin.status('GET', 'folders?path=relative')).toBe(400);
  });

  it('refuse folders that cannot be a library', async () => {
    const create = (folders: unknown) => admin.status('POST', 'libraries', { name: 'X', folders });
    expect(await create(['/no/such/folder'])).toBe(422);
    expect(await create([join(books, 'beta.epub')])).toBe(422);
    expect(await create(['books'])).toBe(400);
    expect(await create([folder, books])).toBe(400);
    expect(await create([])).toBe(400);
    expect(await create(['/a\u0000b'])).toBe(400);
    expect(await admin.status('PATCH', 'libraries/999999', { name: 'X' })).toBe(404);
    expect(await admin.status('POST', 'libraries/999999/scan')).toBe(404);
  });

  it('send a file with a name that every client understands', async () => {
    const { files } = await alice();
    const response = await reader.get(`files/${files[0]?.id}/download`);
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/epub+zip');
    expect(response.headers.get('content-disposition')).toContain(`filename*=UTF-8''alice%20%E5%B0%8F%E8%AA%AC.epub`);
    expect(bytes.length).toBe(files[0]?.size);
    expect(partialMd5(bytes)).toBe(files[0]?.fingerprint);
  });

  it('send parts of a file, and refuse what lies beyond it', async () => {
    const { files } = await alice();
    const path = `files/${files[0]?.id}/download`;
    const size = files[0]?.size ?? 0;
    const whole = Buffer.from(await (await reader.get(path)).arrayBuffer());
    const tag = (await reader.send('HEAD', path)).headers.get('etag') ?? '';
    const part = await reader.get(path, { range: 'bytes=100-199' });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 100-199/${size}`]);
    expect(Buffer.from(await part.arrayBuffer())).toEqual(whole.subarray(100, 200));
    const tail = await reader.get(path, { range: 'bytes=-7', 'if-range': tag });
    expect(Buffer.from(await tail.arrayBuffer())).toEqual(whole.subarray(-7));
    const other = await reader.get(path, { range: 'bytes=0-1', 'if-range': '"other"' });
    expect([other.status, (await other.arrayBuffer()).byteLength]).toEqual([200, size]);
    const beyond = await reader.get(path, { range: `bytes=${size}-` });
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, `bytes */${size}`]);
    expect(await beyond.json()).toMatchObject({ error: 'range_not_satisfiable' });
    expect((await reader.get(path, { 'if-none-match': tag })).status).toBe(304);
    const head = await reader.send('HEAD', path);
    expect([head.status, head.headers.get('content-length'), head.headers.get('accept-ranges')]).toEqual([
      200,
      String(size),
      'bytes',
    ]);
  });

  it('need the permission to download, and show the way only to those who have it', async () => {
    const browser = new Browser(await app.getUrl());
    await addPerson(browser, 'looker', [], [libraryId]);
    const { id, files } = await alice();
    const shown = await browser.read<BookDetail>(`books/${id}`);
    expect(Object.keys(shown.files[0] ?? {})).not.toEqual(expect.arrayContaining(['downloadUrl']));
    expect(shown.files[0]).not.toHaveProperty('fingerprint');
    expect(await browser.status('GET', `files/${files[0]?.id}/download`)).toBe(403);
  });

  it('know the bytes they send, even of a file that has just been rewritten', async () => {
    const [card] = (await list('?q=beta')).books;
    const before = await reader.read<BookDetail>(`books/${card?.id}`);
    put('beta.epub', 'The Älpha of Beta', 'Zoë Ångström the Younger');
    const response = await reader.get(`files/${before.files[0]?.id}/download`);
    const bytes = Buffer.from(await response.arrayBuffer());
    const after = await reader.read<BookDetail>(`books/${card?.id}`);
    expect(after.files[0]?.fingerprint).toBe(partialMd5(bytes));
    expect(after.files[0]?.formerFingerprints).toEqual([before.files[0]?.fingerprint]);
  });

  it('say that a file is gone', async () => {
    const [card] = (await list('?q=gamma%202')).books;
    const { files } = await reader.read<BookDetail>(`books/${card?.id}`);
    unlinkSync(join(books, 'gamma2.epub'));
    expect(await reader.status('GET', `files/${files[0]?.id}/download`)).toBe(410);
  });

  it('send covers for ever, and none where there is none', async () => {
    const { id, coverUrl } = await alice();
    if (corpusBooks().length > 0) {
      const response = await reader.get(`${coverUrl?.replace('/api/v1/', '')}&edge=320`);
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/webp']);
      expect(response.headers.get('cache-control')).toContain('immutable');
      const tag = response.headers.get('etag') ?? '';
      expect((await reader.get(`books/${id}/cover?edge=320`, { 'if-none-match': tag })).status).toBe(304);
      expect((await reader.get(`books/${id}/cover?edge=320`)).headers.get('cache-control')).toBe('private, no-cache');
    }
    const [broken] = (await list('?only=problem')).books;
    expect(broken).not.toHaveProperty('coverUrl');
    expect(await reader.status('GET', `books/${broken?.id}/cover`)).toBe(404);
    expect(await reader.status('GET', `books/${id}/cover?edge=huge`)).toBe(400);
  });

  it('tell open pages what happens, each only what is theirs', async () => {
    const readerHears = await listen(reader);
    const strangerHears = await listen(stranger);
    const adminHears = await listen(admin);
    put('delta.epub', 'Delta', 'Ann Author');
    await admin.send('POST', `libraries/${libraryId}/scan`);
    await scanned();
    while (!readerHears.text().includes('"books"') || !adminHears.text().includes('"done"')) await aMoment();
    expect(readerHears.text()).toContain(`{"type":"books","libraryId":${libraryId}}`);
    expect(readerHears.text()).not.toContain('"scan"');
    expect(strangerHears.text()).not.toContain('data: {');
    await Promise.all([readerHears, strangerHears, adminHears].map((each) => each.stop()));
  });

  it('forget a deleted library for everybody, and touch no file', async () => {
    const temporary = join(folder, 'temporary');
    mkdirSync(temporary);
    writeFileSync(join(temporary, 'a.epub'), makeSmallEpub());
    const created = await admin.send('POST', 'libraries', { name: 'Temporary', folders: [temporary] });
    const { id } = (await created.json()) as { id: number };
    expect(await admin.status('DELETE', `libraries/${id}`)).toBe(204);
    expect(await admin.status('DELETE', `libraries/${id}`)).toBe(404);
    expect((await admin.read<LibrarySummary[]>('libraries')).map(({ name }) => name)).toEqual(['Books']);
    expect(readdirSync(temporary)).toEqual(['a.epub']);
  });
});

const aMoment = () => new Promise((resolve) => setTimeout(resolve, 50));

/** KOReader's fingerprint, written out once more so that the test does not believe the code. */
function partialMd5(bytes: Buffer): string {
  const hash = createHash('md5');
  for (const offset of [0, ...Array.from({ length: 11 }, (_, power) => 1024 * 4 ** power)]) {
    if (offset >= bytes.length) break;
    hash.update(bytes.subarray(offset, offset + 1024));
  }
  return hash.digest('hex');
}
