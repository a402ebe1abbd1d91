import type { ErrorBody } from '@bookorbit/contracts';
import { keyOfPassword, type PluginDevice } from '@bookorbit/testing';
import { bookPool } from './book-pool.ts';
import { expectStatus } from './expect-status.ts';
import {
  answerAsInExample,
  GOLDEN_ROUTES,
  type GoldenExchange,
  goldenExchanges,
  requestAbout,
} from './golden-exchanges.ts';
import { sendRaw } from './raw-request.ts';
import type { Reader } from './reader.ts';
import { SERVER_COUNTS, World } from './world.ts';

/** Those whose answers this suite holds; other suites hold the rest (apps/api). All are refused alike. */
const ROUTES = ['match-check', 'progress', 'progress-pull', 'version'];

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
  const send = async (exchange: GoldenExchange, credentials = credentialsOf()) => {
    const route = GOLDEN_ROUTES[exchange.route]!;
    const request = requestAbout(book!, exchange);
    const asksByPath = exchange.route === 'progress-pull';
    const path = asksByPath ? `${route.path}/${String(request['document'])}` : route.path;
    const answer = await sendRaw(world.origins[turn++ % world.origins.length]!, {
      method: route.method,
      path: `/api/v1/koreader/${path}`,
      headers: { ...credentials, 'content-type': 'application/json' },
      body: route.method === 'POST' ? JSON.stringify(request) : undefined,
    });
    return { status: answer.status, body: answerAsInExample(book!, answer.body) };
  };
  const credentialsOf = () => ({
    'x-auth-user': ann.accountName,
    'x-auth-key': keyOfPassword(ann.accountPassword),
  });

  it('are about routes this suite knows', () => {
    expect(goldenExchanges('ok').filter(({ route }) => ROUTES.includes(route)).length).toBeGreaterThan(5);
    expect([...new Set(goldenExchanges('refused').map(({ route }) => route))].sort()).toEqual(
      Object.keys(GOLDEN_ROUTES).sort(),
    );
  });

  it.each(
    goldenExchanges('ok')
      .filter(({ route }) => ROUTES.includes(route))
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

  it.each(goldenExchanges('refused').map((exchange) => [exchange.name, exchange] as const))(
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
  async function provoked(exchange: GoldenExchange, { error }: ErrorBody) {
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
