import { createTestDatabase, type TestDatabase } from '@bookorbit/testing';
import type { AnnotationExchangeAnswer, AnnotationList, DeviceDetail, DeviceSummary } from '@bookorbit/contracts';
import { acksOf, envelope, highlight, keyOf } from '../annotations/testing/device-notes.ts';
import { MIGRATED_SCHEMA } from '../database/test-database.ts';
import { InProcessServer } from '../simulator/in-process-server.ts';

const NOW = Date.UTC(2026, 10, 18, 12, 0, 0) / 1000;
const NOTE = highlight(1);

let database: TestDatabase;
let server: InProcessServer;
let now: number;
beforeAll(async () => {
  database = await createTestDatabase(MIGRATED_SCHEMA);
  server = await InProcessServer.start(database.connection);
});
afterAll(async () => {
  await server?.stop();
  await database?.drop();
});
beforeEach(() => {
  now = NOW;
});

/** Two devices set up with the same settings, alike in all but their clocks, of somebody with one book. */
async function addTwins(more: object = { installId: 'copied' }) {
  const person = await server.addPerson('UTC');
  const [book] = person.books;
  if (!book) throw new Error('there is no book');
  const twin = (aheadSeconds: number) => {
    const post = async <T>(route: string, body: object, heldUp = 0): Promise<T> => {
      now += 300;
      await server.setTime(now);
      const deviceTime = new Date((now - heldUp + aheadSeconds) * 1000).toISOString().slice(0, 19).replace('T', ' ');
      const answer = await person.device('POST', `plugin/${route}`, {
        ...envelope('KOBO', { deviceTime, ...more }),
        ...body,
      });
      expect(answer.status).toBe(200);
      return answer.body as T;
    };
    return {
      post,
      exchange: async (changes: readonly object[], keys: readonly object[] = [keyOf(NOTE)]) => {
        const books = [{ hash: book.hash, keys, keysComplete: true, changes }];
        const { results } = await post<AnnotationExchangeAnswer>('annotations/exchange', { books });
        if (!results[0]) throw new Error('the book is not known');
        return results[0];
      },
    };
  };
  const get = async <T>(path: string) => (await person.web('GET', path)).body as T;
  return {
    first: twin(0),
    second: twin(400),
    web: person.web,
    get,
    devices: () => get<DeviceSummary[]>('koreader/devices'),
  };
}

type Twins = Awaited<ReturnType<typeof addTwins>>;

async function takeTurns({ first, second }: Twins, turns = 6): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) {
    await first.exchange([NOTE]);
    await second.exchange([NOTE]);
  }
}

describe('two devices that are alike in all but their clocks', () => {
  it('are told apart once their clocks took turns, and both are told of what is deleted', async () => {
    const twins = await addTwins();
    await takeTurns(twins, 5);
    expect(await twins.devices()).toHaveLength(1);
    await takeTurns(twins, 2);
    const devices = await twins.devices();
    expect(devices).toHaveLength(2);
    const copy = devices.find(({ deviceId }) => deviceId !== 'KOBO');
    expect(await twins.get<DeviceDetail>(`koreader/devices/${copy?.deviceId}`)).toMatchObject({ splitFrom: 'KOBO' });

    const { annotations } = await twins.get<AnnotationList>('annotations');
    expect(
      (await twins.web('POST', 'annotations/changes', { ids: annotations.map(({ id }) => id), action: 'trash' }))
        .status,
    ).toBe(200);
    for (const twin of [twins.second, twins.first]) {
      const told = await twin.exchange([]);
      expect(told.toApply.delete).toHaveLength(1);
      await twin.post('annotations/exchange-ack', { books: [acksOf(told)] });
      expect((await twin.exchange([], [])).toApply.delete).toEqual([]);
    }
  });

  it('are one again once the copy is forgotten, until their clocks took turns anew', async () => {
    const twins = await addTwins();
    await takeTurns(twins, 7);
    const copy = (await twins.devices()).find(({ deviceId }) => deviceId !== 'KOBO');
    await twins.web('DELETE', `koreader/devices/${copy?.deviceId}`);
    await takeTurns(twins, 3);
    expect(await twins.devices()).toHaveLength(1);
    await takeTurns(twins, 5);
    expect((await twins.devices()).map(({ deviceId }) => deviceId)).toContain(copy?.deviceId);
  });

  it('are not told apart where a client may send an old request again as it is', async () => {
    const twins = await addTwins({});
    await takeTurns(twins, 12);
    expect(await twins.devices()).toHaveLength(1);
  });
});

it('one device stays one, however its requests are held up', async () => {
  const twins = await addTwins();
  for (let n = 0; n < 60; n += 1)
    await twins.first.post('progress', { items: [] }, n % 2 === 0 ? 0 : 30 + ((n * 7919) % 1700));
  expect(await twins.devices()).toHaveLength(1);
});
