import type { DataSource } from 'typeorm';
import type { AnnounceSyncs } from './announce-syncs.ts';
import { type FeedEntry, SyncFeed } from './sync-feed.ts';

const entry = (exchange: string): FeedEntry => ({
  userId: 1,
  deviceId: 'kobo',
  exchange,
  happenedAt: new Date(0),
  milliseconds: 1,
  documents: [],
  came: {},
  went: {},
  refused: [],
});

describe('SyncFeed', () => {
  let written: string[][];
  let release: (() => void) | undefined;
  let feed: SyncFeed;
  beforeEach(() => {
    jest.useFakeTimers();
    written = [];
    release = undefined;
    const query = async (_sql: string, [json]: [string]) => {
      written.push((JSON.parse(json) as { exchange: string }[]).map(({ exchange }) => exchange));
      if (release === undefined) return;
      await new Promise<void>((resolve) => (release = resolve));
    };
    feed = new SyncFeed({ query } as unknown as DataSource, { note: () => undefined } as unknown as AnnounceSyncs);
  });
  afterEach(() => jest.useRealTimers());

  it('writes what nobody waits for soon, and together', async () => {
    for (const exchange of ['a', 'b', 'c']) feed.noteSoon(entry(exchange));
    expect(written).toEqual([]);
    await jest.advanceTimersByTimeAsync(1000);
    feed.noteSoon(entry('d'));
    await jest.advanceTimersByTimeAsync(1000);
    expect(written).toEqual([['a', 'b', 'c'], ['d']]);
  });

  it('leaves nothing behind that comes while others are written', async () => {
    release = () => undefined;
    const waited = feed.note(entry('a'));
    feed.noteSoon(entry('b'));
    await jest.advanceTimersByTimeAsync(1000);
    expect(written).toEqual([['a']]);
    const first = release;
    release = undefined;
    first();
    await waited;
    await jest.advanceTimersByTimeAsync(1000);
    expect(written).toEqual([['a'], ['b']]);
  });

  it('writes at the end what still waits', async () => {
    feed.noteSoon(entry('a'));
    await feed.onModuleDestroy();
    expect(written).toEqual([['a']]);
  });
});
