import { createHash } from 'node:crypto';
import type { DeviceKeySummary, KoreaderSettings } from '@bookorbit/contracts';
import { type DeviceAnswer, keyOfPassword, PluginDevice, StockDevice } from '@bookorbit/testing';
import { bookPool, type PoolBook } from './book-pool.ts';
import { expectStatus } from './expect-status.ts';
import { READER_PERMISSIONS, type Reader } from './reader.ts';
import { SERVER_COUNTS, World } from './world.ts';

const UNAUTHORIZED = { status: 401, body: { code: 2001, error: 'unauthorized', statusCode: 401 } };
const SYNC_DISABLED = { status: 403, body: { code: 403, error: 'sync_disabled', statusCode: 403 } };

describe.each(SERVER_COUNTS)('who may sync, over %s', (_, processes) => {
  const pool = bookPool(6);
  let world: World;
  let ann: Reader;
  let ben: Reader;
  let book: PoolBook;
  /** One device with the password, one with a downloaded key, and Ben's with the same file. */
  let kobo: StockDevice;
  let plugin: PluginDevice;
  let bens: StockDevice;

  beforeAll(async () => {
    world = await World.start({ processes });
    await world.setUp();
    book = pool[0]!;
    await world.addLibrary({ [book.fileName]: book.bytes });
    ann = await world.addReader('ann');
    ben = await world.addReader('ben');
    kobo = ann.stock();
    plugin = await ann.plugin({ aheadSeconds: -600_000_000, isSilent: true });
    bens = ben.stock();
  });
  afterAll(() => world?.stop());

  // Every process has seen the keys and remembers the right ones, so what is refused below is refused in spite of that.
  beforeEach(async () => {
    for (const _server of world.servers) {
      expect(await kobo.authorize()).toMatchObject({ status: 200 });
      expect(await plugin.version()).toMatchObject({ status: 200 });
    }
    expectStatus(await bens.push(book.hash, 0.7, '/body/p[7].0'), 200);
  });
  afterEach(async () => {
    expect((await bens.pull(book.hash)).body).toMatchObject({ percentage: 0.7, device_id: bens.deviceId });
  });

  /** What each route answers, on every process. */
  async function everywhere(ask: () => Promise<DeviceAnswer>): Promise<DeviceAnswer[]> {
    const answers: DeviceAnswer[] = [];
    for (const _server of world.servers) answers.push(await ask());
    return answers;
  }
  async function expectEverywhere(ask: () => Promise<DeviceAnswer>, expected: object): Promise<void> {
    const answers = await everywhere(ask);
    expect(answers).toEqual(
      answers.map(() => expect.objectContaining({ status: (expected as { status: number }).status })),
    );
    for (const answer of answers) expect(answer).toMatchObject(expected);
  }
  const stockRoutes = (device: StockDevice) => [
    () => device.authorize(),
    () => device.push(book.hash, 0.1, '/body/p[1].0'),
    () => device.pull(book.hash),
  ];
  const pluginRoutes = (device: PluginDevice) => [
    () => device.version(),
    () => device.matchCheck([{ hash: book.hash }]),
    () => device.progress([{ hash: book.hash, percentage: 0.2, progress: '/body/p[2].0' }]),
    () => device.post('page-stats', { books: [] }),
  ];

  it('the kill switch stops stock routes with 401 and plugin routes with 403, and on again all is as before', async () => {
    expectStatus(await kobo.push(book.hash, 0.4, '/body/p[4].0'), 200);
    expectStatus(await ann.browser.patch('koreader/account', { isSyncEnabled: false }), 204);
    for (const ask of stockRoutes(kobo)) await expectEverywhere(ask, UNAUTHORIZED);
    for (const ask of pluginRoutes(plugin)) await expectEverywhere(ask, SYNC_DISABLED);
    expect((await ann.browser.get<KoreaderSettings>('koreader')).body.account).toMatchObject({ isSyncEnabled: false });
    expectStatus(await ann.browser.patch('koreader/account', { isSyncEnabled: true }), 204);
    expect((await kobo.pull(book.hash)).body).toMatchObject({ percentage: 0.4, progress: '/body/p[4].0' });
  });

  it('a disabled user’s devices stop on the next request, and go on when enabled', async () => {
    expectStatus(await world.admin.patch(`users/${ann.userId}`, { isEnabled: false }), 204);
    for (const ask of [...stockRoutes(kobo), ...pluginRoutes(plugin)]) await expectEverywhere(ask, UNAUTHORIZED);
    expect((await ann.browser.get('koreader')).status).toBe(401);
    expectStatus(await world.admin.patch(`users/${ann.userId}`, { isEnabled: true }), 204);
    await expectEverywhere(() => kobo.authorize(), { status: 200 });
    await expectEverywhere(() => plugin.version(), { status: 200 });
    await ann.signIn();
  });

  it('a taken permission stops devices on the next request', async () => {
    expectStatus(await world.admin.patch(`users/${ann.userId}`, { permissions: ['download'] }), 204);
    for (const ask of [...stockRoutes(kobo), ...pluginRoutes(plugin)]) await expectEverywhere(ask, UNAUTHORIZED);
    expectStatus(await world.admin.patch(`users/${ann.userId}`, { permissions: READER_PERMISSIONS }), 204);
    await expectEverywhere(() => plugin.version(), { status: 200 });
  });

  it('a taken library hides its files from devices on the next request', async () => {
    expect((await plugin.matchCheck([{ hash: book.hash }])).body.matches).toHaveLength(1);
    expectStatus(await world.admin.patch(`users/${ann.userId}`, { libraryIds: [] }), 204);
    for (const answer of await everywhere(() => plugin.matchCheck([{ hash: book.hash }]))) {
      expect(answer.body).toMatchObject({ matches: [] });
    }
    expectStatus(await world.admin.patch(`users/${ann.userId}`, { libraryIds: [world.libraryId] }), 204);
    expect((await plugin.matchCheck([{ hash: book.hash }])).body.matches).toHaveLength(1);
  });

  it('a changed password stops the old one everywhere, and downloaded keys go on', async () => {
    expectStatus(await ann.browser.patch('koreader/account', { password: 'battery staple' }), 204);
    await expectEverywhere(() => kobo.authorize(), UNAUTHORIZED);
    await expectEverywhere(() => plugin.version(), { status: 200 });
    ann.accountPassword = 'battery staple';
    kobo = ann.stock();
    await expectEverywhere(() => kobo.authorize(), {
      status: 200,
      body: { authorized: 'OK', username: ann.accountName },
    });
  });

  it('a revoked device key is refused everywhere, and the others go on', async () => {
    const lost = new PluginDevice(await ann.downloadPlugin(), 'lost-device');
    await expectEverywhere(() => lost.version(), { status: 200 });
    expectStatus(await lost.progress([{ hash: book.hash, percentage: 0.3, progress: '/body/p[3].0' }]), 200);
    const keys = (await ann.browser.get<DeviceKeySummary[]>('koreader/device-keys')).body;
    expect(keys[0]).toMatchObject({ isRevoked: false, devices: ['Kobo_nova'], lastUsedAt: expect.any(String) });
    expect(JSON.stringify(keys)).not.toMatch(/[0-9a-f]{32}/);
    expect((await ben.browser.delete(`koreader/device-keys/${keys[0]?.id}`)).status).toBe(404);
    expectStatus(await ann.browser.delete(`koreader/device-keys/${keys[0]?.id}`), 204);
    await expectEverywhere(() => lost.version(), UNAUTHORIZED);
    await expectEverywhere(() => plugin.version(), { status: 200 });
    expect((await ann.browser.get<DeviceKeySummary[]>('koreader/device-keys')).body).toEqual(
      expect.arrayContaining([expect.objectContaining({ id: keys[0]?.id, isRevoked: true })]),
    );
  });

  it('the same key works as kosync header, as Basic key and as Basic password', async () => {
    const { origins, username, key } = ann.passwordAccount();
    const device = await ann.downloadPlugin();
    const ask = (secret: string) =>
      fetch(`${origins[0]}/api/v1/koreader/users/auth`, {
        headers: { authorization: `Basic ${Buffer.from(`${username}:${secret}`).toString('base64')}` },
      });
    for (const secret of [key, key.toUpperCase(), ann.accountPassword, device.key, device.key.toUpperCase()]) {
      expect([secret, (await ask(secret)).status]).toEqual([secret, 200]);
    }
    expect((await ask('wrong')).status).toBe(401);
    const loud = new StockDevice({ origins, username: username.toUpperCase(), key: key.toUpperCase() }, 'Loud', 'loud');
    expect((await loud.authorize()).status).toBe(200);
  });

  it('deleted credentials disconnect every device, and what they sent stays', async () => {
    expectStatus(await kobo.push(book.hash, 0.55, '/body/p[5].0'), 200);
    expectStatus(await ann.browser.delete('koreader/account'), 204);
    await expectEverywhere(() => kobo.pull(book.hash), UNAUTHORIZED);
    await expectEverywhere(() => plugin.version(), UNAUTHORIZED);
    expect((await ann.browser.get<KoreaderSettings>('koreader')).body.account).toBeUndefined();
    await ann.createAccount();
    plugin = await ann.plugin();
    await expectEverywhere(() => kobo.pull(book.hash), {
      status: 200,
      body: { percentage: 0.55, progress: '/body/p[5].0' },
    });
  });

  it('a deleted user takes devices and account along, and the name is free again', async () => {
    const eve = await world.addReader('eve');
    const [stock, own] = [eve.stock(), await eve.plugin()];
    expectStatus(await stock.push(book.hash, 0.9, '/body/p[9].0'), 200);
    expectStatus(await own.progress([{ hash: book.hash, percentage: 0.91, progress: '/body/p[9].1' }]), 200);
    expectStatus(await world.admin.delete(`users/${eve.userId}`), 204);
    await expectEverywhere(() => stock.pull(book.hash), UNAUTHORIZED);
    await expectEverywhere(() => own.version(), UNAUTHORIZED);
    const again = await world.addReader('eve');
    expect((await again.stock().pull(book.hash)).body).toEqual({});
  });

  it('another process that starts later refuses and accepts the same', async () => {
    const late = await world.addServer();
    const pointed = (account: { username: string; key: string }) => ({ ...account, origins: [late.origin] });
    const key = await ann.downloadPlugin();
    const device = new PluginDevice(pointed(key), 'late');
    expect((await device.version()).status).toBe(200);
    expect((await new StockDevice(pointed(ann.passwordAccount()), 'Late', 'late').authorize()).status).toBe(200);
    const keys = (await ann.browser.get<DeviceKeySummary[]>('koreader/device-keys')).body;
    expectStatus(await ann.browser.delete(`koreader/device-keys/${keys[0]?.id}`), 204);
    expectStatus(await ann.browser.patch('koreader/account', { password: 'yet another' }), 204);
    expect((await device.version()).status).toBe(401);
    expect((await new StockDevice(pointed(ann.passwordAccount()), 'Late', 'late').authorize()).status).toBe(401);
    ann.accountPassword = 'yet another';
    kobo = ann.stock();
    world.servers.pop();
    await late.stop();
  });

  it('the database holds no secret that could be replayed', async () => {
    const { key } = await ann.downloadPlugin();
    const secrets = [
      key,
      ann.passwordAccount().key,
      ann.accountPassword,
      ann.password,
      ann.browser.cookie?.split('=')[1] ?? '',
    ];
    const rows = await world.everything();
    for (const secret of secrets) {
      const bytes = Buffer.from(secret).toString('hex');
      expect(rows.includes(secret)).toBe(false);
      expect(rows.includes(bytes)).toBe(false);
      expect(rows.includes(createHash('md5').update(secret).digest('hex'))).toBe(false);
    }
    for (const server of world.servers) for (const secret of secrets) expect(server.output()).not.toContain(secret);
  });
});

describe('guessing', () => {
  let world: World;
  let ann: Reader;
  beforeAll(async () => {
    world = await World.start({ processes: 2, variables: { TRUSTED_PROXIES: 'loopback' } });
    await world.setUp();
    await world.addLibrary();
    ann = await world.addReader('ann');
  });
  afterAll(() => world?.stop());

  /** Asks from an address of its own, as behind a proxy. */
  const guess = (username: string, key: string, address: string, server = 0) =>
    fetch(`${world.origins[server]}/api/v1/koreader/users/auth`, {
      headers: { 'x-auth-user': username, 'x-auth-key': key, 'x-forwarded-for': address },
    });
  const allAtOnce = async (count: number, ask: (n: number) => Promise<Response>) => {
    const answers = await Promise.all(Array.from({ length: count }, (_answer, n) => ask(n)));
    return answers.map(({ status }) => status);
  };
  const wrong = (n: number) => keyOfPassword(`wrong ${n}`);

  it('is refused for an account after some failures with Retry-After, in every process; good keys go on', async () => {
    const { username, key } = ann.passwordAccount();
    const device = await ann.downloadPlugin();
    expect((await guess(username, key, '10.0.0.1')).status).toBe(200);
    const statuses = await allAtOnce(26, (n) => guess(username, wrong(n), `10.1.0.${n}`, n % 2));
    // Many at once cannot slip through either.
    expect(statuses.filter((status) => status === 401)).toHaveLength(20);
    expect(statuses.filter((status) => status === 429)).toHaveLength(6);
    const refused = await guess(username, wrong(99), '10.2.0.1');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({
      code: 429,
      error: 'rate_limited',
      statusCode: 429,
      message: expect.any(String),
    });
    for (const server of [0, 1]) expect((await guess(username, device.key, '10.1.0.1', server)).status).toBe(200);
    expect((await guess(username, key, '10.1.0.1')).status).toBe(200);
  });

  it('from elsewhere keeps nobody out where they were let in before, not even of a process that does not know their key', async () => {
    const eve = await world.addReader('attacked');
    const { username, key } = eve.passwordAccount();
    expect((await guess(username, key, '10.20.0.1', 0)).status).toBe(200);
    await allAtOnce(21, (n) => guess(username, wrong(n), `10.21.0.${n}`, n % 2));
    expect((await guess(username, key, '10.21.1.1', 1)).status).toBe(429);
    expect((await guess(username, key, '10.20.0.1', 1)).status).toBe(200);
    // There too, no more than so many may fail.
    const statuses: number[] = [];
    for (let n = 0; n < 21; n += 1) statuses.push((await guess(username, wrong(n), '10.20.0.1', n % 2)).status);
    expect(statuses.slice(-2)).toEqual([401, 429]);
  });

  it('at an old password does not keep the new one out', async () => {
    const eve = await world.addReader('eve');
    const { username, key: old } = eve.passwordAccount();
    expectStatus(await eve.browser.patch('koreader/account', { password: 'the new one' }), 204);
    // A device that was not told goes on with the old one.
    const statuses: number[] = [];
    for (let n = 0; n < 21; n += 1) statuses.push((await guess(username, old, `10.10.0.${n}`)).status);
    expect(statuses.at(-1)).toBe(429);
    expectStatus(await eve.browser.patch('koreader/account', { password: 'the newest one' }), 204);
    expect((await guess(username, keyOfPassword('the newest one'), '10.10.1.1', 1)).status).toBe(200);
  });

  it('is refused from an address after some failures over many names, before any slow hash', async () => {
    const address = '10.3.0.1';
    const statuses = await allAtOnce(61, (n) => guess(`name ${n}`, wrong(n), address, n % 2));
    expect(statuses.filter((status) => status === 401)).toHaveLength(60);
    expect(statuses.filter((status) => status === 429)).toHaveLength(1);
    // A hundred slow hashes would take many seconds of processor; the server spends next to none.
    const before = world.processorMs(0);
    for (let n = 0; n < 100; n += 1) expect((await guess(`other ${n}`, wrong(n), address)).status).toBe(429);
    const perHash = 40;
    expect(world.processorMs(0) - before).toBeLessThan(100 * perHash);
    expect((await guess('name 1', wrong(1), '10.3.0.2')).status).toBe(401);
  });

  it('does not tell an unknown name from a wrong key', async () => {
    const [unknown, known, malformed] = await Promise.all([
      guess('who is this', wrong(1), '10.4.0.1'),
      guess((await world.addReader('zoe')).accountName, wrong(1), '10.4.0.2'),
      guess('who is this', 'not a key', '10.4.0.3'),
    ]);
    const bodies = await Promise.all([unknown, known, malformed].map((answer) => answer.text()));
    expect(new Set(bodies).size).toBe(1);
    const headersOf = (answer: Response) => [...answer.headers.keys()].filter((name) => name !== 'date').sort();
    expect(headersOf(known)).toEqual(headersOf(unknown));
    // The same slow comparison is made for both: measured in the processor's time, not by the clock on the wall.
    const spent = async (username: string, network: string) => {
      const before = world.processorMs(1);
      for (let n = 0; n < 8; n += 1) await guess(`${username}`, wrong(n), `${network}.${n}`, 1);
      return world.processorMs(1) - before;
    };
    const [forKnown, forUnknown] = [await spent(`zoe-koreader`, '10.5.0'), await spent('nobody here', '10.6.0')];
    expect(forUnknown).toBeGreaterThan(forKnown / 3);
    expect(forUnknown).toBeLessThan(forKnown * 3);
  });

  it('of a web password is refused too, and says no more than that something is wrong', async () => {
    const signIn = (username: string, password: string, address: string) =>
      fetch(`${world.origins[0]}/api/v1/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
        body: JSON.stringify({ username, password }),
      });
    const [wrongPassword, unknownName] = [
      await signIn('ann', 'wrong', '10.7.0.1'),
      await signIn('nobody', 'wrong', '10.7.0.2'),
    ];
    expect(wrongPassword.status).toBe(401);
    expect(await wrongPassword.text()).toBe(await unknownName.text());
    await allAtOnce(19, (n) => signIn('ann', `wrong ${n}`, `10.8.0.${n}`));
    expect((await signIn('ann', 'wrong again', '10.9.0.1')).status).toBe(429);
    expect((await ann.browser.get('session')).body).toMatchObject({ user: { username: 'ann' } });
  });
});
