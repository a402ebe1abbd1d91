import { findAttention } from './attention.ts';
import type { KoreaderNews } from './home-store.ts';

function newsWith(activity: object = {}, settings: object = {}): KoreaderNews {
  return {
    settings: {
      account: { username: 'anna', isSyncEnabled: true, createdAt: '2026-11-01T00:00:00Z' },
      serverUrl: { url: '', reach: 'public', alternatives: [] },
      plugin: { isAvailable: true },
      counts: { devices: 1, matchedBooks: 1, unmatchedBooks: 0 },
      ...settings,
    },
    activity: {
      matchedBooks: 1,
      readingEvents: 1,
      highlights: 1,
      trashedHighlights: 0,
      pendingDeletes: 3,
      failedPositions: 0,
      heldDeletes: 0,
      outdatedDevices: [],
      ...activity,
    },
  };
}

const placesOf = (...given: Parameters<typeof findAttention>): string[] =>
  findAttention(...given).map(({ path, fragment }) => [path.split('/').at(-1), fragment].filter(Boolean).join('#'));

it('says nothing while all is well, or nothing is known yet', () => {
  expect(placesOf(newsWith(), { problems: 0, missing: 0 })).toEqual([]);
  expect(placesOf(undefined, undefined)).toEqual([]);
});

it('names everything that waits for somebody, what may be lost first', () => {
  const news = newsWith(
    {
      heldDeletes: 12,
      failedPositions: 1,
      outdatedDevices: [{ deviceId: 'K', deviceName: 'Kobo', pluginVersion: '0.0.1' }],
    },
    {
      account: { username: 'anna', isSyncEnabled: false, createdAt: '2026-11-01T00:00:00Z' },
      counts: { devices: 1, matchedBooks: 1, unmatchedBooks: 2 },
      plugin: { isAvailable: false },
    },
  );
  expect(placesOf(news, { problems: 4, missing: 1 })).toEqual([
    'activity#held',
    'koreader',
    'unmatched',
    'activity#failed',
    'activity',
    'check',
    'books',
    'books',
  ]);
});
