import type { Page } from 'playwright-core';
import type { Tab } from './browser.ts';
import type { LibraryFolder } from './library-folder.ts';
import { type ReaderWithDevices, ReaderWorld } from './reader-world.ts';
import type { TestServer } from './server.ts';

/** What the tests of a file share: a server with books, and a browser. Filled once they run. */
export interface Bench {
  world: ReaderWorld;
  server: TestServer;
  folder: LibraryFolder;
}

/** Beside that, what each test has for itself: an open page, in which nothing may go wrong unseen. */
export interface TabBench extends Bench {
  tab: Tab;
  page: Page;
}

/** And somebody whose page it is. */
export interface ReaderBench extends TabBench {
  reader: ReaderWithDevices;
}

interface ReaderOptions {
  /** Whether devices can sign in. */
  readonly hasAccount?: boolean;
  /** Whether one whose clock stopped did so before; not where a test begins with a person no device has synced for. */
  readonly hasStaleDevice?: boolean;
}

/** Starts a server with books and a browser for the tests of a file. */
export function withWorld(): Bench {
  const bench = {} as Bench;
  beforeAll(async () => {
    bench.world = await ReaderWorld.start();
    bench.server = bench.world.server;
    bench.folder = bench.world.folder;
  });
  afterAll(async () => {
    await bench.world?.stop();
  });
  return bench;
}

/** Opens a page for each test of a file. */
export function withTab(open: (world: ReaderWorld) => Promise<Tab>): TabBench {
  const bench = withWorld() as TabBench;
  beforeEach(async () => {
    bench.tab = await open(bench.world);
    bench.page = bench.tab.page;
  });
  afterEach(async () => {
    const { tab } = bench;
    await tab?.close();
    expect(tab?.errors).toEqual([]);
  });
  return bench;
}

/** Gives each test of a file a reader of its own, with the page open to them. */
export function withReader({ hasAccount = true, hasStaleDevice = true }: ReaderOptions = {}): ReaderBench {
  const bench = withTab(async (world) => {
    const reader = await (hasAccount ? world.addReader({ hasStaleDevice }) : world.addUser());
    (bench as ReaderBench).reader = reader;
    return reader.open();
  });
  return bench as ReaderBench;
}
