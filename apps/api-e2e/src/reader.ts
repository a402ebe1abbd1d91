import { randomUUID } from 'node:crypto';
import type { NewUser, Permission, SessionState } from '@bookorbit/contracts';
import { type DeviceClock, keyOfPassword, PluginDevice, StockDevice } from '@bookorbit/testing';
import JSZip from 'jszip';
import { Browser } from './browser.ts';
import { expectStatus } from './expect-status.ts';

export const READER_PERMISSIONS: readonly Permission[] = ['koreader_sync', 'download'];

/** Somebody with a login, a KOReader account and devices. */
export class Reader {
  readonly browser: Browser;
  accountName: string;
  accountPassword = 'correct horse';

  constructor(
    private readonly origins: readonly string[],
    readonly userId: number,
    readonly username: string,
    readonly password: string,
  ) {
    this.browser = new Browser(origins);
    this.accountName = `${username}-koreader`;
  }

  async signIn(): Promise<void> {
    const answer = await this.browser.post<SessionState>('session', {
      username: this.username,
      password: this.password,
    });
    expectStatus(answer, 200);
  }

  async createAccount(): Promise<void> {
    const { accountName: username, accountPassword: password } = this;
    expectStatus(await this.browser.post('koreader/account', { username, password }), 204);
  }

  /** A device that was given name and password by hand. */
  stock(device = 'Kobo_io', deviceId = randomUUID().replaceAll('-', '').toUpperCase()): StockDevice {
    return new StockDevice(this.passwordAccount(), device, deviceId);
  }

  /** A device with a freshly downloaded plugin. */
  async plugin(clock?: DeviceClock, deviceId = randomUUID()): Promise<PluginDevice> {
    return new PluginDevice(await this.downloadPlugin(), deviceId, clock);
  }

  /** A second device of the same account that shares the key of the first: no slow hash for each. */
  passwordPlugin(clock?: DeviceClock, deviceId: string = randomUUID()): PluginDevice {
    return new PluginDevice(this.passwordAccount(), deviceId, clock);
  }

  passwordAccount() {
    return { origins: this.origins, username: this.accountName, key: keyOfPassword(this.accountPassword) };
  }

  async downloadPlugin() {
    const { status, bytes } = await this.browser.download('POST', 'koreader/plugin-packages', {});
    if (status !== 200) throw new Error(`The download answered ${status}: ${bytes.toString()}`);
    const preset = await (
      await JSZip.loadAsync(bytes)
    )
      .file('bookorbit.koplugin/bookorbit/preset.lua')
      ?.async('string');
    const key = /userkey = "([0-9a-f]{32})"/.exec(preset ?? '')?.[1];
    if (key === undefined) throw new Error('The package holds no key');
    return { origins: this.origins, username: this.accountName, key };
  }
}

/** Makes a user with a KOReader account, signed in. */
export async function createReader(
  admin: Browser,
  origins: readonly string[],
  username: string,
  options: Partial<Pick<NewUser, 'permissions' | 'libraryIds'>> & { hasAccount?: boolean } = {},
): Promise<Reader> {
  const { permissions = READER_PERMISSIONS, libraryIds = [], hasAccount = true } = options;
  const password = `${username} password`;
  const created = await admin.post<{ id: number }>('users', { username, password, permissions, libraryIds });
  expectStatus(created, 201);
  const reader = new Reader(origins, created.body.id, username, password);
  await reader.signIn();
  if (hasAccount) await reader.createAccount();
  return reader;
}
