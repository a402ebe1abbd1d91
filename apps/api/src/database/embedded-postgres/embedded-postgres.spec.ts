import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { Client } from 'pg';
import { OperatorError } from '../../config/operator-error.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts';
import { findPostmaster } from './postmaster.ts';

describe('startEmbeddedPostgres', () => {
  let folder = '';
  let dataDir = '';
  /** A cluster to copy: making one takes longer than most tests. */
  const seed = mkdtempSync(join(tmpdir(), 'embedded-seed-'));
  const running: EmbeddedPostgres[] = [];
  const children: ChildProcess[] = [];

  beforeAll(async () => {
    await (await startEmbeddedPostgres({ dataDir: seed })).stop();
  });
  afterAll(() => rmSync(seed, { recursive: true, force: true }));

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'embedded-'));
    chmodSync(folder, 0o755);
    dataDir = join(folder, 'data');
    cpSync(seed, dataDir, { recursive: true });
  });

  afterEach(async () => {
    for (const child of children.splice(0)) {
      child.kill('SIGCONT');
      await killed(child);
    }
    // Joining a cluster and leaving it stops whatever a test left running there.
    if (postmaster() !== undefined) await start();
    await Promise.all(running.splice(0).map((postgres) => postgres.stop()));
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(directory = dataDir): Promise<EmbeddedPostgres> {
    const postgres = await startEmbeddedPostgres({ dataDir: directory });
    running.push(postgres);
    return postgres;
  }

  /** Another server process on the same data directory, which stops when told so and otherwise goes on. */
  function startOtherProcess(): ChildProcessByStdio<Writable, Readable, null> {
    const launcher = pathToFileURL(join(__dirname, 'embedded-postgres.ts')).href;
    const script = `
      import { startEmbeddedPostgres } from ${JSON.stringify(launcher)};
      const postgres = await startEmbeddedPostgres({ dataDir: process.argv[1] });
      process.stdin.on('data', async (word) => {
        if (String(word).includes('stop')) await postgres.stop();
        process.exit(0);
      });
      console.log('ready');`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script, dataDir], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    children.push(child);
    return child;
  }

  async function startInOtherProcess(): Promise<ChildProcessByStdio<Writable, Readable, null>> {
    const child = startOtherProcess();
    await Promise.race([
      once(child.stdout, 'data'),
      once(child, 'exit').then(() => Promise.reject(new Error('the other server process did not start'))),
    ]);
    return child;
  }

  const files = () => join(dataDir, 'postgres', 'cluster');
  const postmaster = () => findPostmaster({ files: files() });

  function postmasterPid(): number {
    const pid = postmaster();
    if (pid === undefined) throw new Error('no postmaster runs');
    return pid;
  }

  const emptyDataDir = () => rmSync(dataDir, { recursive: true });

  it('makes a durable database that is still there at the next start', async () => {
    emptyDataDir();
    const first = await start();
    await query(first, 'CREATE TABLE books AS SELECT 1 AS place');
    const settings = await query(
      first,
      "SELECT bool_and(setting = 'on') AS on FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit')",
    );
    expect(settings).toEqual([{ on: true }]);
    await first.stop();
    expect(postmaster()).toBeUndefined();

    const second = await start();
    expect(second.wasRunning).toBe(false);
    expect(await query(second, 'SELECT * FROM books')).toEqual([{ place: 1 }]);
  });

  it('listens on no network and keeps its password to itself', async () => {
    const postgres = await start();
    expect(await query(postgres, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '' }]);
    expect(statSync(join(postgres.home, 'password')).mode & 0o777).toBe(0o600);
    const stranger = new Client({ ...postgres.connection, password: 'guessed' });
    await expect(stranger.connect()).rejects.toThrow('password authentication failed');
  });

  it('adopts the Postgres of a server that was killed', async () => {
    const child = await startInOtherProcess();
    const pid = postmasterPid();
    await killed(child);
    const postgres = await start();
    expect(postgres.wasRunning).toBe(true);
    expect(postmasterPid()).toBe(pid);
    await postgres.stop();
    expect(postmaster()).toBeUndefined();
  });

  it('recovers what was committed before server and Postgres were killed', async () => {
    const child = await startInOtherProcess();
    const before = await start();
    await query(before, 'CREATE TABLE books AS SELECT 1 AS place');
    // Stopped, the other server neither reaps the killed Postgres, which stays a zombie, nor starts it again.
    child.kill('SIGSTOP');
    await before.stop();
    process.kill(postmasterPid(), 'SIGKILL');
    const after = await start();
    expect(after.wasRunning).toBe(false);
    expect(await query(after, 'SELECT * FROM books')).toEqual([{ place: 1 }]);
  });

  it('is not misled by a pid file that names another process', async () => {
    writeFileSync(join(files(), 'postmaster.pid'), `${process.pid}\n${files()}\n0\n5432\n${files()}\n\n`, {
      mode: 0o600,
    });
    expect((await start()).wasRunning).toBe(false);
  });

  it('starts a Postgres again that dies while the server runs', async () => {
    const postgres = await start();
    const pid = postmasterPid();
    process.kill(pid, 'SIGKILL');
    await eventually(() => query(postgres, 'SELECT 1'));
    expect(postmasterPid()).not.toBe(pid);
  });

  it('shares one Postgres between server processes, and the last to leave stops it', async () => {
    const child = await startInOtherProcess();
    const pid = postmasterPid();
    const postgres = await start();
    expect(postgres.wasRunning).toBe(true);
    await postgres.stop();
    expect(postmasterPid()).toBe(pid);
    child.stdin.write('stop');
    await once(child, 'exit');
    expect(postmaster()).toBeUndefined();
  });

  it('lets several server processes start at once on an empty folder', async () => {
    emptyDataDir();
    await Promise.all([startInOtherProcess(), startInOtherProcess(), startInOtherProcess()]);
    expect(await query(await start(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('leaves no Postgres behind when Ctrl-C comes during the start', async () => {
    const child = startOtherProcess();
    await eventually(async () => expect(postmaster()).toBeDefined(), 1);
    child.kill('SIGINT');
    await once(child, 'exit');
    expect(postmaster()).toBeUndefined();
  });

  it('stops Postgres when the server ends by a fault', async () => {
    const child = await startInOtherProcess();
    child.stdin.write('exit');
    await once(child, 'exit');
    await eventually(async () => expect(postmaster()).toBeUndefined());
  });

  it('starts in a folder that only its owner may enter', async () => {
    chmodSync(folder, 0o700);
    expect(await query(await start(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('starts where the path is too long for a socket, and holds commas and quotes', async () => {
    dataDir = join(folder, `a, "long" and 'odd' name `.repeat(5));
    expect(await query(await start(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    const short = join(folder, `odd, "name"`);
    expect(await query(await start(short), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('starts on a copy that lost its permissions', async () => {
    chmodSync(join(dataDir, 'postgres'), 0o755);
    chmodSync(join(dataDir, 'postgres', 'cluster'), 0o755);
    expect(await query(await start(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('finishes what a start left half done', async () => {
    emptyDataDir();
    mkdirSync(join(dataDir, 'postgres', 'cluster.new', 'base'), { recursive: true });
    expect(await query(await start(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('says what to do about a database of another major version', async () => {
    const version = join(files(), 'PG_VERSION');
    writeFileSync(version, '16\n');
    await expect(start()).rejects.toThrow(/made by Postgres 16 .* set DATABASE_URL/);
  });

  it('says what to do about a lost password', async () => {
    const password = join(dataDir, 'postgres', 'password');
    rmSync(password);
    await expect(start()).rejects.toThrow(/password .* is missing: restore it/);
    writeFileSync(password, 'another');
    await expect(start()).rejects.toThrow(/refuses the password .* restore that file/);
    expect(postmaster()).toBeUndefined();
  });

  it('says what to do where it may not write', async () => {
    // Nobody makes folders in /sys, not even root.
    await expect(start('/sys/bookorbit')).rejects.toThrow(OperatorError);
    await expect(start('/sys/bookorbit')).rejects.toThrow(/may not write to .* set DATA_DIR/);
  });

  it('says what to do when a file is in the way', async () => {
    emptyDataDir();
    writeFileSync(dataDir, '');
    await expect(start()).rejects.toThrow(/a file is in its way: set DATA_DIR/);
  });
});

async function query(postgres: EmbeddedPostgres, sql: string): Promise<unknown[]> {
  const client = new Client({ ...postgres.connection });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Tries until it holds; jest's own limit ends what never does. */
async function eventually(attempt: () => Promise<unknown>, pauseMilliseconds = 100): Promise<void> {
  for (let tries = 0; tries < 5_000; tries += 1) {
    try {
      await attempt();
      return;
    } catch {
      await sleep(pauseMilliseconds);
    }
  }
  await attempt();
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}
