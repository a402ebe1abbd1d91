import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { LibrarySummary } from '@bookorbit/contracts';
import { createTestDatabase, startServerProcess } from '@bookorbit/testing';
import { WebClient } from './web-client.ts';

const WEB_PAGE = resolve(__dirname, '../../../web/dist/browser/index.html');
const SCAN_MILLISECONDS = 40_000;
const POLL_MILLISECONDS = 100;

/** The admin of a server that was set up unattended. */
export const ADMIN = { username: 'anna', password: 'correct horse battery' } as const;

/** The built server, run for a test on a database of its own. */
export interface TestServer {
  readonly origin: string;
  readonly databaseUrl: string;
  /** Signed in as the admin; only on a server that was set up. */
  readonly admin: WebClient;
  /** Ends as if it were updated; everything is still there when it is back. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
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
  });
  try {
    await server.admin.signIn(ADMIN.username, ADMIN.password);
    await server.admin.post('/libraries', { name: 'Shelf', folders: [folder] });
    await untilScanned(server.admin);
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function start(variables: Readonly<Record<string, string>>): Promise<TestServer> {
  if (!existsSync(WEB_PAGE)) throw new Error('The web app is not built; run: npx nx run-many -t build');
  const database = await createTestDatabase();
  const dataDir = mkdtempSync(join(tmpdir(), 'bookorbit-web-e2e-data-'));
  const cleanUp = async (): Promise<void> => {
    await database.drop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    const settings = { ...variables, DATA_DIR: dataDir, DATABASE_URL: database.url };
    let server = await startServerProcess(settings);
    const { origin, port } = server;
    return {
      origin,
      databaseUrl: database.url,
      admin: new WebClient(origin),
      goAway: () => server.stop(),
      async comeBack() {
        server = await startServerProcess({ ...settings, PORT: String(port) });
      },
      async stop() {
        await server.stop();
        await cleanUp();
      },
    };
  } catch (error) {
    await cleanUp();
    throw error;
  }
}

async function untilScanned(admin: WebClient): Promise<void> {
  const deadline = Date.now() + SCAN_MILLISECONDS;
  while (!isScanned(await admin.get<readonly LibrarySummary[]>('/libraries'))) {
    if (Date.now() > deadline) throw new Error('The library was not scanned in time.');
    await new Promise((wake) => setTimeout(wake, POLL_MILLISECONDS));
  }
}

function isScanned(libraries: readonly LibrarySummary[]): boolean {
  return libraries.length > 0 && libraries.every(({ scan }) => scan?.state === 'done');
}
