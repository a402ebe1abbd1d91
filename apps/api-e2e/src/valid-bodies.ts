import { GOLDEN_ROUTES, goldenExchanges, requestAbout } from './golden-exchanges.ts';

/** What there is that a body can be about. */
export interface Named {
  readonly book: { readonly hash: string; readonly contentSignature?: readonly string[] };
  readonly bookId: number;
  readonly fileId: number;
  readonly libraryId: number;
  /** Of the book's history. */
  readonly entryId: number;
}

/** Whose bodies are right, and which are refused all the same: it would be done a second time, or it would do harm. */
export const REFUSED_ANYWAY: readonly string[] = [
  'POST /api/v1/setup',
  'POST /api/v1/session',
  'PUT /api/v1/session/password',
  'POST /api/v1/libraries',
  'PATCH /api/v1/libraries/{id}',
  'POST /api/v1/koreader/account',
  // How many are found changes with each request.
  'POST /api/v1/annotations/changes/found',
];

/** @returns What well-meant requests to each route with a body say: of devices the golden ones. */
export function validBodies(named: Named): ReadonlyMap<string, readonly object[]> {
  const golden = goldenExchanges('ok').flatMap((example): [string, object][] => {
    const { method, path } = GOLDEN_ROUTES[example.route] ?? {};
    return method === 'POST' ? [[`POST /api/v1/koreader/${path}`, requestAbout(named.book, example)]] : [];
  });
  const all = [...golden, ...otherBodies(named)];
  const bodiesByRoute = Map.groupBy(all, ([name]) => name);
  return new Map([...bodiesByRoute].map(([name, bodies]) => [name, bodies.map(([, body]) => body)]));
}

function otherBodies({ book: { hash }, bookId, fileId, libraryId, entryId }: Named): [string, object][] {
  const held = { deviceId: 'fuzz-1', fileId, kind: 'highlight' };
  return [
    ['POST /api/v1/setup', { username: 'admin', password: 'password1' }],
    ['POST /api/v1/session', { username: 'nobody at all', password: 'password1' }],
    ['PUT /api/v1/session/password', { currentPassword: 'wrong password', newPassword: 'password2' }],
    [
      'POST /api/v1/users',
      { username: 'eve', password: 'password1', permissions: ['download'], libraryIds: [libraryId] },
    ],
    ['PATCH /api/v1/users/{id}', { isEnabled: true, permissions: ['download'], libraryIds: [libraryId] }],
    ['PUT /api/v1/users/{id}/password', { password: 'password1' }],
    ['POST /api/v1/libraries', { name: 'More', folders: ['/no/such/folder'] }],
    ['PATCH /api/v1/libraries/{id}', { name: 'More', folders: ['/no/such/folder'] }],
    ['PUT /api/v1/libraries/{id}/status-thresholds', { reading: 0.0025, finished: 0.98 }],
    ['PATCH /api/v1/books/{id}/state', { status: 'reading', rating: 4, review: 'Curiouser.' }],
    ['POST /api/v1/books/{id}/progress/step-back', { entryId }],
    ['POST /api/v1/books/{id}/progress/use', { fileId, deviceId: 'fuzz-1' }],
    ['POST /api/v1/reading/log', { bookId, startedAt: '2026-11-01T20:15:00Z', seconds: 600, pages: 10 }],
    ['PUT /api/v1/reading/time-zone', { timeZone: 'Europe/Berlin' }],
    [
      'POST /api/v1/annotations',
      {
        ...{
          fileId,
          kind: 'highlight',
          style: 'underline',
          color: '#ffcc00',
          text: 'T',
          note: 'N',
          chapter: 'C',
          page: 1,
        },
        ...{ xpointer: '/body/DocFragment[1]/body/p[1].0', xpointerEnd: '/body/DocFragment[1]/body/p[1].3' },
      },
    ],
    ['PATCH /api/v1/annotations/{id}', { style: 'highlight', color: 'yellow', note: 'Another note', text: 'T' }],
    ['POST /api/v1/annotations/changes', { action: 'edit', ids: [1], style: 'highlight', color: 'green' }],
    ['POST /api/v1/annotations/changes/found', { action: 'edit', count: 1, except: [999_999], style: 'highlight' }],
    ['POST /api/v1/annotations/held/confirm', held],
    ['POST /api/v1/annotations/held/discard', held],
    ['POST /api/v1/koreader/account', { username: 'device', password: 'password1' }],
    ['PATCH /api/v1/koreader/account', { isSyncEnabled: true }],
    ['PATCH /api/v1/koreader/devices/{deviceId}', { name: 'Fuzz', isRetired: false }],
    ['POST /api/v1/koreader/plugin-packages', { origin: 'http://192.168.1.20:3000' }],
    ['POST /api/v1/koreader/unmatched/{id}/link', { bookFileId: fileId }],
    [
      'PUT /api/v1/koreader/syncs/progress',
      {
        ...{ document: hash, percentage: 0.5, progress: '/body/DocFragment[1].0', device: 'Fuzz', device_id: 'F' },
        metadata: { title: 'A', authors: 'B', filename: 'c.epub' },
      },
    ],
    ['POST /api/v1/koreader/plugin/page-stats', eventsOf(hash)],
  ];
}

/** As older clients send page stats. */
function eventsOf(hash: string): object {
  const event = { page: 1, startTime: 1_795_000_000, durationSeconds: 10, totalPages: 100 };
  return { deviceId: 'fuzz-1', deviceModel: 'Fuzz', pluginVersion: '0.1.0', books: [{ hash, events: [event] }] };
}
