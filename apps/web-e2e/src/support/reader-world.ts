import type { BookDetail, BookList, Permission, UserSummary } from '@bookorbit/contracts';
import type { Browser } from 'playwright-core';
import { openBrowser, openTab, signInQuietly, type Tab, type TabOptions } from './browser.ts';
import { type LibraryFolder, makeLibraryFolder } from './library-folder.ts';
import { DeviceWithPlugin } from './plugin-device.ts';
import { startServerWithLibrary, type TestServer } from './server.ts';
import { WebClient } from './web-client.ts';

const PASSWORD = 'a reader’s password';
const DEVICE_PASSWORD = 'device secret';

/** Somebody with the library, a browser and devices. */
export class ReaderWithDevices {
  constructor(
    private readonly world: ReaderWorld,
    readonly user: UserSummary,
    readonly api: WebClient,
  ) {}

  device(model = 'Kobo Libra 2'): DeviceWithPlugin {
    return new DeviceWithPlugin(this.world.server.origin, this.accountName, DEVICE_PASSWORD, model);
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

  private get accountName(): string {
    return `${this.user.username}-devices`;
  }
}

/** A server with books and a browser; every test has a reader of its own, so none sees what another did. */
export class ReaderWorld {
  private readers = 0;

  private constructor(
    readonly server: TestServer,
    readonly browser: Browser,
    private readonly folder: LibraryFolder,
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

  async addReader(permissions: readonly Permission[] = ['koreader_sync', 'download']): Promise<ReaderWithDevices> {
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
    const reader = new ReaderWithDevices(this, user, api);
    if (permissions.includes('koreader_sync')) await reader.createAccount();
    return reader;
  }
}
