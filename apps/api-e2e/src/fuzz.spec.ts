import { Agent } from 'node:http';
import { ERROR_CODES } from '@bookorbit/contracts';
import { BAD_HEADERS, BAD_PATH_PARTS, BAD_QUERIES, badBodies, damaged, seeded } from './garbage.ts';
import { type RawAnswer, type RawRequest, sendBytes, sendRaw } from './raw-request.ts';
import { SERVER_COUNTS, World } from './world.ts';

const DAMAGED_BODIES_PER_ROUTE = 40;
/** Routes that compute a slow hash when what they get is right after all. */
const SLOW_ROUTE = /setup|session|users|account$/;
const DAMAGED_BODIES_PER_SLOW_ROUTE = 12;
/** One route for each body parser: what is large is unpacked before the route matters. */
const HEAVY_BODY_ROUTES = [
  'POST /api/v1/session',
  'PUT /api/v1/koreader/syncs/progress',
  'POST /api/v1/koreader/plugin/match-check',
];
const AT_ONCE = 8;

interface Route {
  readonly method: string;
  /** With `{name}` where a parameter stands. */
  readonly path: string;
}

/** What a well-meant request to a route says; the fuzzer damages it. Plugin routes get the envelope as well. */
const VALID_BODIES: Readonly<Record<string, object>> = {
  'POST /api/v1/setup': { username: 'admin', password: 'password1' },
  'POST /api/v1/session': { username: 'nobody at all', password: 'password1' },
  'PUT /api/v1/session/password': { currentPassword: 'wrong password', newPassword: 'password2' },
  'POST /api/v1/users': { username: 'eve', password: 'password1', permissions: ['download'], libraryIds: [1] },
  'PATCH /api/v1/users/{id}': { isEnabled: true, permissions: ['download'], libraryIds: [1] },
  'PUT /api/v1/users/{id}/password': { password: 'password1' },
  'POST /api/v1/libraries': { name: 'More', folders: ['/no/such/folder'] },
  'PATCH /api/v1/libraries/{id}': { name: 'More', folders: ['/no/such/folder'] },
  'POST /api/v1/koreader/account': { username: 'device', password: 'password1' },
  'PATCH /api/v1/koreader/account': { isSyncEnabled: true },
  'POST /api/v1/koreader/plugin-packages': { origin: 'http://192.168.1.20:3000' },
  'POST /api/v1/koreader/unmatched/{id}/link': { bookFileId: 1 },
  'PUT /api/v1/koreader/syncs/progress': {
    document: '0123456789abcdef0123456789abcdef',
    percentage: 0.5,
    progress: '/body/DocFragment[1].0',
    device: 'Fuzz',
    device_id: 'F',
    metadata: { title: 'A', authors: 'B', filename: 'c.epub' },
  },
  'POST /api/v1/koreader/plugin/match-check': {
    hashes: ['0123456789abcdef0123456789abcdef'],
    books: [
      {
        hash: '0123456789abcdef0123456789abcdef',
        title: 'T',
        authors: 'A',
        contentSignature: ['00000000-1', '00000001-2', '00000002-3'],
        alsoKnownAs: ['0123456789abcdef0123456789abcdef'],
        domVersion: 20240114,
      },
    ],
  },
  'POST /api/v1/koreader/plugin/progress': {
    items: [
      { hash: '0123456789abcdef0123456789abcdef', percentage: 0.5, progress: '/body/p.0', timestamp: 1795000000 },
    ],
  },
  'POST /api/v1/koreader/plugin/page-stats': {
    books: [
      {
        hash: '0123456789abcdef0123456789abcdef',
        events: [{ page: 1, startTime: 1795000000, durationSeconds: 10, totalPages: 100 }],
        rows: [[1, 1795000000, 10, 100]],
        rowCount: 1,
      },
    ],
  },
};
const ENVELOPE = {
  deviceId: 'fuzz-1',
  deviceModel: 'Fuzz',
  pluginVersion: '0.1.0',
  deviceTime: '2026-11-18 12:06:40',
  utcOffsetMinutes: 60,
  protocol: 1,
  installId: 'fuzz',
};
/** These end what the other requests need, so they come last. */
const COMES_LAST = ['DELETE /api/v1/koreader/account', 'DELETE /api/v1/session'];

describe.each(SERVER_COUNTS)('any route, given garbage, over %s', (_, processes) => {
  let world: World;
  let credentials: Record<string, string>;
  let routes: Route[];
  let victimId: number;
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });

  beforeAll(async () => {
    world = await World.start({ processes });
    await world.setUp();
    await world.addLibrary();
    await world.addReader('ann');
    victimId = (await world.addReader('victim', { hasAccount: false })).userId;
    const fuzzer = await world.addReader('fuzzer', {
      permissions: ['koreader_sync', 'download', 'manage_libraries', 'manage_users', 'opds_access', 'kobo_sync'],
    });
    const { username, key } = await fuzzer.downloadPlugin();
    credentials = { cookie: fuzzer.browser.cookie!, 'x-auth-user': username, 'x-auth-key': key };
    const document = JSON.parse((await sendRaw(origin(), { method: 'GET', path: '/api/docs-json' })).body) as {
      paths: Record<string, Record<string, unknown>>;
    };
    routes = Object.entries(document.paths)
      .flatMap(([path, methods]) => Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path })))
      .sort((a, b) => COMES_LAST.indexOf(nameOf(a)) - COMES_LAST.indexOf(nameOf(b)));
  });
  afterAll(async () => {
    agent.destroy();
    await world?.stop();
  });

  let turn = 0;
  /** The servers are asked in turn, as a load balancer would. */
  const origin = () => world.origins[turn++ % world.origins.length]!;

  const bodyOf = (route: Route): object => {
    const own = VALID_BODIES[nameOf(route)] ?? {};
    return route.path.includes('/koreader/plugin/') ? { ...ENVELOPE, ...own } : own;
  };

  /** Sends all of them, some at once, and collects what is wrong with the answers. */
  async function faultsOf(
    requests: readonly (RawRequest & { readonly name: string; readonly mustRefuse?: boolean })[],
  ): Promise<string[]> {
    const faults: string[] = [];
    const queue = [...requests];
    const work = async () => {
      for (let next = queue.shift(); next; next = queue.shift()) {
        const said = `${next.method} ${next.path.slice(0, 120)} with ${next.name}`;
        try {
          const fault = faultOf(await sendRaw(origin(), next, agent), next.mustRefuse ?? false);
          if (fault !== undefined) faults.push(`${said}: ${fault}`);
        } catch (error) {
          faults.push(`${said}: ${String(error)}`);
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return faults;
  }

  /** With ids that exist, where the fuzzer can do no harm to itself, unless another is given. */
  const filled = (path: string, part?: string) =>
    path.replaceAll(/\{\w+\}/g, part ?? (path.includes('/users/') ? String(victimId) : '1'));
  const takesBody = ({ method }: Route) => ['POST', 'PUT', 'PATCH'].includes(method);

  it('knows every route there is', () => {
    expect(routes.length).toBeGreaterThan(35);
    expect(Object.keys(VALID_BODIES).filter((name) => !routes.some((route) => nameOf(route) === name))).toEqual([]);
  });

  it('refuses bodies that are no JSON object in UTF-8', async () => {
    const requests = routes.filter(takesBody).flatMap((route) =>
      badBodies(bodyOf(route))
        .filter(({ isHeavy }) => !isHeavy || HEAVY_BODY_ROUTES.includes(nameOf(route)))
        .map(({ name, body, headers }) => ({
          ...route,
          name,
          path: filled(route.path),
          headers: { ...credentials, ...headers },
          body,
          mustRefuse: true,
        })),
    );
    expect(await faultsOf(requests)).toEqual([]);
  });

  it('refuses a body over the limit of its route', async () => {
    const body = `{"a":"${'x'.repeat(8 * 1024 * 1024)}"}`;
    for (const name of HEAVY_BODY_ROUTES) {
      const [method = '', path = ''] = name.split(' ');
      const answer = await sendRaw(origin(), { method, path, headers: credentials, body }, agent);
      expect([name, answer.status, faultOf(answer, true)]).toEqual([name, 413, undefined]);
    }
  });

  it('survives fields of every wrong kind', async () => {
    const random = seeded(20_261_123 + processes);
    const requests = routes.filter(takesBody).flatMap((route) =>
      Array.from(
        { length: SLOW_ROUTE.test(route.path) ? DAMAGED_BODIES_PER_SLOW_ROUTE : DAMAGED_BODIES_PER_ROUTE },
        () => {
          const body = JSON.stringify(damaged(bodyOf(route), random)) ?? 'null';
          const headers = { ...credentials, 'content-type': 'application/json' };
          return { ...route, name: body.slice(0, 300), path: filled(route.path), headers, body };
        },
      ),
    );
    expect(await faultsOf(requests)).toEqual([]);
  });

  it('survives addresses and queries that make no sense', async () => {
    const requests = routes
      .filter((route) => !COMES_LAST.includes(nameOf(route)))
      .flatMap((route) => {
        const parts = route.path.includes('{') ? BAD_PATH_PARTS : [];
        const body = takesBody(route) ? JSON.stringify(bodyOf(route)) : undefined;
        const paths = [
          ...parts.map((part) => filled(route.path, part)),
          ...(route.method === 'GET' ? BAD_QUERIES.map((query) => `${filled(route.path)}?${query}`) : []),
        ];
        return paths.map((path) => ({ ...route, name: 'a bad address', path, headers: credentials, body }));
      });
    expect(await faultsOf(requests)).toEqual([]);
  });

  it('survives headers that make no sense', async () => {
    const requests = routes
      .filter((route) => !COMES_LAST.includes(nameOf(route)))
      .flatMap((route) =>
        BAD_HEADERS.filter((headers) => !isWrongName(headers) || HEAVY_BODY_ROUTES.includes(nameOf(route))).map(
          (headers) => {
            const { 'x-auth-user': _name, 'x-auth-key': _key, ...cookie } = credentials;
            const body = takesBody(route) ? JSON.stringify(bodyOf(route)) : undefined;
            return {
              ...route,
              name: JSON.stringify(headers).slice(0, 120),
              path: filled(route.path, '999999'),
              headers: { ...('authorization' in headers ? cookie : credentials), ...headers },
              body: SLOW_ROUTE.test(route.path) ? '{}' : body,
            };
          },
        ),
      );
    expect(await faultsOf(requests)).toEqual([]);
  });

  it('refuses methods a route does not have', async () => {
    const methodsByPath = Map.groupBy(routes, ({ path }) => path);
    const requests = [...methodsByPath].flatMap(([path, own]) =>
      ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND', 'SEARCH', 'TRACE']
        .filter((method) => !own.some((route) => route.method === method))
        // Another route may have the same shape: /books/{id} and /books/search.
        .filter((method) => !routes.some((route) => route.method === method && isSameShape(route.path, path)))
        .map((method) => ({
          method,
          path: filled(path),
          name: 'a wrong method',
          headers: credentials,
          mustRefuse: true,
        })),
    );
    expect(await faultsOf(requests)).toEqual([]);
  });

  it.each([
    ['no HTTP', 'hello\r\n\r\n'],
    ['a header with a NUL', 'GET /api/v1/session HTTP/1.1\r\nhost: x\r\nx-a: b\0c\r\n\r\n'],
    ['headers beyond any size', `GET /api/v1/session HTTP/1.1\r\nhost: x\r\nx-a: ${'a'.repeat(40_000)}\r\n\r\n`],
    ['two lengths', 'POST /api/v1/session HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}'],
    [
      'a length and chunks',
      'POST /api/v1/session HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n{}',
    ],
    ['a broken chunk', 'POST /api/v1/session HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n'],
    [
      'an unheard-of expectation',
      'POST /api/v1/session HTTP/1.1\r\nhost: x\r\nexpect: a miracle\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}',
    ],
  ])('answers %s in the same form as everything else', async (_name, bytes) => {
    const answer = await sendBytes(origin(), bytes);
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1]);
    expect(faultOf({ status, headers: {}, body }, true)).toBeUndefined();
  });

  it('is alive and well afterwards', async () => {
    for (const server of world.servers) {
      expect(server.output()).not.toMatch(/"level":(50|60)/);
      const ask = (path: string) =>
        sendRaw(server.origin, { method: 'GET', path, headers: { cookie: world.admin.cookie! } });
      expect((await ask('/api/v1/koreader/healthcheck')).status).toBe(200);
      expect(JSON.parse((await ask('/api/v1/session')).body)).toMatchObject({ user: { username: 'admin' } });
    }
  });

  it('is not ended by what comes last', async () => {
    const requests = COMES_LAST.flatMap((name) => {
      const [method = '', path = ''] = name.split(' ');
      return BAD_HEADERS.filter((headers) => !isWrongName(headers)).map((headers) => ({
        method,
        path,
        name: JSON.stringify(headers).slice(0, 100),
        headers: { ...credentials, ...headers },
      }));
    });
    expect(await faultsOf(requests)).toEqual([]);
  });
});

/** Each wrong name costs a slow comparison. */
function isWrongName(headers: object): boolean {
  return 'authorization' in headers || 'x-auth-user' in headers;
}

function nameOf({ method, path }: Route): string {
  return `${method} ${path}`;
}

function isSameShape(template: string, path: string): boolean {
  const [a, b] = [template.split('/'), path.split('/')];
  return a.length === b.length && a.every((part, n) => part === b[n] || part.startsWith('{') || b[n]?.startsWith('{'));
}

/** What is wrong with an answer to garbage: it is a success or a refusal in the one form, and never the server's fault. */
function faultOf(
  { status, body }: Pick<RawAnswer, 'status' | 'body' | 'headers'>,
  mustRefuse: boolean,
): string | undefined {
  if (status >= 500 || status < 100) return `status ${status}: ${body.slice(0, 200)}`;
  if (status < 400) return mustRefuse ? `it was accepted with ${status}` : undefined;
  let refusal: Record<string, unknown>;
  try {
    refusal = JSON.parse(body) as Record<string, unknown>;
  } catch {
    return `status ${status} with a body that is no JSON: ${body.slice(0, 200)}`;
  }
  const { code, message, error, statusCode } = refusal;
  if (typeof code !== 'number' || statusCode !== status) return `a wrong code or statusCode: ${body.slice(0, 200)}`;
  if (!ERROR_CODES.some((known) => known === error)) return `an unknown error code: ${body.slice(0, 200)}`;
  if (typeof message !== 'string' || !/^.{10,}[.!?]$/s.test(message))
    return `no useful sentence: ${body.slice(0, 200)}`;
  return undefined;
}
