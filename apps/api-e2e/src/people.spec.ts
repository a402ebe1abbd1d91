import {
  PERMISSIONS,
  type BookDetail,
  type BookList,
  type LibrarySummary,
  type SessionState,
  type UserSummary,
} from '@bookorbit/contracts';
import { bookPool } from './book-pool.ts';
import { Browser } from './browser.ts';
import { expectStatus } from './expect-status.ts';
import type { Reader } from './reader.ts';
import { SERVER_COUNTS, World } from './world.ts';

const NEW_ADMIN = { username: 'admin', password: 'admin password' };

describe('set-up', () => {
  it('makes one admin, however many ask at once, over two processes', async () => {
    const world = await World.start({ processes: 2 });
    try {
      const browsers = Array.from({ length: 8 }, (_browser, n) => new Browser([world.origins[n % 2]!]));
      expect((await browsers[0]!.get<SessionState>('session')).body).toMatchObject({ isSetupNeeded: true });
      const answers = await Promise.all(
        browsers.map((browser, n) =>
          browser.post<SessionState>('setup', { username: `admin${n}`, password: 'password 123' }),
        ),
      );
      const made = answers.filter(({ status }) => status === 200);
      expect(made).toHaveLength(1);
      expect(answers.filter(({ status }) => status === 409)).toHaveLength(7);
      expect(made[0]?.body).toMatchObject({
        isSetupNeeded: false,
        user: { permissions: expect.arrayContaining([...PERMISSIONS]) },
      });
      const admin = browsers[answers.indexOf(made[0]!)]!;
      expect((await admin.get<UserSummary[]>('users')).body).toHaveLength(1);
      expect((await new Browser(world.origins).post('setup', NEW_ADMIN)).status).toBe(409);
      expect((await new Browser(world.origins).get<SessionState>('session')).body).toEqual({
        isSetupNeeded: false,
        serverVersion: expect.any(String),
      });
    } finally {
      await world.stop();
    }
  });
});

describe.each(SERVER_COUNTS)('people over %s', (_, processes) => {
  const [book] = bookPool(1);
  let world: World;
  let ann: Reader;
  let ben: Reader;
  beforeAll(async () => {
    world = await World.start({ processes });
    await world.setUp();
    await world.addLibrary({ [book!.fileName]: book!.bytes });
    ann = await world.addReader('ann');
    ben = await world.addReader('ben', { permissions: ['download'], hasAccount: false });
  });
  afterAll(() => world?.stop());

  const signedIn = async (username: string, password: string) => {
    const browser = new Browser(world.origins);
    return { browser, answer: await browser.post<SessionState>('session', { username, password }) };
  };

  describe('sign in', () => {
    it('with a cookie no script can read, that other sites do not send, and that ends', async () => {
      const { answer } = await signedIn('ann', ann.password);
      const [cookie = ''] = answer.headers.getSetCookie();
      expect(cookie).toMatch(/^bookorbit_login=[\w-]{43};/);
      for (const flag of [/; HttpOnly/, /; SameSite=(Lax|Strict)/, /; Path=\//, /; Max-Age=\d+/])
        expect(cookie).toMatch(flag);
      expect(cookie).not.toMatch(/Secure|Domain/);
    });

    it('out again, and the cookie is worth nothing then', async () => {
      const { browser } = await signedIn('ann', ann.password);
      const { cookie } = browser;
      expectStatus(await browser.delete('session'), 204);
      browser.cookie = cookie;
      expect((await browser.get('books')).status).toBe(401);
    });

    it('whatever the case of the name, and never by a cookie made up', async () => {
      expect((await signedIn('ANN', ann.password)).answer.body.user?.username).toBe('ann');
      const browser = new Browser(world.origins);
      browser.cookie = `bookorbit_login=${'A'.repeat(43)}`;
      expect((await browser.get('books')).status).toBe(401);
    });

    it('with a long password in full, and not with its beginning', async () => {
      const password = 'p'.repeat(100) + 'end';
      const username = 'long';
      expectStatus(await world.admin.post('users', { username, password, permissions: [], libraryIds: [] }), 201);
      expect((await signedIn(username, password)).answer.status).toBe(200);
      expect((await signedIn(username, 'p'.repeat(100))).answer.status).toBe(401);
      expect((await signedIn(username, 'p'.repeat(100) + 'End')).answer.status).toBe(401);
    });

    it('anew after changing the password, which signs every other browser out', async () => {
      const eve = await world.addReader('changer', { hasAccount: false });
      const { browser: other } = await signedIn('changer', eve.password);
      const change = (currentPassword: string) =>
        eve.browser.put('session/password', { currentPassword, newPassword: 'brand new one' });
      expect((await change('wrong one')).status).toBe(403);
      expectStatus(await change(eve.password), 204);
      expect((await eve.browser.get('books')).status).toBe(200);
      expect((await other.get('books')).status).toBe(401);
      expect((await signedIn('changer', eve.password)).answer.status).toBe(401);
      expect((await signedIn('changer', 'brand new one')).answer.status).toBe(200);
    });
  });

  describe('are safe from other sites', () => {
    it.each([
      [{ 'sec-fetch-site': 'cross-site' }, 403],
      [{ 'sec-fetch-site': 'same-site' }, 403],
      [{ origin: 'https://evil.example.com' }, 403],
      [{ origin: 'null' }, 403],
      [{ 'sec-fetch-site': 'same-origin', origin: 'https://whatever' }, 204],
      [{}, 204],
    ])('a change with %p answers %i', async (headers, status) => {
      const answer = await ann.browser.send(
        'PATCH',
        'koreader/account',
        { isSyncEnabled: true },
        headers as Record<string, string>,
      );
      expect(answer.status).toBe(status);
      if (status === 403) expect(answer.body).toMatchObject({ error: 'cross_site_request' });
    });

    it('signing in and setting up as well, and reading is harmless', async () => {
      const foreign = { 'sec-fetch-site': 'cross-site' };
      const browser = new Browser(world.origins);
      for (const path of ['session', 'setup'])
        expect((await browser.send('POST', path, NEW_ADMIN, foreign)).status).toBe(403);
      expect((await ann.browser.send('GET', 'books', undefined, foreign)).status).toBe(200);
    });

    it('by headers that keep scripts and frames of others out', async () => {
      const { headers } = await ann.browser.get('session');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('access-control-allow-origin')).toBeNull();
      expect(headers.get('x-powered-by')).toBeNull();
      const page = await fetch(`${world.origins[0]}/`);
      expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
      expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    });
  });

  describe('are managed by admins', () => {
    it('and there is always one left, whoever asks at the same time', async () => {
      const adminId = (await world.admin.get<SessionState>('session')).body.user!.id;
      for (const change of [{ isEnabled: false }, { permissions: ['download'] }]) {
        expect(await world.admin.patch(`users/${adminId}`, change)).toMatchObject({
          status: 409,
          body: { error: 'last_admin' },
        });
      }
      expect(await world.admin.delete(`users/${adminId}`)).toMatchObject({
        status: 409,
        body: { error: 'last_admin' },
      });
      const second = await world.addReader('second-admin', { permissions: ['manage_users'], hasAccount: false });
      const answers = await Promise.all([
        world.admin.patch(`users/${second.userId}`, { permissions: [] }),
        second.browser.patch(`users/${adminId}`, { permissions: ['manage_libraries'] }),
      ]);
      expect(answers.map(({ status }) => status).sort()).not.toEqual([204, 204]);
      const users = await Promise.all(
        [world.admin, second.browser].map((browser) => browser.get<UserSummary[]>('users')),
      );
      const list = users.find(({ status }) => status === 200)!.body;
      expect(
        list.filter(({ isEnabled, permissions }) => isEnabled && permissions.includes('manage_users')).length,
      ).toBeGreaterThan(0);
      if (users[0]!.status !== 200)
        expectStatus(await second.browser.patch(`users/${adminId}`, { permissions: [...PERMISSIONS] }), 204);
    });

    it('only, and nobody else learns that they exist', async () => {
      for (const reader of [ann, ben]) {
        expect((await reader.browser.get('users')).status).toBe(403);
        expect((await reader.browser.patch(`users/${reader.userId}`, { permissions: ['manage_users'] })).status).toBe(
          403,
        );
        expect((await reader.browser.delete('users/999999')).status).toBe(403);
      }
    });

    it('with names that are taken only once, whatever their case, and permissions of a closed list', async () => {
      const user = { username: 'ANN', password: 'password 123', permissions: [], libraryIds: [] };
      expect(await world.admin.post('users', user)).toMatchObject({
        status: 409,
        body: { error: 'name_taken', field: 'username' },
      });
      expect(await world.admin.post('users', { ...user, username: 'new', permissions: ['root'] })).toMatchObject({
        status: 400,
      });
      const answers = await Promise.all([1, 2, 3].map(() => world.admin.post('users', { ...user, username: 'raced' })));
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    });

    it('who are signed out at once when they are disabled or get another password', async () => {
      const eve = await world.addReader('eve', { hasAccount: false });
      expectStatus(await world.admin.put(`users/${eve.userId}/password`, { password: 'set by the admin' }), 204);
      expect((await eve.browser.get('books')).status).toBe(401);
      const { browser } = await signedIn('eve', 'set by the admin');
      expectStatus(await world.admin.patch(`users/${eve.userId}`, { isEnabled: false }), 204);
      expect((await browser.get('books')).status).toBe(401);
      const disabled = (await signedIn('eve', 'set by the admin')).answer;
      const wrong = (await signedIn('eve', 'something wrong')).answer;
      expect([disabled.status, disabled.body]).toEqual([wrong.status, wrong.body]);
    });
  });

  describe('see only what is theirs', () => {
    it('books, files, covers, histories and libraries of others do not exist', async () => {
      const hidden = await world.addHiddenBook();
      for (const path of [
        `books/${hidden.bookId}`,
        `books/${hidden.bookId}/history`,
        `books/${hidden.bookId}/cover`,
        `files/${hidden.fileId}/download`,
      ]) {
        const [theirs, nobodys] = [await ann.browser.get(path), await ann.browser.get(path.replace(/\d+/, '999999'))];
        expect([path, theirs.status, theirs.body]).toEqual([path, 404, nobodys.body]);
      }
      expect((await ann.browser.get<LibrarySummary[]>('libraries')).body.map(({ id }) => id)).toEqual([
        world.libraryId,
      ]);
      expect((await ann.browser.get<BookList>(`books?libraryId=${hidden.libraryId}`)).body).toMatchObject({
        books: [],
        total: 0,
      });
      expect((await ann.browser.get<BookList>('books')).body.books.map(({ id }) => id)).not.toContain(hidden.bookId);
    });

    it('a library they may not manage cannot be changed, and says the same as one that is not there', async () => {
      for (const id of [world.libraryId, 999_999]) {
        expect((await ann.browser.delete(`libraries/${id}`)).status).toBe(403);
        expect((await ann.browser.post(`libraries/${id}/scan`)).status).toBe(403);
      }
      expect((await ann.browser.get('folders?path=/')).status).toBe(403);
    });

    it('KOReader accounts of others have names that are taken, and nothing more', async () => {
      const zoe = await world.addReader('zoe', { hasAccount: false });
      const taken = await zoe.browser.post('koreader/account', {
        username: ann.accountName.toUpperCase(),
        password: 'correct horse',
      });
      expect(taken).toMatchObject({ status: 409, body: { error: 'name_taken' } });
      for (const username of ['ab', 'a:b', ' ab', 'x'.repeat(101), 'a\u0007b']) {
        expect([
          username,
          (await zoe.browser.post('koreader/account', { username, password: 'correct horse' })).status,
        ]).toEqual([username, 400]);
      }
      expect((await zoe.browser.post('koreader/account', { username: 'zoes', password: 'short' })).status).toBe(400);
    });
  });

  describe('without koreader_sync', () => {
    it('see nothing of KOReader, even what they synced before', async () => {
      const reader = await world.addReader('former');
      const device = await reader.plugin();
      expectStatus(
        await device.progress([{ hash: book!.hash, percentage: 0.5, progress: '/p.0', timestamp: device.now() }]),
        200,
      );
      const bookId = (await device.matchCheck([{ hash: book!.hash }])).body.matches[0]!.bookId;
      const before = (await reader.browser.get<BookDetail>(`books/${bookId}`)).body;
      expect(before.places).toMatchObject([{ source: 'koreader', percentage: 0.5 }]);
      expect(before.files[0]?.fingerprint).toBe(book!.hash);
      expectStatus(await world.admin.patch(`users/${reader.userId}`, { permissions: ['download'] }), 204);
      const after = (await reader.browser.get<BookDetail>(`books/${bookId}`)).body;
      expect(after.places).toEqual([]);
      expect(after.percentage).toBeUndefined();
      expect(JSON.stringify(after)).not.toMatch(/koreader|fingerprint|Kobo/i);
      expect((await reader.browser.get<{ entries: unknown[] }>(`books/${bookId}/history`)).body.entries).toEqual([]);
      const card = (await reader.browser.get<BookList>('books')).body.books.find(({ id }) => id === bookId);
      expect(card?.percentage).toBeUndefined();
      for (const path of [
        'koreader',
        'koreader/devices',
        'koreader/device-keys',
        'koreader/unmatched',
        'koreader/links',
      ]) {
        expect([path, (await reader.browser.get(path)).status]).toEqual([path, 403]);
      }
      for (const path of ['koreader/account', 'koreader/plugin-packages']) {
        expect([
          path,
          (await reader.browser.post(path, { username: 'new name', password: 'correct horse' })).status,
        ]).toEqual([path, 403]);
      }
    });
  });
});
