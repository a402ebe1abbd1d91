import { isOlderVersion } from './compare-versions.ts';
import { judgeSync, type SyncFacts } from './judge-sync.ts';

const NOW = new Date('2026-11-23T12:00:00Z');
const DEVICE = {
  name: 'Kobo',
  hasPlugin: true,
  isOutdated: false,
  lastSeenAt: '2026-11-22T12:00:00Z',
  hasWrongClock: false,
  receivesHighlights: true,
};
const WELL: SyncFacts = {
  account: { username: 'anna', isSyncEnabled: true },
  serverUrl: { url: 'https://books.example.com/api/v1/koreader', reach: 'public' },
  plugin: { version: '0.1.0' },
  wrongPasswords: 0,
  devices: [DEVICE],
  unusedKeys: 0,
  revokedKeys: 0,
  matchableFiles: 10,
  matchedBooks: 3,
  unmatchedBooks: [],
  booksWithoutSessions: [],
  heldDeletes: 0,
  pendingDeletes: 0,
  owingDevices: [],
  failedPositions: 0,
  booksWithoutNativePlace: [],
};

const amiss = (facts: Partial<SyncFacts>) =>
  judgeSync({ ...WELL, ...facts }, NOW)
    .filter(({ state }) => state !== 'ok')
    .map(({ check, state }) => `${check} ${state}`);
/** The one row only the device can answer is always there. */
const AUTO_SYNC = 'autoSync hint';

describe('judgeSync', () => {
  it('finds nothing amiss where all is well', () => {
    expect(amiss({})).toEqual([AUTO_SYNC]);
  });

  it.each<[string, Partial<SyncFacts>, string]>([
    ['the switch', { account: { username: 'anna', isSyncEnabled: false } }, 'switch broken'],
    [
      'an address only this computer reaches',
      { serverUrl: { url: 'http://localhost', reach: 'loopback' } },
      'address attention',
    ],
    ['an address of the home network', { serverUrl: { url: 'http://10.0.0.2', reach: 'lan' } }, 'address hint'],
    ['a plugin that is not there', { plugin: { problem: 'Set it.' } }, 'plugin attention'],
    ['wrong passwords', { wrongPasswords: 1 }, 'login attention'],
    ['an old plugin', { devices: [{ ...DEVICE, isOutdated: true }] }, 'devices attention'],
    ['a silent device', { devices: [{ ...DEVICE, lastSeenAt: '2026-11-01T00:00:00Z' }] }, 'devices hint'],
    ['no library', { matchableFiles: 0 }, 'matching broken'],
    ['an unmatched book', { unmatchedBooks: ['X'] }, 'matching attention'],
    ['places without reading time', { booksWithoutSessions: ['X'] }, 'sessions attention'],
    ['one-way highlights', { devices: [{ ...DEVICE, receivesHighlights: false }] }, 'highlights attention'],
    ['held deletes', { heldDeletes: 4 }, 'heldDeletes attention'],
    ['pending deletes', { pendingDeletes: 1, owingDevices: ['Kobo'] }, 'pendingDeletes attention'],
    ['failed positions', { failedPositions: 1 }, 'failedPositions attention'],
    ['a place KOReader never set', { booksWithoutNativePlace: ['X'] }, 'restore hint'],
    ['a wrong clock', { devices: [{ ...DEVICE, hasWrongClock: true }] }, 'clock attention'],
  ])('finds %s', (_name, facts, expected) => {
    expect(amiss(facts).filter((row) => row !== AUTO_SYNC)).toEqual([expected]);
  });

  it('says of everything amiss how to mend it', () => {
    for (const { state, fix } of judgeSync({ ...WELL, devices: [], matchableFiles: 0, heldDeletes: 1 }, NOW)) {
      expect(state === 'ok' || (fix ?? '').length > 10).toBe(true);
    }
  });

  it('stops at a missing account: nothing after it can be judged', () => {
    expect(judgeSync({ ...WELL, account: undefined }, NOW).map(({ check }) => check)).toEqual([
      'account',
      'address',
      'plugin',
    ]);
  });
});

it.each([
  ['0.1.0', '0.2.0', true],
  ['0.9', '0.10', true],
  ['1.0.0', '1.0', false],
  ['0.2.0', '0.1.9', false],
  ['unknown', '0.1.0', false],
])('isOlderVersion(%s, %s) is %s', (one, other, expected) => expect(isOlderVersion(one, other)).toBe(expected));
