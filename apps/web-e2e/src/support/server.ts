import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { LibrarySummary } from '@bookorbit/contracts';
import { createTestDatabase } from '@bookorbit/testing';
import { WebClient } from './web-client.ts';

const PROJECT_ROOT = resolve(__dirname, '../../../..');
const SERVER = join(PROJECT_ROOT, 'apps/api/dist/main.js');
const WEB_PAGE = join(PROJECT_ROOT, 'apps/web/dist/browser/index.html');
const START_MILLISECONDS = 40_000;
const SCAN_MILLISECONDS = 40_000;
const POLL_MILLISECONDS = 100;

/** The admin of a server that was set up unattended. */
export const ADMIN = { username: 'anna', password: 'correct horse battery' } as const;

/** The built server, run for a test on a database of its own. */
export interface TestServer {
  readonly origin: string;
  /** Signed in as the admin; only on a server that was set up. */
  readonly admin: WebClient;
  stop(): Promise<void>;
}

/** Starts a server nobody has set up yet. */
export function startFreshServer(): Promise<TestServer> {
  return start({});
}

/** Starts a server with an admin and one library, and waits until that is scanned. */
export async function startServerWithLibrary(folder: string): Promise<TestServer> {
  const server = await start({
    ADMIN_USERNAME: ADMIN.username,
    ADMIN_PASSWORD: ADMIN.password,
    LIBRARY_PATHS: folder,
  });
  await server.admin.signIn(ADMIN.username, ADMIN.password);
  await until(SCAN_MILLISECONDS, 'the library is scanned', async () => {
    const libraries = await server.admin.get<readonly LibrarySummary[]>('/libraries');
    return libraries.length > 0 && libraries.every(({ scan }) => scan?.state === 'done');
  });
  return server;
}

async function start(settings: Record<string, string>): Promise<TestServer> {
  for (const file of [SERVER, WEB_PAGE]) {
    if (!existsSync(file)) throw new Error(`${file} is missing: build first, with npm run build.`);
  }
  const database = await createTestDatabase();
  const dataDir = mkdtempSync(join(tmpdir(), 'bookorbit-web-e2e-data-'));
  const port = await freePort();
  const output: string[] = [];
  const child = spawn(process.execPath, [SERVER], {
    cwd: PROJECT_ROOT,
    env: {
      ...baseEnvironment(),
      ...settings,
      PORT: String(port),
      DATA_DIR: dataDir,
      DATABASE_URL: database.url,
      LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.on('data', (text: Buffer) => output.push(text.toString()));
  child.stderr.on('data', (text: Buffer) => output.push(text.toString()));
  const origin = `http://localhost:${port}`;
  const stop = async (): Promise<void> => {
    await end(child);
    await database.drop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  const admin = new WebClient(origin);
  try {
    await until(START_MILLISECONDS, 'the server answers', async () => {
      if (child.exitCode !== null) throw new Error(`The server ended:\n${output.join('')}`);
      return isAnswering(admin);
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return { origin, admin, stop };
}

/** Our own settings of whoever runs the tests must not reach the server. */
function baseEnvironment(): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, LANG } = process.env;
  return { PATH, HOME, TMPDIR, LANG };
}

async function isAnswering(client: WebClient): Promise<boolean> {
  try {
    await client.get('/session');
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('No free port.');
  return address.port;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

/** Waits until `isSo`, asking again and again. */
export async function until(milliseconds: number, what: string, isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + milliseconds;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`Waited ${milliseconds} ms in vain until ${what}.`);
    await new Promise((wake) => setTimeout(wake, POLL_MILLISECONDS));
  }
}
