import { setTimeout as sleep } from 'node:timers/promises';
import type {
  Credentials,
  LibrarySummary,
  NewKoreaderAccount,
  NewLibrary,
  NewUser,
  ScanProgress,
} from '@bookorbit/contracts';
import JSZip from 'jszip';

const POLL_MS = 50;

/** The part of the web API the benchmark sets things up with, as a signed-in admin. */
export interface WebApi {
  /** Answers with the library's id; its first scan starts by itself. */
  createLibrary(library: NewLibrary): Promise<number>;
  scan(libraryId: number): Promise<void>;
  /** Waits until no scan of the library is queued or running. Throws when it failed. */
  waitForScan(libraryId: number): Promise<ScanProgress>;
  countBooks(libraryId: number): Promise<number>;
  createUser(user: NewUser): Promise<void>;
  createKoreaderAccount(account: NewKoreaderAccount): Promise<void>;
  /** The login, as a request says it. */
  readonly cookie: string;
  /** Downloads the plugin and answers with the device key in it. */
  mintDeviceKey(): Promise<string>;
}

export async function signIn(origin: string, credentials: Credentials): Promise<WebApi> {
  const root = `${origin}/api/v1`;
  const session = await answered(await post(`${root}/session`, credentials));
  const cookie = session.headers
    .getSetCookie()
    .map((text) => text.split(';')[0] ?? '')
    .join('; ');
  const call = async (path: string, body?: object) =>
    answered(await (body ? post(`${root}/${path}`, body, cookie) : fetch(`${root}/${path}`, { headers: { cookie } })));
  return {
    cookie,
    async createLibrary(library) {
      const { id } = (await (await call('libraries', library)).json()) as { id: number };
      return id;
    },
    async scan(libraryId) {
      await call(`libraries/${libraryId}/scan`, {});
    },
    async countBooks(libraryId) {
      const libraries = (await (await call('libraries')).json()) as LibrarySummary[];
      return libraries.find(({ id }) => id === libraryId)?.bookCount ?? 0;
    },
    async waitForScan(libraryId) {
      while (true) {
        const scan = (await (await call(`libraries/${libraryId}/scan`)).json()) as ScanProgress;
        if (scan.state === 'failed') throw new Error(`The scan failed: ${scan.problem}`);
        if (scan.state === 'done') return scan;
        await sleep(POLL_MS);
      }
    },
    async createUser(user) {
      await call('users', user);
    },
    async createKoreaderAccount(account) {
      await call('koreader/account', account);
    },
    async mintDeviceKey() {
      const zip = await JSZip.loadAsync(await (await call('koreader/plugin-packages', {})).arrayBuffer());
      const [preset] = zip.file(/preset\.lua$/);
      const [, key] = /userkey = "([0-9a-f]{32})"/.exec((await preset?.async('string')) ?? '') ?? [];
      if (key === undefined) throw new Error('The downloaded plugin holds no device key.');
      return key;
    },
  };
}

function post(url: string, body: object, cookie = ''): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(cookie && { cookie }) },
    body: JSON.stringify(body),
  });
}

async function answered(response: Response): Promise<Response> {
  if (response.ok) return response;
  throw new Error(`${response.url} was answered ${response.status}: ${(await response.text()).slice(0, 300)}`);
}
