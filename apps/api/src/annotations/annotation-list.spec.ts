import { createTestDatabase, type TestDatabase } from '@bookorbit/testing';
import { ANNOTATION_SORTS, type AnnotationQuery, type AnnotationsChange } from '@bookorbit/contracts';
import { MIGRATED_SCHEMA } from '../database/test-database.ts';
import { countStatements, createTestReader, type TestReader } from '../database/test-reader.ts';
import { Transaction } from '../database/index.ts';
import { AnnotationListRepository } from './annotation-list.repository.ts';
import { ChangeManyAnnotations } from './change-many-annotations.ts';
import { AnnotationServer } from './testing/annotation-server.ts';
import { acksOf, bookOf, envelope, highlight } from './testing/device-notes.ts';

let database: TestDatabase;
let server: AnnotationServer;
let list: AnnotationListRepository;
let changeMany: ChangeManyAnnotations;
let reader: TestReader;

beforeAll(async () => {
  database = await createTestDatabase(MIGRATED_SCHEMA);
  server = await AnnotationServer.start(database.connection);
  list = new AnnotationListRepository();
  changeMany = new ChangeManyAnnotations(new Transaction(server.dataSource), server.repository, list, server.clock);
});

afterAll(async () => {
  await server?.stop();
  await database?.drop();
});

beforeEach(async () => {
  reader = await createTestReader(server.dataSource, 3);
  await server.dataSource.query(`UPDATE book_files SET content_changed_at = '2026-01-01'`);
});

const hashOf = (n: number) => reader.files[n]?.hash ?? '';
const find = (query: AnnotationQuery) => list.list(server.dataSource.manager, reader.userId, query);
const exchange = async (deviceId: string, ...books: ReturnType<typeof bookOf>[]) => {
  const { results } = await server.exchange(reader.userId, { ...envelope(deviceId), books });
  return results;
};
const change = (asked: AnnotationsChange, userId = reader.userId) => changeMany.run(userId, asked);

/** All pages of a query, each asked for by the `next` of the one before. */
async function pages(query: AnnotationQuery): Promise<number[][]> {
  const found: number[][] = [];
  let after: string | undefined;
  do {
    const { annotations, next } = await find({ ...query, after });
    found.push(annotations.map(({ id }) => id));
    after = next;
  } while (after !== undefined);
  return found;
}

describe('pages of annotations', () => {
  it.each(ANNOTATION_SORTS)('sorted by %s follow each other without a gap or a repeat', async (sort) => {
    const colors = ['red', 'yellow', 'Red', undefined];
    // Several share their second, their page and their colour.
    const items = Array.from({ length: 23 }, (_, n) => highlight(n, { pageno: n % 3, color: colors[n % 4] }));
    await exchange('kobo', bookOf(hashOf(0), items.slice(0, 12)), bookOf(hashOf(1), items.slice(12)));
    const all = (await find({ sort, limit: 200 })).annotations.map(({ id }) => id);
    expect(all).toHaveLength(23);
    const found = await pages({ sort, limit: 5 });
    expect(found.map(({ length }) => length)).toEqual([5, 5, 5, 5, 3]);
    expect(found.flat()).toEqual(all);
  });

  it('go on behind the last one while others come and go', async () => {
    await exchange('kobo', bookOf(hashOf(0), [highlight(1), highlight(2), highlight(3), highlight(4)]));
    const first = await find({ limit: 2 });
    await exchange('phone', bookOf(hashOf(1), [highlight(9)]));
    await change({ ids: first.annotations.map(({ id }) => id), action: 'trash' });
    const second = await find({ limit: 2, after: first.next });
    expect(second.annotations.map(({ text }) => text)).toEqual(['passage number 2', 'passage number 1']);
    expect(second.next).toBeUndefined();
  });

  it.each(['x', Buffer.from('["1"]').toString('base64url'), Buffer.from('["a","b"]').toString('base64url'), 'bnVsbA'])(
    'refuse a cursor that is none: %s',
    async (after) => {
      await expect(find({ after })).rejects.toMatchObject({ code: 'bad_request' });
    },
  );

  it('are narrowed to days of the user’s own time zone', async () => {
    reader = await createTestReader(server.dataSource, 1, 'America/New_York');
    await exchange('kobo', bookOf(hashOf(0), [highlight(1, { datetime: '2026-11-02 03:00:00' })]));
    expect((await find({ from: '2026-11-02' })).total).toBe(0);
    expect((await find({ from: '2026-11-01', to: '2026-11-01' })).total).toBe(1);
  });

  it('take the same number of statements however long they are', async () => {
    const count = async (limit: number) =>
      countStatements(server.dataSource, (tx) => list.list(tx, reader.userId, { limit }));
    await exchange('kobo', bookOf(hashOf(0), [highlight(1), highlight(2), highlight(3)]));
    expect(await count(200)).toBe(await count(1));
  });
});

describe('the quality of a place', () => {
  const qualities = async () => (await find({ sort: 'oldest' })).annotations.map(({ quality }) => quality);

  it('is exact where a device put it, near where only its beginning is known', async () => {
    await exchange('kobo', bookOf(hashOf(0), [highlight(1), highlight(2, { pos1: undefined })]));
    expect(await qualities()).toEqual(['exact', 'near']);
    expect((await find({ quality: 'near' })).annotations.map(({ text }) => text)).toEqual(['passage number 2']);
  });

  it('is repaired once another device found its text elsewhere, failed when it did not, until it is retired', async () => {
    await exchange('kobo', bookOf(hashOf(0), [highlight(1), highlight(2), highlight(3)]));
    const [told] = await exchange('phone', bookOf(hashOf(0), []));
    const [one, two, three] = told!.toApply.add;
    const acks = acksOf(told!);
    await server.ack(reader.userId, {
      ...envelope('phone'),
      books: [
        {
          ...acks,
          applied: [
            {
              serverId: one?.serverId,
              version: one?.version,
              status: 'applied',
              pos0: one?.pos0.replaceAll('[3]', '[3][1]'),
            },
            {
              serverId: two?.serverId,
              version: two?.version,
              status: 'applied',
              corrected: true,
              pos0: '/body/DocFragment[3]/body/p[99]/text().4',
            },
            { serverId: three?.serverId, version: three?.version, status: 'failed', reason: 'text not found' },
          ],
        },
      ],
    });
    expect(await qualities()).toEqual(['exact', 'repaired', 'failed']);
    expect((await find({ quality: 'failed' })).annotations).toMatchObject([
      { text: 'passage number 3', failure: 'text not found' },
    ]);
    await server.dataSource.query(`UPDATE devices SET retired_at = now() WHERE user_id = $1 AND device_id = 'phone'`, [
      reader.userId,
    ]);
    expect(await qualities()).toEqual(['exact', 'repaired', 'exact']);
  });
});

describe('the facets', () => {
  it('count by book, colour, device and source, apart for the trash', async () => {
    await exchange('kobo', bookOf(hashOf(0), [highlight(1, { color: 'red' }), highlight(2, { color: undefined })]));
    await exchange('phone', bookOf(hashOf(1), [highlight(3, { color: 'Red' }), highlight(4)]));
    const [last] = (await find({ sort: 'oldest' })).annotations.slice(-1);
    await change({ ids: [last!.id], action: 'trash' });
    const facets = await list.findFacets(server.dataSource.manager, reader.userId, {});
    expect(facets).toMatchObject({
      total: 3,
      books: [
        { bookId: reader.files[0]?.bookId, count: 2 },
        { bookId: reader.files[1]?.bookId, count: 1 },
      ],
      colors: [{ name: 'red', hex: '#F87171', count: 2 }],
      devices: [
        { deviceId: 'kobo', count: 2 },
        { deviceId: 'phone', count: 1 },
      ],
      sources: [{ source: 'koreader', count: 3 }],
    });
    expect(await list.findFacets(server.dataSource.manager, reader.userId, { state: 'trash' })).toMatchObject({
      total: 1,
      colors: [{ name: 'yellow', count: 1 }],
    });
  });
});

describe('ChangeManyAnnotations', () => {
  it('restyles, deletes and restores on the web and on every device', async () => {
    const items = [highlight(1), highlight(2), highlight(3)];
    await exchange('kobo', bookOf(hashOf(0), items));
    const ids = (await find({ sort: 'oldest' })).annotations.map(({ id }) => id).slice(0, 2);
    const { annotations } = await change({ ids, action: 'edit', style: 'squiggly', color: '#F472B6' });
    expect(annotations).toHaveLength(2);
    expect(annotations).toMatchObject([
      { style: 'squiggly', color: '#F472B6' },
      { style: 'squiggly', color: '#F472B6' },
    ]);
    const [told] = await exchange('kobo', bookOf(hashOf(0), items, []));
    expect(told?.toApply.edit).toMatchObject([
      { serverId: ids[0], drawer: 'underscore', color: 'purple' },
      { serverId: ids[1], drawer: 'underscore', color: 'purple' },
    ]);
    await server.ack(reader.userId, { ...envelope('kobo'), books: [acksOf(told!)] });
    await change({ ids, action: 'trash' });
    expect([(await find({})).total, (await find({ state: 'trash' })).total]).toEqual([1, 2]);
    const [deleted] = await exchange('kobo', bookOf(hashOf(0), items, []));
    expect(deleted?.toApply.delete.map(({ serverId }) => serverId)).toEqual(ids);
    await server.ack(reader.userId, { ...envelope('kobo'), books: [acksOf(deleted!)] });
    await change({ ids, action: 'restore' });
    expect((await find({})).total).toBe(3);
    const [back] = await exchange('kobo', bookOf(hashOf(0), items.slice(2), []));
    expect(back?.toApply.add).toHaveLength(2);
  });

  it('leaves out what is other people’s, what is gone, and what is in the trash', async () => {
    const stranger = await createTestReader(server.dataSource);
    await exchange('kobo', bookOf(hashOf(0), [highlight(1), highlight(2)]));
    const [one, two] = (await find({ sort: 'oldest' })).annotations.map(({ id }) => id);
    expect(await change({ ids: [one!], action: 'trash' }, stranger.userId)).toEqual({ annotations: [] });
    await change({ ids: [one!], action: 'trash' });
    expect((await change({ ids: [one!, two!, 999_999_999], action: 'edit', color: 'red' })).annotations).toMatchObject([
      { id: two, colorName: 'red' },
    ]);
    expect((await find({ state: 'trash' })).annotations).toMatchObject([{ colorName: 'yellow' }]);
  });

  it('takes the same number of statements however many there are', async () => {
    const items = Array.from({ length: 40 }, (_, n) => highlight(n));
    await exchange('kobo', bookOf(hashOf(0), items), bookOf(hashOf(1), items), bookOf(hashOf(2), items));
    const ids = (await find({ limit: 200 })).annotations.map(({ id }) => id);
    const count = (some: readonly number[], color: string) =>
      statementsOf(() => change({ ids: some, action: 'edit', color, style: 'squiggly' }));
    expect(await count(ids, 'red')).toBe(await count(ids.slice(0, 1), 'blue'));
  });
});

/** How many statements Postgres is sent meanwhile. */
async function statementsOf(run: () => Promise<unknown>): Promise<number> {
  const original = server.dataSource.createQueryRunner.bind(server.dataSource);
  let count = 0;
  const spy = jest.spyOn(server.dataSource, 'createQueryRunner').mockImplementation((mode) => {
    const runner = original(mode);
    const ask = runner.query.bind(runner) as typeof runner.query;
    runner.query = ((...parameters: Parameters<typeof ask>) => {
      count += 1;
      return ask(...parameters);
    }) as typeof runner.query;
    return runner;
  });
  try {
    await run();
    return count;
  } finally {
    spy.mockRestore();
  }
}
