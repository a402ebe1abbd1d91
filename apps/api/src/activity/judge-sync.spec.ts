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

  it.each<[string, Partial<SyncFacts>, string, object]>([
    ['the switch', { account: { username: 'anna', isSyncEnabled: false } }, 'broken', { code: 'switch.off' }],
    [
      'an address only this computer reaches',
      { serverUrl: { url: 'http://localhost', reach: 'loopback' } },
      'attention',
      { code: 'address.loopback', url: 'http://localhost' },
    ],
    [
      'an address of the home network',
      { serverUrl: { url: 'http://10.0.0.2', reach: 'lan' } },
      'hint',
      { code: 'address.lan', url: 'http://10.0.0.2' },
    ],
    ['a plugin that is not there', { plugin: {} }, 'attention', { code: 'plugin.missing' }],
    ['wrong passwords', { wrongPasswords: 1 }, 'attention', { code: 'login.wrongPassword', username: 'anna' }],
    ['an old plugin', { devices: [{ ...DEVICE, isOutdated: true }] }, 'attention', { code: 'devices.outdated' }],
    [
      'a silent device',
      { devices: [{ ...DEVICE, lastSeenAt: '2026-11-01T00:00:00Z' }] },
      'hint',
      { code: 'devices.silent' },
    ],
    ['no library', { matchableFiles: 0 }, 'broken', { code: 'matching.noFiles' }],
    ['an unmatched book', { unmatchedBooks: ['X'] }, 'attention', { code: 'matching.unmatched' }],
    ['no book at all', { matchedBooks: 0 }, 'hint', { code: 'matching.nothingSent' }],
    [
      'places without reading time',
      { booksWithoutSessions: [{ title: 'X', devices: [DEVICE] }] },
      'attention',
      { code: 'sessions.missing' },
    ],
    [
      'one-way highlights',
      { devices: [{ ...DEVICE, receivesHighlights: false }] },
      'attention',
      { code: 'highlights.sendOnly' },
    ],
    [
      'no highlights yet',
      { devices: [{ ...DEVICE, receivesHighlights: undefined }] },
      'hint',
      { code: 'highlights.none' },
    ],
    ['held deletes', { heldDeletes: 4 }, 'attention', { code: 'heldDeletes.waiting', count: 4 }],
    [
      'pending deletes',
      { pendingDeletes: 1, owingDevices: ['Kobo'] },
      'attention',
      { code: 'pendingDeletes.waiting', count: 1 },
    ],
    ['failed positions', { failedPositions: 1 }, 'attention', { code: 'failedPositions.some', count: 1 }],
    ['a place KOReader never set', { booksWithoutNativePlace: ['X'] }, 'hint', { code: 'restore.translated' }],
    ['a wrong clock', { devices: [{ ...DEVICE, hasWrongClock: true }] }, 'attention', { code: 'clock.wrong' }],
  ])('finds %s', (_name, facts, state, found) => {
    const rows = judgeSync({ ...WELL, ...facts }, NOW).filter((row) => row.state !== 'ok' && row.check !== 'autoSync');
    expect(rows).toEqual([expect.objectContaining({ state, found })]);
  });

  it.each<[string, Partial<SyncFacts>, string]>([
    ['none', { devices: [] }, 'devices.none'],
    ['none yet', { devices: [], unusedKeys: 1 }, 'devices.noneYet'],
  ])('tells of devices that there are %s', (_name, facts, code) => {
    expect(judgeSync({ ...WELL, ...facts }, NOW).find(({ check }) => check === 'devices')?.found).toEqual({ code });
  });

  it('tells devices without the plugin from books without reading time', () => {
    const kindle = { ...DEVICE, name: 'Kindle', hasPlugin: false };
    const devices = [DEVICE, kindle, { ...DEVICE, name: 'Of an unknown book', hasPlugin: false }];
    const booksWithoutSessions = [
      { title: 'Of the plugin', devices: [DEVICE] },
      { title: 'Of both', devices: [kindle, DEVICE] },
      { title: 'Of the Kindle', devices: [kindle] },
    ];
    const rows = judgeSync({ ...WELL, devices, booksWithoutSessions }, NOW).filter(({ check }) => check === 'sessions');
    expect(rows).toMatchObject([
      { found: { code: 'sessions.missing' }, names: ['Of the plugin', 'Of both'] },
      { found: { code: 'sessions.stockDevices', devices: ['Kindle'] }, names: ['Of the Kindle'] },
    ]);
  });

  it('names the check in every code', () => {
    for (const { check, found } of judgeSync({ ...WELL, heldDeletes: 1 }, NOW))
      expect(found.code.split('.')[0]).toBe(check);
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
