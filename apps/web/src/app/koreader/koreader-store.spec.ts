import { TestBed } from '@angular/core/testing';
import type { KoreaderAccountChange, KoreaderSettings } from '@bookorbit/contracts';
import { Failure, KoreaderApi, type PageEvent, ServerEvents } from '../api/index.ts';
import { KoreaderStore } from './koreader-store.ts';

/** A server with one account, whose switch can be made to refuse. */
class KoreaderApiStub {
  isSyncEnabled = true;
  failure: Failure | undefined;
  lists = 0;
  readonly links: [number, number][] = [];

  async read(): Promise<KoreaderSettings> {
    return {
      account: { username: 'anna', isSyncEnabled: this.isSyncEnabled, createdAt: '2026-11-01T00:00:00Z' },
      serverUrl: { url: 'https://books.example.com/api/v1/koreader', reach: 'public', alternatives: [] },
      plugin: { isAvailable: true },
      counts: { devices: 0, matchedBooks: 0, unmatchedBooks: 0 },
    };
  }

  async changeAccount(change: KoreaderAccountChange): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    this.isSyncEnabled = change.isSyncEnabled ?? this.isSyncEnabled;
  }

  async linkUnmatched(id: number, link: { bookFileId: number }): Promise<void> {
    this.links.push([id, link.bookFileId]);
  }

  readPluginActivity = async (): Promise<object> => ({});
  listDeviceKeys = async (): Promise<readonly never[]> => [];
  listDevices = async (): Promise<readonly never[]> => [];
  listLinks = async (): Promise<readonly never[]> => [];
  listUnmatched = async (): Promise<readonly never[]> => {
    this.lists++;
    return [];
  };
}

async function setUp(): Promise<{ store: KoreaderStore; api: KoreaderApiStub; tell: (event: PageEvent) => void }> {
  const api = new KoreaderApiStub();
  const listeners: ((event: PageEvent) => void)[] = [];
  TestBed.configureTestingModule({
    providers: [
      KoreaderStore,
      { provide: KoreaderApi, useValue: api },
      { provide: ServerEvents, useValue: { listen: (listener: never) => listeners.push(listener) } },
    ],
  });
  const store = TestBed.inject(KoreaderStore);
  await store.open();
  return { store, api, tell: (event) => listeners.forEach((listener) => listener(event)) };
}

describe('the kill switch', () => {
  it('moves at once, before the server has answered', async () => {
    const { store } = await setUp();
    const switching = store.setSyncEnabled(false);
    expect(store.account()?.isSyncEnabled).toBe(false);
    expect(store.isSwitchingSync()).toBe(true);
    await switching;
    expect(store.account()?.isSyncEnabled).toBe(false);
    expect(store.isSwitchingSync()).toBe(false);
  });

  it('moves back when the server refuses, and says why', async () => {
    const { store, api } = await setUp();
    api.failure = new Failure('offline', 'Away.');
    await expect(store.setSyncEnabled(false)).rejects.toThrow('Away.');
    expect(store.account()?.isSyncEnabled).toBe(true);
    expect(store.isSwitchingSync()).toBe(false);
  });
});

it('links an unmatched book to the chosen file and reads the list anew', async () => {
  const { store, api } = await setUp();
  const before = api.lists;
  await store.link(7, 42);
  expect(api.links).toEqual([[7, 42]]);
  expect(api.lists).toBe(before + 1);
});

it('reads once after a burst of events', async () => {
  jest.useFakeTimers();
  try {
    const { api, tell } = await setUp();
    const before = api.lists;
    tell({ type: 'koreader' });
    tell({ type: 'progress', bookId: 3 });
    tell({ type: 'koreader' });
    await jest.advanceTimersByTimeAsync(1_000);
    expect(api.lists).toBe(before + 1);
  } finally {
    jest.useRealTimers();
  }
});
