import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ErrorBody } from '@bookorbit/contracts';
import { keyOfPassword, type PluginDevice } from '@bookorbit/testing';
import { bookPool } from './book-pool.ts';
import { expectStatus } from './expect-status.ts';
import { sendRaw } from './raw-request.ts';
import type { Reader } from './reader.ts';
import { SERVER_COUNTS, World } from './world.ts';

const GOLDEN = join(import.meta.dirname, '../../../libs/contracts/golden');
const ROUTES: Readonly<Record<string, { readonly method: string; readonly path: string }>> = {
  'match-check': { method: 'POST', path: 'plugin/match-check' },
  progress: { method: 'POST', path: 'plugin/progress' },
  'progress-pull': { method: 'GET', path: 'syncs/progress' },
  version: { method: 'GET', path: 'plugin/version' },
};

/** Whose answers other suites hold (apps/api), and which are refused alike. */
const REFUSED_ROUTES: typeof ROUTES = {
  ...ROUTES,
  package: { method: 'GET', path: 'plugin/package' },
  sync: { method: 'POST', path: 'plugin/sync' },
  sweeps: { method: 'POST', path: 'plugin/sweeps' },
  'page-stats': { method: 'POST', path: 'plugin/page-stats' },
  'book-states': { method: 'POST', path: 'plugin/book-states' },
  annotations: { method: 'POST', path: 'plugin/annotations' },
  'annotations-exchange': { method: 'POST', path: 'plugin/annotations/exchange' },
  'annotations-exchange-ack': { method: 'POST', path: 'plugin/annotations/exchange-ack' },
  'bookmarks-exchange': { method: 'POST', path: 'plugin/bookmarks/exchange' },
  'bookmarks-exchange-ack': { method: 'POST', path: 'plugin/bookmarks/exchange-ack' },
};

interface Exchange {
  readonly name: string;
  readonly kind: 'ok' | 'refused';
  readonly route: string;
  readonly request: Record<string, unknown>;
  readonly response: Record<string, unknown>;
}

/** Those of routes this suite knows. */
function exchanges(kind: 'ok' | 'refused'): Exchange[] {
  // What is unknown must be asked for before other examples report it.
  const routes = readdirSync(join(GOLDEN, kind)).sort(
    (a, b) => Number(b === 'progress-pull') - Number(a === 'progress-pull'),
  );
  return routes.flatMap((route) =>
    readdirSync(join(GOLDEN, kind, route))
      .filter((file) => file.endsWith('.request.json'))
      .map((file) => {
        const read = (name: string) =>
          JSON.parse(readFileSync(join(GOLDEN, kind, route, name), 'utf8')) as Record<string, unknown>;
        const [name = ''] = file.split('.');
        return { name: `${route}/${name}`, kind, route, request: read(file), response: read(`${name}.response.json`) };
      }),
  );
}

/** The book the examples are about is one of the pool: its fingerprint and its text stand in for theirs. */
const EXAMPLE_HASH = '62ddbb74c0f63d63210a052e5dc2241f';

describe.each(SERVER_COUNTS)('the golden exchanges over %s', (_, processes) => {
  const [book] = bookPool(1);
  let world: World;
  let ann: Reader;
  let plugin: PluginDevice;
  beforeAll(async () => {
    world = await World.start({ processes });
    await world.setUp();
    await world.addLibrary({ [book!.fileName]: book!.bytes });
    ann = await world.addReader('ann');
    plugin = await ann.plugin();
  });
  afterAll(() => world?.stop());

  let turn = 0;
  const send = async (exchange: Exchange, credentials = credentialsOf()) => {
    const route = REFUSED_ROUTES[exchange.route]!;
    const request = JSON.stringify(exchange.request, (field, value: unknown) =>
      field === 'contentSignature' ? book!.contentSignature : value,
    ).replaceAll(EXAMPLE_HASH, book!.hash);
    const asksByPath = exchange.route === 'progress-pull';
    const path = asksByPath ? `${route.path}/${(JSON.parse(request) as { document: string }).document}` : route.path;
    const answer = await sendRaw(world.origins[turn++ % world.origins.length]!, {
      method: route.method,
      path: `/api/v1/koreader/${path}`,
      headers: { ...credentials, 'content-type': 'application/json' },
      body: route.method === 'POST' ? request : undefined,
    });
    return {
      status: answer.status,
      body: JSON.parse(answer.body.replaceAll(book!.hash, EXAMPLE_HASH)) as Record<string, unknown>,
    };
  };
  const credentialsOf = () => ({
    'x-auth-user': ann.accountName,
    'x-auth-key': keyOfPassword(ann.accountPassword),
  });

  it('are about routes this suite knows', () => {
    const known = Object.keys(ROUTES);
    expect(exchanges('ok').filter(({ route }) => known.includes(route)).length).toBeGreaterThan(5);
    expect([...new Set(exchanges('refused').map(({ route }) => route))].sort()).toEqual(
      Object.keys(REFUSED_ROUTES).sort(),
    );
  });

  it.each(
    exchanges('ok')
      .filter(({ route }) => route in ROUTES)
      .map((exchange) => [exchange.name, exchange] as const),
  )('%s is answered in the form the plugin reads', async (_name, exchange) => {
    if (exchange.name === 'progress-pull/from-web')
      await plugin.progress([{ hash: book!.hash, percentage: 0.4, progress: '/p.0', timestamp: plugin.now() }]);
    const { status, body } = await send(exchange);
    expect(status).toBe(200);
    expect(shapeOf(body)).toEqual(shapeMatching(exchange.response));
    for (const field of ['results', 'unmatched'])
      expect([field, body[field]]).toEqual([field, exchange.response[field]]);
    if ('matches' in exchange.response) expect(hashesOf(body)).toEqual(hashesOf(exchange.response));
  });

  it.each(exchanges('refused').map((exchange) => [exchange.name, exchange] as const))(
    '%s is refused with the codes the plugin reads',
    async (_name, exchange) => {
      const expected = exchange.response as unknown as ErrorBody;
      const { status, body } = await provoked(exchange, expected);
      expect(status).toBe(expected.statusCode);
      expect(body).toMatchObject({ code: expected.code, error: expected.error, statusCode: expected.statusCode });
      expect(shapeOf({ ...body, field: undefined })).toEqual(shapeOf({ ...exchange.response, field: undefined }));
    },
  );

  /** Brings about what the example is refused for. */
  async function provoked(exchange: Exchange, { error }: ErrorBody) {
    switch (error) {
      case 'sync_disabled': {
        expectStatus(await ann.browser.patch('koreader/account', { isSyncEnabled: false }), 204);
        const answer = await send(exchange);
        expectStatus(await ann.browser.patch('koreader/account', { isSyncEnabled: true }), 204);
        return answer;
      }
      case 'unauthorized':
        return send(exchange, { 'x-auth-user': 'nobody at all', 'x-auth-key': 'f'.repeat(32) });
      case 'rate_limited': {
        const wrong = { 'x-auth-user': 'guessed at', 'x-auth-key': 'e'.repeat(32) };
        for (let n = 0; n < 20; n += 1) await send(exchange, wrong);
        return send(exchange, wrong);
      }
      default:
        return send(exchange);
    }
  }
});

/** Field names and types, in depth; of an array those of its first item. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf);
  if (typeof value !== 'object' || value === null) return typeof value;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(fields.map(([name, field]) => [name, shapeOf(field)]));
}

/** The shape an example asks for: an array that is empty in it says nothing of items. */
function shapeMatching(example: unknown): unknown {
  if (Array.isArray(example)) return example.length === 0 ? expect.any(Array) : example.slice(0, 1).map(shapeMatching);
  if (typeof example !== 'object' || example === null) return typeof example;
  return Object.fromEntries(Object.entries(example).map(([name, field]) => [name, shapeMatching(field)]));
}

function hashesOf(body: Record<string, unknown>): unknown {
  return (body['matches'] as { hash: string }[]).map(({ hash }) => hash);
}
