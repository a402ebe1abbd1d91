import { Agent } from 'node:http';
import { type AnnotationDetail, ERROR_CODES, type ProgressHistory, type UnmatchedDocument } from '@bookorbit/contracts';
import { bookPool } from './book-pool.ts';
import { expectStatus } from './expect-status.ts';
import {
  BAD_HEADERS,
  BAD_PATH_PARTS,
  BAD_QUERIES,
  badBodies,
  damaged,
  type Nulled,
  seeded,
  withoutEachField,
} from './garbage.ts';
import type { Reader } from './reader.ts';
import { type RawAnswer, type RawRequest, sendBytes, sendRaw } from './raw-request.ts';
import { REFUSED_ANYWAY, validBodies } from './valid-bodies.ts';
import { SERVER_COUNTS, World } from './world.ts';

const DAMAGED_BODIES_PER_ROUTE = 40;
/** Routes that compute a slow hash when what they get is right after all. */
const SLOW_ROUTE = /setup|session|users|account$/;
const DAMAGED_BODIES_PER_SLOW_ROUTE = 12;
/** Routes that read no body must not mind one. */
const DAMAGED_BODIES_FOR_NOBODY = 4;
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
  /** By its description, and then as JSON. */
  readonly takesBody: boolean;
}

interface Operation {
  readonly requestBody?: object;
}

/** These end what the other requests need, so they come last. */
const COMES_LAST = ['DELETE /api/v1/koreader/account', 'DELETE /api/v1/session'];

describe.each(SERVER_COUNTS)('any route, given garbage, over %s', (_, processes) => {
  let world: World;
  let credentials: Record<string, string>;
  let routes: Route[];
  let bodies: ReturnType<typeof validBodies>;
  /** What stands for a parameter below a path: things there are, where the fuzzer can do no harm to itself. */
  let things: Readonly<Record<string, string | number>>;
  const [book] = bookPool(1);
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });

  beforeAll(async () => {
    world = await World.start({ processes });
    await world.setUp();
    const libraryId = await world.addLibrary({ [book!.fileName]: book!.bytes });
    await world.addReader('ann');
    const { userId: victimId } = await world.addReader('victim', { hasAccount: false });
    const fuzzer = await world.addReader('fuzzer', {
      permissions: ['koreader_sync', 'download', 'manage_libraries', 'manage_users', 'opds_access', 'kobo_sync'],
    });
    const plugin = fuzzer.passwordPlugin(undefined, 'fuzz-1');
    const { matches } = (await plugin.matchCheck([{ hash: book!.hash }])).body;
    const { bookId, bookFileId: fileId } = matches[0]!;
    const place = { hash: book!.hash, percentage: 0.5, progress: '/body/DocFragment[1]/body/p[1].0' };
    expectStatus(await plugin.progress([{ ...place, timestamp: plugin.now() - 60 }]), 200);
    const { entries } = (await fuzzer.browser.get<ProgressHistory>(`books/${bookId}/history`)).body;
    const highlight = { fileId, text: 'T', xpointer: '/body/DocFragment[1]/body/p[1].0' };
    const made = await fuzzer.browser.post<AnnotationDetail>('annotations', highlight);
    expectStatus(made, 201);
    things = {
      ...{ users: victimId, books: bookId, libraries: libraryId, annotations: made.body.id },
      ...{ unmatched: await unmatchedOf(fuzzer), devices: 'fuzz-1' },
    };
    bodies = validBodies({ book: book!, bookId, fileId, libraryId, entryId: entries[0]!.id });
    const { username, key } = await fuzzer.downloadPlugin();
    credentials = { cookie: fuzzer.browser.cookie!, 'x-auth-user': username, 'x-auth-key': key };
    const document = JSON.parse((await sendRaw(origin(), { method: 'GET', path: '/api/docs-json' })).body) as {
      paths: Record<string, Record<string, Operation>>;
    };
    routes = Object.entries(document.paths)
      .flatMap(([path, methods]) =>
        Object.entries(methods).map(([method, { requestBody }]) => ({
          ...{ method: method.toUpperCase(), path, takesBody: requestBody !== undefined },
        })),
      )
      .sort((a, b) => COMES_LAST.indexOf(nameOf(a)) - COMES_LAST.indexOf(nameOf(b)));
  });
  afterAll(async () => {
    agent.destroy();
    await world?.stop();
  });

  let turn = 0;
  /** The servers are asked in turn, as a load balancer would. */
  const origin = () => world.origins[turn++ % world.origins.length]!;

  const bodyOf = (route: Route): object => bodies.get(nameOf(route))?.[0] ?? {};
  const json = (body: unknown) => ({
    headers: { ...credentials, 'content-type': 'application/json' },
    body: JSON.stringify(body) ?? 'null',
  });

  /** Sends all of them, some at once, and collects what is wrong with the answers. */
  async function faultsOf(
    requests: readonly (RawRequest & { readonly name: string; readonly mustRefuse?: boolean })[],
  ): Promise<string[]> {
    const faults: string[] = [];
    await atOnce(requests, async (next) => {
      const said = `${next.method} ${next.path.slice(0, 120)} with ${next.name}`;
      try {
        const fault = faultOf(await sendRaw(origin(), next, agent), next.mustRefuse ?? false);
        if (fault !== undefined) faults.push(`${said}: ${fault}`);
      } catch (error) {
        faults.push(`${said}: ${String(error)}`);
      }
    });
    return faults;
  }

  /** With things there are, unless another is given. */
  const filled = (path: string, part?: string) =>
    path.replaceAll(/(?<=(\w+)\/)\{\w+\}/g, (_, parent: string) => part ?? String(things[parent] ?? 1));
  const mayTakeBody = ({ method }: Route) => ['POST', 'PUT', 'PATCH'].includes(method);

  it('knows every route there is, and what each that reads a body may be sent', () => {
    expect(routes.length).toBeGreaterThan(35);
    const readers = routes.filter(({ takesBody }) => takesBody).map(nameOf);
    expect(readers.length).toBeGreaterThan(35);
    expect([...bodies.keys()].sort()).toEqual(readers.sort());
  });

  it('takes what is well meant', async () => {
    const faults: string[] = [];
    await atOnce([...bodies], async ([name, own]) => {
      const [method = '', path = ''] = name.split(' ');
      for (const body of own) {
        const answer = await sendRaw(origin(), { method, path: filled(path), ...json(body) }, agent);
        if (answer.status >= (REFUSED_ANYWAY.includes(name) ? 500 : 400))
          faults.push(`${name} with ${JSON.stringify(body)}: ${answer.status} ${answer.body}`);
      }
    });
    expect(faults).toEqual([]);
  });

  it('survives null in place of each field, and takes it on plugin routes for a field left out', async () => {
    const faults: string[] = [];
    await atOnce([...bodies], async ([name, own]) => {
      const [method = '', path = ''] = name.split(' ');
      const isPluginRoute = path.includes('/koreader/plugin/');
      const ask = (body: unknown) => sendRaw(origin(), { method, path: filled(path), ...json(body) }, agent);
      for (const { field, withNull, without } of eachFieldOnce(own.flatMap(withoutEachField))) {
        const answer = await ask(withNull);
        const fault = faultOf(answer, false);
        if (fault !== undefined) faults.push(`${name} with null in ${field}: ${fault}`);
        // What a class makes of a field does not depend on who asks: once is enough.
        if (!isPluginRoute || processes > 1) continue;
        const [said, expected] = [answer, await ask(without)].map(refusedPaths);
        if (said !== expected) faults.push(`${name} with null in ${field}: ${said}, and without it: ${expected}`);
      }
    });
    expect(faults).toEqual([]);
  });

  it('refuses bodies that are no JSON object in UTF-8', async () => {
    const requests = routes.filter(mayTakeBody).flatMap((route) =>
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
    const requests = routes.filter(mayTakeBody).flatMap((route) =>
      Array.from({ length: Math.ceil(damagedBodiesFor(route) / processes) }, (_, n) => {
        const own = bodies.get(nameOf(route)) ?? [{}];
        const sent = json(damaged(own[n % own.length], random));
        return { ...route, name: sent.body.slice(0, 300), path: filled(route.path), ...sent };
      }),
    );
    expect(await faultsOf(requests)).toEqual([]);
  });

  it('survives addresses and queries that make no sense', async () => {
    const requests = routes
      .filter((route) => !COMES_LAST.includes(nameOf(route)))
      .flatMap((route) => {
        const parts = route.path.includes('{') ? BAD_PATH_PARTS : [];
        const body = mayTakeBody(route) ? JSON.stringify(bodyOf(route)) : undefined;
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
            const body = mayTakeBody(route) ? JSON.stringify(bodyOf(route)) : undefined;
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

function damagedBodiesFor({ path, takesBody }: Route): number {
  if (!takesBody) return DAMAGED_BODIES_FOR_NOBODY;
  return SLOW_ROUTE.test(path) ? DAMAGED_BODIES_PER_SLOW_ROUTE : DAMAGED_BODIES_PER_ROUTE;
}

function nameOf({ method, path }: Pick<Route, 'method' | 'path'>): string {
  return `${method} ${path}`;
}

function isSameShape(template: string, path: string): boolean {
  const [a, b] = [template.split('/'), path.split('/')];
  return a.length === b.length && a.every((part, n) => part === b[n] || part.startsWith('{') || b[n]?.startsWith('{'));
}

/** Does the work for all, some at once. */
async function atOnce<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const queue = [...all];
  const workOff = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await work(next);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, workOff));
}

/** One for each field, wherever in a list and in which body of the route it stands. */
function eachFieldOnce(all: readonly Nulled[]): Nulled[] {
  return [...new Map(all.map((nulled) => [nulled.field.replaceAll(/\[\d+\]/g, '[]'), nulled])).values()];
}

/** Of an answer to a device: its status, and what was left out. */
function refusedPaths({ status, body }: RawAnswer): string {
  const { field, rejected = [] } = JSON.parse(body) as { field?: string; rejected?: readonly { path: string }[] };
  return [status, field, ...rejected.map(({ path }) => path)].join(' ');
}

/** @returns A document of theirs that has no book. */
async function unmatchedOf(reader: Reader): Promise<number> {
  const progress = { document: 'f'.repeat(32), percentage: 0.5, progress: '/body/p[1].0' };
  expectStatus(await reader.stock('Fuzz', 'fuzz-1').put(progress), 200);
  const { body } = await reader.browser.get<UnmatchedDocument[]>('koreader/unmatched');
  return body[0]!.id;
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
