import { join } from 'node:path';
import type { BookDetail, BookList, Permission, UserSummary } from '@bookorbit/contracts';
import { PluginDevice, keyOfPassword, openOnDevice } from '@bookorbit/testing';
import type { Browser } from 'playwright-core';
import { openBrowser, openTab, signInQuietly, type Tab, type TabOptions } from './browser.ts';
import { type LibraryFolder, makeLibraryFolder, type SMALL_BOOKS } from './library-folder.ts';
import { DeviceWithPlugin } from './plugin-device.ts';
import { ADMIN, startServerWithLibrary, type TestServer } from './server.ts';
import { stockDevice } from './stock-device.ts';
import { WebClient } from './web-client.ts';

export const PASSWORD = 'a reader’s password';
export const DEVICE_PASSWORD = 'device secret';

/** Somebody with the library, a browser and devices. */
export class ReaderWithDevices {
  constructor(
    private readonly world: ReaderWorld,
    readonly user: UserSummary,
    readonly api: WebClient,
  ) {}

  /** Where the devices sign in. */
  get accountName(): string {
    return `${this.user.username}-devices`;
  }

  /** A device whose every request must be answered well. */
  device(model = 'Kobo Libra 2'): DeviceWithPlugin {
    return new DeviceWithPlugin(this.world.server.origin, this.accountName, DEVICE_PASSWORD, model);
  }

  /** A device that says what it was answered. */
  plugin(deviceId = 'KOBO', model = 'Kobo Libra 2'): PluginDevice {
    const account = {
      origins: [this.world.server.origin],
      username: this.accountName,
      key: keyOfPassword(DEVICE_PASSWORD),
    };
    return new PluginDevice(account, deviceId, { utcOffsetMinutes: 0 }, model);
  }

  /** A device with nothing but KOReader’s own progress sync. */
  stock(model = 'Kobo Libra 2'): ReturnType<typeof stockDevice> {
    return stockDevice(this.world.server.origin, this.accountName, DEVICE_PASSWORD, model);
  }

  /** A page in a browser of its own, signed in. */
  async open(options: TabOptions = {}): Promise<Tab> {
    const tab = await openTab(this.world.browser, this.world.server.origin, options);
    await signInQuietly(tab, this.world.server.origin, this.user.username, PASSWORD);
    return tab;
  }

  createAccount(): Promise<void> {
    return this.api.post('/koreader/account', { username: this.accountName, password: DEVICE_PASSWORD });
  }

  async findBook(title: string): Promise<BookDetail & { readonly hash: string }> {
    const { books } = await this.api.get<BookList>(`/books?q=${encodeURIComponent(title)}`);
    const card = books.find((one) => one.title === title);
    if (card === undefined) throw new Error(`There is no ${title}.`);
    const book = await this.api.get<BookDetail>(`/books/${card.id}`);
    return { ...book, hash: book.files[0]?.fingerprint ?? '' };
  }

  /** What a device knows one of the small books by. */
  hashOf(title: (typeof SMALL_BOOKS)[number]['title']): string {
    return openOnDevice(join(this.world.folder.path, `${title}.epub`)).hash;
  }
}

/** A server with books and a browser; every test has a reader of its own, so none sees what another did. */
export class ReaderWorld {
  private readers = 0;

  private constructor(
    readonly server: TestServer,
    readonly browser: Browser,
    readonly folder: LibraryFolder,
  ) {}

  static async start(): Promise<ReaderWorld> {
    const folder = makeLibraryFolder();
    const server = await startServerWithLibrary(folder.path);
    return new ReaderWorld(server, await openBrowser(), folder);
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
    this.folder.remove();
  }

  /** Adds somebody who may read everything, without a KOReader account. */
  async addUser(permissions: readonly Permission[] = ['koreader_sync', 'download']): Promise<ReaderWithDevices> {
    const { admin, origin } = this.server;
    const libraries = await admin.get<readonly { id: number }[]>('/libraries');
    const user = await admin.createUser({
      username: `reader-${++this.readers}`,
      password: PASSWORD,
      permissions,
      libraryIds: libraries.map(({ id }) => id),
    });
    const api = new WebClient(origin);
    await api.signIn(user.username, PASSWORD);
    return new ReaderWithDevices(this, user, api);
  }

  /** Adds somebody whose devices can sign in. */
  async addReader(): Promise<ReaderWithDevices> {
    const reader = await this.addUser();
    await reader.createAccount();
    return reader;
  }

  openTab(options: TabOptions = {}): Promise<Tab> {
    return openTab(this.browser, this.server.origin, options);
  }

  /** A page of the admin, signed in. */
  async openAdmin(options: TabOptions = {}): Promise<Tab> {
    const tab = await this.openTab(options);
    await signInQuietly(tab, this.server.origin, ADMIN.username, ADMIN.password);
    return tab;
  }
}
