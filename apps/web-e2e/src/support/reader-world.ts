import { join } from 'node:path';
import type { BookDetail, BookList, Permission, UserSummary } from '@bookorbit/contracts';
import { type DeviceAccount, PluginDevice, StaleDevice, keyOfPassword, openOnDevice } from '@bookorbit/testing';
import type { Browser, Page } from 'playwright-core';
import { BystanderWatch } from './bystander-watch.ts';
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
  hasAccount = false;

  constructor(
    private readonly world: ReaderWorld,
    readonly user: UserSummary,
    readonly api: WebClient,
  ) {}

  /** Where the devices sign in. */
  get accountName(): string {
    return `${this.user.username}-devices`;
  }

  /** What the devices sign in with. */
  get account(): DeviceAccount {
    const { origin } = this.world.server;
    return { origins: [origin], username: this.accountName, key: keyOfPassword(DEVICE_PASSWORD) };
  }

  /** A device whose every request must be answered well. */
  device(model = 'Kobo Libra 2'): DeviceWithPlugin {
    return new DeviceWithPlugin(this.world.server.origin, this.accountName, DEVICE_PASSWORD, model);
  }

  /** A device that says what it was answered. */
  plugin(deviceId = 'KOBO', model = 'Kobo Libra 2'): PluginDevice {
    return new PluginDevice(this.account, deviceId, { utcOffsetMinutes: 0 }, model);
  }

  /** A device with nothing but KOReader’s own progress sync. */
  stock(model = 'Kobo Libra 2'): ReturnType<typeof stockDevice> {
    return stockDevice(this.world.server.origin, this.accountName, DEVICE_PASSWORD, model);
  }

  /** A page in a browser of its own, signed in. */
  async open(options: TabOptions = {}): Promise<Tab> {
    const tab = await this.world.openTab(options);
    await signInQuietly(tab, this.world.server.origin, this.user.username, PASSWORD);
    return tab;
  }

  async createAccount(): Promise<void> {
    await this.api.post('/koreader/account', { username: this.accountName, password: DEVICE_PASSWORD });
    this.hasAccount = true;
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

/**
 * A server with books and a browser; every test has a reader of its own, so none sees what another did. Beside them there is a
 * bystander who has the same books: nothing of theirs may move, or be seen in a page.
 */
export class ReaderWorld {
  private readonly readers: ReaderWithDevices[] = [];
  private isWatchEnded = false;

  private constructor(
    readonly server: TestServer,
    readonly browser: Browser,
    readonly folder: LibraryFolder,
    private readonly bystander: BystanderWatch,
    /** Fingerprints of its books. */
    private readonly hashes: readonly string[],
  ) {}

  static async start(): Promise<ReaderWorld> {
    const folder = makeLibraryFolder();
    const begun: (() => unknown)[] = [() => folder.remove()];
    try {
      const server = await startServerWithLibrary(folder.path);
      begun.unshift(() => server.stop());
      const browser = await openBrowser();
      begun.unshift(() => browser.close());
      return await ReaderWorld.on(server, browser, folder);
    } catch (error) {
      for (const end of begun) await end();
      throw error;
    }
  }

  /** @param server With an admin, signed in, and a library of the folder's books. */
  static async on(server: TestServer, browser: Browser, folder: LibraryFolder): Promise<ReaderWorld> {
    const hashes = folder.files.map((path) => openOnDevice(path).hash);
    return new ReaderWorld(server, browser, folder, await BystanderWatch.begin(server, hashes), hashes);
  }

  async stop(): Promise<void> {
    try {
      if (!this.isWatchEnded) await this.endWatch();
    } finally {
      await this.browser.close();
      await this.server.stop();
      this.folder.remove();
    }
  }

  /**
   * Fails when the bystander noticed anything, or somebody's place follows a clock that stopped. Happens by itself at the end of the world,
   * unless it was asked for before something that everybody is to notice.
   */
  async endWatch(): Promise<void> {
    this.isWatchEnded = true;
    await this.bystander.end(await this.staleDevice());
  }

  /** Adds somebody who may read everything, without a KOReader account. */
  async addUser(permissions: readonly Permission[] = ['koreader_sync', 'download']): Promise<ReaderWithDevices> {
    const { admin, origin } = this.server;
    const libraries = await admin.get<readonly { id: number }[]>('/libraries');
    const user = await admin.createUser({
      username: `reader-${this.readers.length + 1}`,
      password: PASSWORD,
      permissions,
      libraryIds: libraries.map(({ id }) => id),
    });
    const api = new WebClient(origin);
    await api.signIn(user.username, PASSWORD);
    const reader = new ReaderWithDevices(this, user, api);
    this.readers.push(reader);
    return reader;
  }

  /**
   * Adds somebody whose devices can sign in.
   *
   * @param options.hasStaleDevice Whether one with a stopped clock already did, and said it is on the first page of every book.
   */
  async addReader({ hasStaleDevice = true }: { readonly hasStaleDevice?: boolean } = {}): Promise<ReaderWithDevices> {
    const reader = await this.addUser();
    await reader.createAccount();
    if (hasStaleDevice) await (await StaleDevice.join(reader.account)).report(this.hashes);
    return reader;
  }

  /** Fails when an open page holds something of the bystander's. */
  expectUnseenOn(pages: readonly Page[]): Promise<void> {
    return this.bystander.expectUnseenOn(pages);
  }

  /** A page that fails when it is closed and holds something of the bystander's. */
  async openTab(options: TabOptions = {}): Promise<Tab> {
    const tab = await openTab(this.browser, this.server.origin, options);
    const close = async (): Promise<void> => {
      try {
        await this.expectUnseenOn(tab.context.pages());
      } finally {
        await tab.close();
      }
    };
    return { ...tab, close };
  }

  /** A page of the admin, signed in. */
  async openAdmin(options: TabOptions = {}): Promise<Tab> {
    const tab = await this.openTab(options);
    await signInQuietly(tab, this.server.origin, ADMIN.username, ADMIN.password);
    return tab;
  }

  /** A device with a stopped clock of the last reader whose devices are let in. */
  private async staleDevice(): Promise<StaleDevice> {
    for (const { account } of this.readers.filter(({ hasAccount }) => hasAccount).reverse()) {
      const stale = await StaleDevice.join(account).catch(() => undefined);
      if (stale) return stale;
    }
    return StaleDevice.join((await this.addReader({ hasStaleDevice: false })).account);
  }
}
