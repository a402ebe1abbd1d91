import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type PluginDevice, sharedPath, StockDevice } from '@bookorbit/testing';
import { bookPool } from './book-pool.ts';
import { sendRaw } from './raw-request.ts';
import type { Reader } from './reader.ts';
import { SERVER_COUNTS, World } from './world.ts';

interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | object;
}

const ROOT = '/api/v1/koreader';

/** Section 2 of the device protocol, sentence by sentence. */
describe.each(SERVER_COUNTS)('stock progress sync over %s', (_, processes) => {
  const [book] = bookPool(1);
  let world: World;
  let ann: Reader;
  let ben: Reader;
  let device: StockDevice;
  let bens: StockDevice;
  let stale: PluginDevice;
  let document: string;

  beforeAll(async () => {
    world = await World.start({ processes });
    await world.setUp();
    await world.addLibrary({ [book!.fileName]: book!.bytes });
    ann = await world.addReader('ann');
    ben = await world.addReader('ben');
    device = ann.stock('Kobo_io', 'DEVICE-A');
    bens = ben.stock('Bens', 'DEVICE-B');
    stale = ann.passwordPlugin({ aheadSeconds: -700_000_000, isSilent: true });
  });
  afterAll(() => world?.stop());
  beforeEach(async () => {
    document = randomUUID().replaceAll('-', '');
    await bens.push(document, 0.99, 'of Ben');
  });
  afterEach(async () => {
    await stale.progress([{ hash: document, percentage: 0.01, progress: 'stale', timestamp: stale.now() }]);
    expect((await bens.pull(document)).body).toMatchObject({
      percentage: 0.99,
      progress: 'of Ben',
      device_id: 'DEVICE-B',
    });
  });

  let turn = 0;
  const origin = () => world.origins[turn++ % world.origins.length]!;
  const account = () => ann.passwordAccount();
  const authHeaders = () => ({ 'x-auth-user': account().username, 'x-auth-key': account().key });
  const send = (method: string, path: string, body?: string | Buffer, headers: Record<string, string> = {}) =>
    sendRaw(origin(), { method, path: ROOT + path, body, headers: { ...authHeaders(), ...headers } });
  const json = (text: string) => JSON.parse(text) as unknown;

  it('authorizes', async () => {
    const answer = await send('GET', '/users/auth');
    expect([answer.status, json(answer.body)]).toEqual([200, { authorized: 'OK', username: account().username }]);
  });

  it('is healthy without an account', async () => {
    const answer = await sendRaw(origin(), { method: 'GET', path: `${ROOT}/healthcheck` });
    expect([answer.status, json(answer.body)]).toEqual([200, { state: 'OK' }]);
  });

  it('never makes an account, and says where they are made', async () => {
    const body = JSON.stringify({ username: 'newcomer', password: 'd41d8cd98f00b204e9800998ecf8427e' });
    const answer = await sendRaw(origin(), { method: 'POST', path: `${ROOT}/users/create`, body });
    expect(answer.status).toBe(402);
    expect(json(answer.body)).toMatchObject({
      code: 2005,
      message: expect.stringContaining('Settings'),
      statusCode: 402,
    });
    const { origins } = account();
    const newcomer = new StockDevice(
      { origins, username: 'newcomer', key: 'd41d8cd98f00b204e9800998ecf8427e' },
      'N',
      'N',
    );
    expect((await newcomer.authorize()).status).toBe(401);
  });

  it('answers a push with exactly the document and the server’s time in whole seconds', async () => {
    const before = Math.floor(Date.now() / 1000);
    const answer = await send(
      'PUT',
      '/syncs/progress',
      JSON.stringify({ document, percentage: 0.5, progress: '/p.0', device: 'D', device_id: 'I', timestamp: 17 }),
    );
    const body = json(answer.body) as { timestamp: number };
    expect([answer.status, body]).toEqual([200, { document, timestamp: expect.any(Number) }]);
    expect(Number.isInteger(body.timestamp)).toBe(true);
    expect(body.timestamp).toBeGreaterThanOrEqual(before);
    expect(body.timestamp).toBeLessThanOrEqual(Math.floor(Date.now() / 1000));
  });

  it('answers a pull with exactly six fields, and with {} when nothing is known', async () => {
    const pushed = (await device.push(document, 0.25, '/body/DocFragment[2]/body/p[1]/text().3')).body as {
      timestamp: number;
    };
    expect((await device.pull(document)).body).toEqual({
      document,
      percentage: 0.25,
      progress: '/body/DocFragment[2]/body/p[1]/text().3',
      device: 'Kobo_io',
      device_id: 'DEVICE-A',
      timestamp: pushed.timestamp,
    });
    const nothing = await send('GET', `/syncs/progress/${randomUUID()}`);
    expect([nothing.status, nothing.body]).toEqual([200, '{}']);
  });

  it.each(['application/vnd.koreader.v1+json', '*/*', 'text/html', 'application/xml;q=0.1', ''])(
    'takes the Accept header "%s" and answers JSON',
    async (accept) => {
      for (const path of ['/users/auth', '/healthcheck', `/syncs/progress/${document}`]) {
        const answer = await send('GET', path, undefined, { accept });
        expect([path, answer.status, answer.headers['content-type']]).toEqual([
          path,
          200,
          'application/json; charset=utf-8',
        ]);
      }
    },
  );

  it.each([
    'text/plain',
    'text/plain;charset=utf-8',
    'application/json; charset=UTF-8',
    'application/x-www-form-urlencoded',
    'application/octet-stream',
  ])('reads a body sent as %s as JSON', async (type) => {
    const body = JSON.stringify({ document, percentage: 0.5, progress: '/ünï.0', device: 'D', device_id: 'I' });
    expect((await send('PUT', '/syncs/progress', body, { 'content-type': type })).status).toBe(200);
    expect((await device.pull(document)).body).toMatchObject({ progress: '/ünï.0' });
  });

  it('reads a body without a content type, and a gzipped one', async () => {
    const body = JSON.stringify({ document, percentage: 0.5, progress: '/p.0', device: 'D', device_id: 'I' });
    expect((await send('PUT', '/syncs/progress', body)).status).toBe(200);
    expect((await send('PUT', '/syncs/progress', gzipSync(body), { 'content-encoding': 'gzip' })).status).toBe(200);
  });

  it.each(['[]', '[{"document": "d"}]', '{', 'nonsense', '"text"', '12', 'null', ''])(
    'refuses the body %p with 4xx',
    async (body) => {
      const answer = await send('PUT', '/syncs/progress', body, { 'content-type': 'application/json' });
      // An empty body is an object without a document.
      expect(answer.status).toBe(body === '' ? 403 : 400);
      expect(json(answer.body)).toMatchObject({ code: body === '' ? 2004 : 400, statusCode: answer.status });
    },
  );

  it('refuses a body nested beyond reason with 400', async () => {
    const answer = await send('PUT', '/syncs/progress', `{"metadata":${'['.repeat(5000)}${']'.repeat(5000)}}`);
    expect([answer.status, json(answer.body)]).toEqual([
      400,
      expect.objectContaining({ code: 400, error: 'bad_request' }),
    ]);
  });

  it('refuses bodies over 1 MiB with 413', async () => {
    const answer = await send('PUT', '/syncs/progress', JSON.stringify({ document, padding: 'x'.repeat(1024 * 1024) }));
    expect([answer.status, json(answer.body)]).toEqual([
      413,
      expect.objectContaining({ code: 413, error: 'payload_too_large' }),
    ]);
  });

  it.each([undefined, null, '', 0, {}, [], 'x'.repeat(256)])('refuses the document %p with 403', async (value) => {
    const answer = await device.put({ document: value, percentage: 0.5, progress: '/p.0' });
    const code = typeof value === 'string' && value !== '' ? 2003 : 2004;
    expect(answer).toMatchObject({ status: 403, body: { code, statusCode: 403, message: expect.any(String) } });
  });

  it.each([undefined, null, '0.5', -0.0001, 1.0001, 50, {}, [0.5], true])(
    'refuses the percentage %p with 403 and 2003',
    async (percentage) => {
      const answer = await device.put({ document, percentage, progress: '/p.0', device: 'D', device_id: 'I' });
      expect(answer).toMatchObject({ status: 403, body: { code: 2003, error: 'invalid_field', field: 'percentage' } });
      expect((await device.pull(document)).body).toEqual({});
    },
  );

  it.each([0, 1, 0.0806, 1 / 3, 5e-324, 0.1 + 0.2])('keeps the percentage %p as it is', async (percentage) => {
    expect((await device.push(document, percentage, '/p.0')).status).toBe(200);
    expect((await device.pull(document)).body).toMatchObject({ percentage });
    expect((await device.push(book!.hash, percentage, '/p.0')).status).toBe(200);
    expect((await device.pull(book!.hash)).body).toMatchObject({ percentage });
  });

  it.each([
    [7, '7'],
    [0, '0'],
    [12.5, '12.5'],
    ['7', '7'],
    ['007', '007'],
    ['', ''],
    [' /body/p[1].0 ', ' /body/p[1].0 '],
    ['/body/DocFragment[2]/body/p[1]/text()[3].17', '/body/DocFragment[2]/body/p[1]/text()[3].17'],
    ['/body/“quotes”/😀/e\u0301/\t\n"\\', '/body/“quotes”/😀/e\u0301/\t\n"\\'],
    ['x'.repeat(4000), 'x'.repeat(4000)],
  ])('answers the progress %p as %p, for files it knows and those it does not', async (sent, answered) => {
    for (const id of [document, book!.hash]) {
      expect((await device.push(id, 0.5, sent)).status).toBe(200);
      expect((await device.pull(id)).body).toMatchObject({ document: id, progress: answered });
    }
  });

  it.each([{}, [], true, 'a\0b', '\ud800', 'x'.repeat(4001)])('refuses the progress %p', async (progress) => {
    expect(await device.put({ document, percentage: 0.5, progress })).toMatchObject({
      status: 403,
      body: { code: 2003, field: 'progress' },
    });
  });

  it('does without progress, device and device_id, and derives an id that stays', async () => {
    const { put } = { put: () => device.put({ document, percentage: 0.5, device: 'Nameless' }) };
    expect((await put()).status).toBe(200);
    const first = (await device.pull(document)).body as { device_id: string };
    expect(first).toMatchObject({
      document,
      percentage: 0.5,
      progress: '',
      device: 'Nameless',
      device_id: expect.stringMatching(/./),
    });
    await put();
    expect((await device.pull(document)).body).toMatchObject({ device_id: first.device_id });
    await device.put({ document, percentage: 0.6, device: 'Another' });
    expect(((await device.pull(document)).body as { device_id: string }).device_id).not.toBe(first.device_id);
    expect(
      (await device.put({ document, percentage: 0.7, progress: null, device: null, device_id: null })).status,
    ).toBe(200);
  });

  it('ignores the device’s time and unknown fields', async () => {
    await device.push(document, 0.9, '/p[9].0', { timestamp: 4_000_000_000 });
    const { status } = await device.put({
      document,
      percentage: 0.1,
      progress: '/p[1].0',
      device: 'D',
      device_id: 'I',
      timestamp: 1,
      surprise: { deep: [1] },
    });
    expect(status).toBe(200);
    expect((await device.pull(document)).body).toMatchObject({ percentage: 0.1 });
    expect(
      Math.abs(((await device.pull(document)).body as { timestamp: number }).timestamp - Date.now() / 1000),
    ).toBeLessThan(60);
  });

  it.each([
    ['a name', 'The Left Hand of Darkness.epub'],
    ['a uuid', '0b8a1f6c-2d5e-4a57-9c3e-1f2a3b4c5d6e'],
    ['colons, as the public server refuses them', 'urn:isbn:978-0-441-47812-5'],
    ['signs with a meaning in addresses', 'a/b?c=d&e#f%41+g h..'],
    ['other scripts', 'Мастер и Маргарита 🐈'],
    ['255 characters', 'x'.repeat(255)],
  ])('keeps the place of a document whose id is %s', async (_name, text) => {
    const id = `${document.slice(0, 8)}${text}`.slice(0, 255);
    expect((await bens.push(id, 0.9, 'of Ben')).status).toBe(200);
    expect((await device.pull(id)).body).toEqual({});
    expect(await device.push(id, 0.3, '/p[3].0')).toMatchObject({ status: 200, body: { document: id } });
    expect((await device.pull(id)).body).toMatchObject({ document: id, percentage: 0.3, progress: '/p[3].0' });
  });

  it('is one place for a file, whether a device names it by its content or by its name', async () => {
    const byName = createHash('md5').update(book!.fileName).digest('hex');
    await device.push(book!.hash, 0.31, '/body/DocFragment[2]/body/p[3].0');
    expect((await ann.stock('By name').pull(byName)).body).toMatchObject({ document: byName, percentage: 0.31 });
    await ann.stock('By name').push(byName, 0.41, '/body/DocFragment[2]/body/p[4].0');
    expect((await device.pull(book!.hash)).body).toMatchObject({ percentage: 0.41, device: 'By name' });
    // Where the library has none of that name, it is a document like any other.
    const unknown = createHash('md5').update(`no ${book!.fileName}`).digest('hex');
    expect((await device.pull(unknown)).body).toEqual({});
  });

  it('tells one device what another left off with, and each of two documents its own', async () => {
    const other = randomUUID();
    const phone = ann.stock('Phone', 'DEVICE-P');
    await device.push(document, 0.2, '/p[2].0');
    await phone.push(other, 0.8, '/p[8].0');
    await phone.push(document, 0.4, '/p[4].0');
    expect((await device.pull(document)).body).toMatchObject({
      percentage: 0.4,
      progress: '/p[4].0',
      device: 'Phone',
      device_id: 'DEVICE-P',
    });
    expect((await device.pull(other)).body).toMatchObject({ percentage: 0.8 });
  });

  it('takes metadata of any form', async () => {
    for (const metadata of [{}, [], 'x', 7, null, { title: 7 }, { title: 'x'.repeat(9000), authors: ['a'] }]) {
      expect((await device.put({ document, percentage: 0.5, progress: '/p.0', metadata })).status).toBe(200);
    }
  });

  it('lets the last write win, backwards too, within one second as well', async () => {
    for (let n = 9; n >= 0; n -= 1) await device.push(document, n / 10, `/p[${n}].0`);
    expect((await device.pull(document)).body).toMatchObject({ percentage: 0, progress: '/p[0].0' });
    for (let n = 9; n >= 0; n -= 1) await (n % 2 ? device : ann.stock('Other')).push(book!.hash, n / 10, `/p[${n}].0`);
    expect((await device.pull(book!.hash)).body).toMatchObject({ percentage: 0, progress: '/p[0].0', device: 'Other' });
  });

  it('answers a place of the web app’s as of a device nobody has, so that no client takes it for its own', async () => {
    await device.push(book!.hash, 0.42, '/body/DocFragment[2]/body/p[4].0');
    const [match] = (await stale.matchCheck([{ hash: book!.hash }])).body.matches;
    expect((await ann.browser.post(`books/${match?.bookId}/progress/start-over`)).status).toBe(204);
    expect((await device.pull(book!.hash)).body).toMatchObject({
      percentage: 0,
      device: 'BookOrbit web',
      device_id: 'bookorbit-web',
    });
    // The device has followed, and counts again.
    await device.push(book!.hash, 0.02, '/body/DocFragment[2]/body/p[1].0');
    expect((await device.pull(book!.hash)).body).toMatchObject({ percentage: 0.02, device_id: 'DEVICE-A' });
  });

  it('knows a fingerprint whatever its case, and answers with the document as it was asked for', async () => {
    await device.push(book!.hash.toUpperCase(), 0.42, '/p[42].0');
    expect((await device.pull(book!.hash)).body).toMatchObject({ document: book!.hash, percentage: 0.42 });
    expect((await device.pull(book!.hash.toUpperCase())).body).toMatchObject({
      document: book!.hash.toUpperCase(),
      percentage: 0.42,
    });
  });

  it.each([
    ['no headers', {}],
    ['no key', { 'x-auth-user': 'ann-koreader' }],
    ['no name', { 'x-auth-key': 'd41d8cd98f00b204e9800998ecf8427e' }],
    ['a wrong key', { 'x-auth-user': 'ann-koreader', 'x-auth-key': 'd41d8cd98f00b204e9800998ecf8427e' }],
    ['a key that is none', { 'x-auth-user': 'ann-koreader', 'x-auth-key': 'correct horse' }],
    ['a name with a NUL', { authorization: `Basic ${Buffer.from('ann\0:key').toString('base64')}` }],
    ['an unknown name', { 'x-auth-user': 'nobody', 'x-auth-key': 'd41d8cd98f00b204e9800998ecf8427e' }],
  ])('answers %s with 401 and 2001', async (_name, headers) => {
    for (const [method, path] of [
      ['GET', '/users/auth'],
      ['PUT', '/syncs/progress'],
      ['GET', `/syncs/progress/${document}`],
    ] as const) {
      const answer = await sendRaw(origin(), {
        method,
        path: ROOT + path,
        headers,
        body: method === 'PUT' ? '{}' : undefined,
      });
      expect([path, answer.status, json(answer.body)]).toEqual([
        path,
        401,
        { code: 2001, error: 'unauthorized', statusCode: 401, message: expect.stringMatching(/^.{10,}\.$/) },
      ]);
    }
  });

  it('answers what a real KOReader sent as it expects', async () => {
    const shared = sharedPath();
    const lines = shared
      ? readFileSync(join(shared, 'koreader-data/stock-progress-sync.jsonl'), 'utf8').trim().split('\n')
      : [
          JSON.stringify({
            method: 'GET',
            path: `/syncs/progress/${document}`,
            headers: { accept: 'application/vnd.koreader.v1+json', te: 'trailers' },
            body: '',
          }),
        ];
    const answers: unknown[] = [];
    for (const recorded of lines.map((line) => JSON.parse(line) as RecordedRequest)) {
      const { host: _host, 'content-length': _length, connection: _connection, te: _te, ...headers } = recorded.headers;
      const body = typeof recorded.body === 'string' ? recorded.body : JSON.stringify(recorded.body);
      const answer = await send(recorded.method, recorded.path, body || undefined, { ...headers, ...authHeaders() });
      expect([recorded.method, answer.status]).toEqual([recorded.method, 200]);
      answers.push(json(answer.body));
    }
    expect(answers[0]).toEqual({});
    const pushed = lines.map((line) => JSON.parse(line) as RecordedRequest).find(({ method }) => method === 'PUT');
    if (pushed)
      expect(answers.at(-1)).toEqual({
        ...(pushed.body as object),
        timestamp: (answers[1] as { timestamp: number }).timestamp,
      });
  });
});
