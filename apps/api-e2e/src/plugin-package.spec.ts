import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { KoreaderSettings, PluginVersionAnswer } from '@bookorbit/contracts';
import { PluginDevice, type ServerProcess } from '@bookorbit/testing';
import JSZip from 'jszip';
import { Browser } from './browser.ts';
import { expectStatus } from './expect-status.ts';
import { sendRaw } from './raw-request.ts';
import { createReader, type Reader } from './reader.ts';
import { SERVER_COUNTS, World } from './world.ts';

const PLUGIN = join(import.meta.dirname, '../../../koreader-plugin/bookorbit.koplugin');
const PRESET = 'bookorbit.koplugin/bookorbit/preset.lua';
const hasLuajit = spawnSync('luajit', ['-v']).status === 0;
const lanAddress = Object.values(networkInterfaces())
  .flatMap((each) => each ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

interface Preset {
  readonly origin: string;
  readonly username: string;
  readonly userkey: string;
}

describe.each(SERVER_COUNTS)('the plugin’s package over %s', (_, processes) => {
  let world: World;
  let ann: Reader;
  let ben: Reader;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bookorbit-plugin-'));
    world = await World.start({ processes, variables: { TRUSTED_PROXIES: '127.0.0.9' } });
    await world.setUp();
    await world.addLibrary();
    ann = await world.addReader('ann');
    ben = await world.addReader('ben');
  });
  afterAll(async () => {
    await world?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const download = async (browser: Browser, body?: object) => {
    const answer = await browser.download('POST', 'koreader/plugin-packages', body);
    if (answer.status !== 200) throw new Error(answer.bytes.toString());
    return { ...answer, zip: await JSZip.loadAsync(answer.bytes) };
  };
  const presetOf = async (zip: JSZip): Promise<Preset> => {
    const lua = (await zip.file(PRESET)?.async('nodebuffer')) ?? Buffer.alloc(0);
    return hasLuajit ? runPreset(lua) : readPreset(lua.toString('utf8'));
  };

  /** What LuaJIT makes of the preset, as hex so that no byte is lost on the way. */
  function runPreset(lua: Buffer): Preset {
    const path = join(folder, `preset-${createHash('md5').update(lua).digest('hex')}.lua`);
    writeFileSync(path, lua);
    const script = `local p = dofile(arg[1]) for _, k in ipairs({'origin', 'username', 'userkey'}) do print((p[k]:gsub('.', function(c) return ('%02x'):format(c:byte()) end))) end
      for k in pairs(p) do assert(k == 'origin' or k == 'username' or k == 'userkey') end`;
    writeFileSync(join(folder, 'show.lua'), script);
    const [origin = '', username = '', userkey = ''] = execFileSync('luajit', [join(folder, 'show.lua'), path], {
      encoding: 'utf8',
    })
      .trim()
      .split('\n')
      .map((hex) => Buffer.from(hex, 'hex').toString('utf8'));
    return { origin, username, userkey };
  }

  function readPreset(lua: string): Preset {
    const field = (name: string) => new RegExp(`${name} = "([^"]*)"`).exec(lua)?.[1] ?? '';
    return { origin: field('origin'), username: field('username'), userkey: field('userkey') };
  }

  it('holds every file of the plugin below one folder, and the account', async () => {
    const { zip, headers } = await download(ann.browser);
    expect(headers.get('content-type')).toBe('application/zip');
    expect(headers.get('content-disposition')).toContain('bookorbit.koplugin.zip');
    expect(headers.get('cache-control')).toBe('no-store');
    const names = Object.keys(zip.files).filter((name) => !zip.files[name]?.dir);
    expect(names.filter((name) => !/^bookorbit\.koplugin\/[\w./-]+$/.test(name) || name.includes('..'))).toEqual([]);
    expect(await zip.file('bookorbit.koplugin/main.lua')?.async('nodebuffer')).toEqual(
      readFileSync(join(PLUGIN, 'main.lua')),
    );
    const { origin, username, userkey } = await presetOf(zip);
    expect(world.origins).toContain(origin);
    expect(username).toBe(ann.accountName);
    const device = new PluginDevice({ origins: [origin], username, key: userkey }, 'fresh');
    expect((await device.version()).status).toBe(200);
  });

  it('has a fresh key in every download, and works whatever comes of the others', async () => {
    const presets = await Promise.all([1, 2, 3].map(async () => presetOf((await download(ann.browser)).zip)));
    expect(new Set(presets.map(({ userkey }) => userkey)).size).toBe(3);
    expect((await presetOf((await download(ben.browser)).zip)).username).toBe(ben.accountName);
  });

  it('takes the address the page chose', async () => {
    const { zip } = await download(ann.browser, { origin: 'http://192.168.1.20:3000/' });
    expect((await presetOf(zip)).origin).toBe('http://192.168.1.20:3000');
    for (const origin of ['javascript:alert(1)', 'ftp://x', 'http://', 'http://a/?b', 'http://u:p@a', 7, null]) {
      expect([origin, (await ann.browser.post('koreader/plugin-packages', { origin })).status]).toEqual([origin, 400]);
    }
  });

  it.each(['a"]]; os.exit(7) --[[', "it's \\ a \\\\ \\n name", 'Ünïcode “name” 💩', '%s %d \\065 ]==]', '--[==[ x'])(
    'is safe for an account called %s',
    async (accountName) => {
      const reader = await createReader(
        world.admin,
        world.origins,
        `u${createHash('md5').update(accountName).digest('hex')}`,
        { hasAccount: false },
      );
      reader.accountName = accountName;
      await reader.createAccount();
      const { zip } = await download(reader.browser);
      const preset = await presetOf(zip);
      if (hasLuajit) expect(preset.username).toBe(accountName);
      const device = new PluginDevice(
        {
          origins: world.origins,
          username: accountName,
          key: /[0-9a-f]{32}/.exec((await zip.file(PRESET)?.async('string')) ?? '')?.[0] ?? '',
        },
        'd',
      );
      expect((await device.version()).status).toBe(200);
      expect((await reader.stock().authorize()).body).toEqual({ authorized: 'OK', username: accountName });
    },
  );

  it('is Lua that LuaJIT reads, file by file', async () => {
    const { zip } = await download(ann.browser);
    const files = Object.values(zip.files).filter(({ name }) => name.endsWith('.lua'));
    expect(files.length).toBeGreaterThan(20);
    if (!hasLuajit) return;
    const checked = join(folder, 'checked');
    for (const file of files) {
      const path = join(checked, file.name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, await file.async('nodebuffer'));
      expect([file.name, spawnSync('luajit', ['-b', path, '/dev/null']).status]).toEqual([file.name, 0]);
    }
  });

  it('comes without account data for a device that updates itself, as its file list says', async () => {
    const device = await ann.plugin();
    const { body } = await device.version();
    const version: PluginVersionAnswer = body;
    expect(version).toMatchObject({
      protocol: 1,
      pluginVersion: expect.stringMatching(/^\d+\.\d+/),
      serverVersion: expect.any(String),
      capabilities: expect.any(Array),
    });
    const { username, key } = await ann.downloadPlugin();
    let turn = 0;
    const get = () =>
      fetch(`${world.origins[turn++ % processes]}/api/v1/koreader/plugin/package`, {
        headers: { 'x-auth-user': username, 'x-auth-key': key },
      });
    const [first, second] = await Promise.all([get(), get()]);
    const bytes = Buffer.from(await first.arrayBuffer());
    expect(bytes.equals(Buffer.from(await second.arrayBuffer()))).toBe(true);
    const zip = await JSZip.loadAsync(bytes);
    expect(zip.file(PRESET)).toBeNull();
    expect(Object.keys(zip.files).length).toBe(version.files.length);
    for (const { path, sha256 } of version.files) {
      const content = await zip.file(`bookorbit.koplugin/${path}`)?.async('nodebuffer');
      expect([path, content && createHash('sha256').update(content).digest('hex')]).toEqual([path, sha256]);
    }
    expect(bytes.includes(ann.accountName)).toBe(false);
  });

  it('is refused without account, without permission and to another site', async () => {
    const without = await world.addReader('noaccount', { hasAccount: false });
    expect((await without.browser.post('koreader/plugin-packages')).status).toBe(404);
    const forbidden = await world.addReader('forbidden', { permissions: ['download'], hasAccount: false });
    expect((await forbidden.browser.post('koreader/plugin-packages')).status).toBe(403);
    expect(
      (await ann.browser.send('POST', 'koreader/plugin-packages', {}, { 'sec-fetch-site': 'cross-site' })).status,
    ).toBe(403);
  });

  describe('and its origin', () => {
    const asked = async (server: Pick<ServerProcess, 'origin'>, headers: Record<string, string>) => {
      const answer = await sendRaw(server.origin, {
        method: 'GET',
        path: '/api/v1/koreader',
        headers: { cookie: ann.browser.cookie!, ...headers },
      });
      return (JSON.parse(answer.body) as KoreaderSettings).serverUrl;
    };
    const FORWARDED = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'evil.example.com' };

    it('is that of the request, and forwarded headers of strangers change nothing', async () => {
      const [server] = world.servers;
      expect(await asked(server!, {})).toMatchObject({ url: `${server!.origin}/api/v1/koreader`, reach: 'loopback' });
      expect((await asked(server!, {})).alternatives).toEqual(
        lanAddress ? expect.arrayContaining([`http://${lanAddress}:${server!.port}/api/v1/koreader`]) : [],
      );
      expect(await asked(server!, FORWARDED)).toMatchObject({ url: `${server!.origin}/api/v1/koreader` });
      expect(await asked(server!, { host: 'books.example.com' })).toMatchObject({
        url: 'http://books.example.com/api/v1/koreader',
        reach: 'public',
      });
    });

    it('is what a trusted proxy forwards', async () => {
      const server = await world.addServer({ TRUSTED_PROXIES: '10.0.0.0/8, loopback' });
      expect(await asked(server, FORWARDED)).toMatchObject({
        url: 'https://evil.example.com/api/v1/koreader',
        reach: 'public',
      });
      const cookies = await sendRaw(server.origin, {
        method: 'POST',
        path: '/api/v1/session',
        headers: { ...FORWARDED, 'content-type': 'application/json' },
        body: JSON.stringify({ username: ann.username, password: ann.password }),
      });
      expect(String(cookies.headers['set-cookie'])).toMatch(/; Secure/);
      world.servers.pop();
      await server.stop();
    });

    it('is PUBLIC_URL where that is set', async () => {
      const server = await world.addServer({ PUBLIC_URL: 'https://books.example.com/' });
      expect(await asked(server, FORWARDED)).toEqual({
        url: 'https://books.example.com/api/v1/koreader',
        reach: 'public',
        alternatives: [],
      });
      const browser = new Browser([server.origin]);
      browser.cookie = ann.browser.cookie;
      expect((await presetOf((await download(browser)).zip)).origin).toBe('https://books.example.com');
      world.servers.pop();
      await server.stop();
    });
  });

  describe('from a source elsewhere', () => {
    const serverWith = async (path: string) => {
      const server = await world.addServer({ KOREADER_PLUGIN_PATH: path });
      world.servers.pop();
      const browser = new Browser([server.origin]);
      browser.cookie = ann.browser.cookie;
      return { server, browser };
    };

    it('is packed from KOREADER_PLUGIN_PATH, as it is at each download', async () => {
      const source = join(folder, 'elsewhere');
      cpSync(PLUGIN, source, { recursive: true });
      writeFileSync(join(source, 'extra.lua'), 'return 1\n');
      const { server, browser } = await serverWith(source);
      expect(await (await download(browser)).zip.file('bookorbit.koplugin/extra.lua')?.async('string')).toBe(
        'return 1\n',
      );
      writeFileSync(join(source, 'extra.lua'), 'return 22\n');
      expect(await (await download(browser)).zip.file('bookorbit.koplugin/extra.lua')?.async('string')).toBe(
        'return 22\n',
      );
      await server.stop();
    });

    it.each([
      ['missing', () => join(folder, 'no-such-folder')],
      ['empty', () => mkdtempSync(join(folder, 'empty-'))],
    ])('that is %s is a 503 naming the setting, mints no key, and starts all the same', async (_what, path) => {
      const { server, browser } = await serverWith(path());
      const before = (await browser.get<unknown[]>('koreader/device-keys')).body.length;
      const answer = await browser.post('koreader/plugin-packages');
      expect(answer).toMatchObject({
        status: 503,
        body: { error: 'plugin_source_missing', message: expect.stringContaining('KOREADER_PLUGIN_PATH') },
      });
      expect((await browser.get<unknown[]>('koreader/device-keys')).body).toHaveLength(before);
      const { plugin } = (await browser.get<KoreaderSettings>('koreader')).body;
      expect(plugin).toMatchObject({ isAvailable: false, problem: expect.stringContaining('KOREADER_PLUGIN_PATH') });
      const device = new PluginDevice({ ...(await ann.downloadPlugin()), origins: [server.origin] }, 'd');
      expect((await device.version()).status).toBe(503);
      expectStatus(await device.progress([]), 200);
      await server.stop();
    });
  });
});
