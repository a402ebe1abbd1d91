import { join } from 'node:path';
import type { DeviceAnnotation, UserSummary } from '@bookorbit/contracts';
import { PluginDevice, keyOfPassword, openOnDevice } from '@bookorbit/testing';
import { type SMALL_BOOKS } from './library-folder.ts';
import type { TestServer } from './server.ts';
import { WebClient } from './web-client.ts';

const PASSWORD = 'a reader’s password';
const DEVICE_PASSWORD = 'device secret';

/** Somebody who reads on devices with our plugin, and looks at it on the web. */
export interface Reader {
  readonly user: UserSummary;
  readonly password: string;
  readonly web: WebClient;
  device(deviceId?: string, model?: string): PluginDevice;
  /** What a device knows one of the small books by. */
  hashOf(title: (typeof SMALL_BOOKS)[number]['title']): string;
}

let made = 0;

/** Makes a user who may read everything, with a KOReader account. */
export async function addReader(server: TestServer, folder: string): Promise<Reader> {
  const libraries = await server.admin.get<readonly { id: number }[]>('/libraries');
  const username = `${process.pid}-${++made}-reader`;
  const user = await server.admin.createUser({
    username,
    password: PASSWORD,
    permissions: ['koreader_sync', 'download'],
    libraryIds: libraries.map(({ id }) => id),
  });
  const web = new WebClient(server.origin);
  await web.signIn(username, PASSWORD);
  await web.post('/koreader/account', { username: `${username}-devices`, password: DEVICE_PASSWORD });
  const account = { origins: [server.origin], username: `${username}-devices`, key: keyOfPassword(DEVICE_PASSWORD) };
  return {
    user,
    password: PASSWORD,
    web,
    device: (deviceId = 'KOBO', model = 'Kobo Libra 2') =>
      new PluginDevice(account, deviceId, { utcOffsetMinutes: 0 }, model),
    hashOf: (title) => openOnDevice(join(folder, `${title}.epub`)).hash,
  };
}

/** A highlight as a device makes it; the later `n`, the later it was made. */
export function highlight(n: number, more: Partial<DeviceAnnotation> = {}): DeviceAnnotation {
  return {
    datetime: `2026-03-${String(1 + (n % 28)).padStart(2, '0')} 10:${String(Math.floor(n / 28) % 60).padStart(2, '0')}:00`,
    drawer: 'lighten',
    color: 'yellow',
    text: `Passage number ${n}.`,
    chapter: 'Chapter one',
    pageno: n + 1,
    posFormat: 'xpointer',
    pos0: `/body/DocFragment[2]/body/p[${n + 1}]/text().0`,
    pos1: `/body/DocFragment[2]/body/p[${n + 1}]/text().9`,
    ...more,
  };
}

/** Sends highlights as the plugin does after they were made. */
export async function sendHighlights(
  device: PluginDevice,
  hash: string,
  changes: readonly DeviceAnnotation[],
): Promise<void> {
  await accepted(device.post('annotations/exchange', { books: [{ hash, keys: [], keysComplete: false, changes }] }));
}

/** Sends reading time: each row a page, when it was opened (unix seconds), and for how many seconds. */
export async function sendPageStats(
  device: PluginDevice,
  hash: string,
  rows: readonly (readonly [page: number, startTime: number, seconds: number])[],
): Promise<void> {
  await accepted(device.post('page-stats', { books: [{ hash, rows: rows.map((row) => [...row, 300]) }] }));
}

async function accepted(sent: Promise<{ readonly status: number; readonly body: unknown }>): Promise<void> {
  const { status, body } = await sent;
  if (status !== 200) throw new Error(`A device was answered ${status}: ${JSON.stringify(body)}`);
}
