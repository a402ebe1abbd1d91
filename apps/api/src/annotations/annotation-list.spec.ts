import { createTestDatabase, type TestDatabase } from '@bookorbit/testing';
import {
  ANNOTATION_QUALITIES,
  ANNOTATION_SORTS,
  type AnnotationFilter,
  type AnnotationQuery,
  type AnnotationsChange,
  type FoundAnnotationsChange,
  type FoundAnnotationsChanged,
} from '@bookorbit/contracts';
import { MIGRATED_SCHEMA } from '../database/test-database.ts';
import { countStatements, createTestReader, type TestReader } from '../database/test-reader.ts';
import { Transaction } from '../database/index.ts';
import { AnnotationListRepository } from './annotation-list.repository.ts';
import { ChangeFoundAnnotations } from './change-found-annotations.ts';
import { ChangeManyAnnotations } from './change-many-annotations.ts';
import { MakeChanges } from './make-changes.ts';
import { AnnotationServer } from './testing/annotation-server.ts';
import { acksOf, bookOf, envelope, highlight } from './testing/device-notes.ts';

let database: TestDatabase;
let server: AnnotationServer;
let list: AnnotationListRepository;
let changeMany: ChangeManyAnnotations;
let changeFound: ChangeFoundAnnotations;
let reader: TestReader;

beforeAll(async () => {
  database = await createTestDatabase(MIGRATED_SCHEMA);
  server = await AnnotationServer.start(database.connection);
  list = new AnnotationListRepository();
  const makeChanges = new MakeChanges(server.repository, server.clock);
  changeMany = new ChangeManyAnnotations(new Transaction(server.dataSource), list, makeChanges);
  changeFound = new ChangeFoundAnnotations(new Transaction(server.dataSource), list, makeChanges);
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
  /** Of all, oldest first; each is also found by its quality, and by no other. */
  const qualities = async () => {
    const { annotations } = await find({ sort: 'oldest' });
    for (const asked of ANNOTATION_QUALITIES) {
      const found = await find({ quality: asked, sort: 'oldest' });
      const own = annotations.filter(({ quality }) => quality === asked);
      expect([found.total, found.annotations]).toEqual([own.length, own]);
    }
    return annotations.map(({ quality }) => quality);
  };

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

describe('the words of a search', () => {
  const found = async (q: string) => (await find({ q, sort: 'oldest' })).annotations.map(({ note }) => note);

  it('are found in any case and any of text, note and chapter, and stand for themselves', async () => {
    const notes = ['100% sure', 'under_score', 'back\\slash', 'ÄRGER'];
    await exchange(
      'kobo',
      bookOf(
        hashOf(0),
        notes.map((note, n) => highlight(n, { note, chapter: 'Loomings' })),
      ),
    );
    expect(await found('100%')).toEqual(['100% sure']);
    expect(await found('%')).toEqual(['100% sure']);
    expect(await found('R_S')).toEqual(['under_score']);
    expect(await found('k\\s')).toEqual(['back\\slash']);
    expect(await found('ärger looming')).toEqual(['ÄRGER']);
    expect(await found('PASSAGE')).toEqual(notes);
  });

  it('count all there are, also behind the last page', async () => {
    await exchange('kobo', bookOf(hashOf(0), [highlight(1), highlight(2), highlight(3)]));
    expect(await find({ q: 'passage', offset: 7 })).toEqual({ annotations: [], total: 3, offset: 7 });
    expect(await find({ offset: 7 })).toEqual({ annotations: [], total: 3, offset: 7 });
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

describe('ChangeFoundAnnotations', () => {
  const run = (filter: AnnotationFilter, asked: FoundAnnotationsChange) =>
    changeFound.run(reader.userId, filter, asked);
  const takeBack = async ({ undo }: FoundAnnotationsChanged) => {
    for (const each of undo) await change(each);
  };
  const marks = async () =>
    (await find({ sort: 'oldest' })).annotations.map(({ style, color, colorName }) => [style, color, colorName]);

  const colors = ['red', 'yellow', 'my own'];
  const items = Array.from({ length: 90 }, (_, n) => highlight(n, { color: colors[n % 3], note: `n${n % 2}` }));

  beforeEach(async () => {
    await exchange('kobo', bookOf(hashOf(0), items.slice(0, 50)), bookOf(hashOf(1), items.slice(50)));
  });

  it('moves everything found to the trash, on every page of it and on no other, and back', async () => {
    const others = await createTestReader(server.dataSource);
    const before = await find({ limit: 200 });
    const done = await run({ q: 'n1' }, { action: 'trash', count: 45 });
    expect(done.count).toBe(45);
    expect([(await find({})).total, (await find({ state: 'trash', q: 'n1' })).total]).toEqual([45, 45]);
    expect((await list.list(server.dataSource.manager, others.userId, { state: 'trash' })).total).toBe(0);
    const [told] = await exchange('kobo', bookOf(hashOf(0), items.slice(0, 50), []));
    expect(told?.toApply.delete).toHaveLength(25);
    await takeBack(done);
    expect((await find({ limit: 200 })).annotations.map(({ id }) => id)).toEqual(
      before.annotations.map(({ id }) => id),
    );
  });

  it('spares what the person took out of the selection', async () => {
    const [one, two] = (await find({ sort: 'oldest' })).annotations.map(({ id }) => id);
    expect(await run({}, { action: 'trash', count: 90, except: [one!, two!] })).toMatchObject({ count: 88 });
    expect((await find({ sort: 'oldest' })).annotations.map(({ id }) => id)).toEqual([one, two]);
  });

  it('restyles, and gives each back its own colour and style', async () => {
    const [first] = (await find({ sort: 'oldest' })).annotations;
    await change({ ids: [first!.id], action: 'edit', style: 'squiggly', color: '#F472B6' });
    const before = await marks();
    const done = await run({}, { action: 'edit', count: 90, style: 'underline', color: 'blue' });
    expect(new Set((await marks()).map(String)).size).toBe(1);
    await takeBack(done);
    expect(await marks()).toEqual(before);
  });

  it('changes nothing when there are more or fewer than the person was told', async () => {
    const before = await marks();
    await expect(run({}, { action: 'trash', count: 89 })).rejects.toMatchObject({ code: 'conflict' });
    await expect(run({ q: 'n1' }, { action: 'trash', count: 90 })).rejects.toThrow('There are 45 by now, not 90.');
    expect(await marks()).toEqual(before);
  });

  it('takes the same number of statements however many there are', async () => {
    const [one] = (await find({ sort: 'oldest' })).annotations;
    const except = (await find({ limit: 200 })).annotations.map(({ id }) => id).filter((id) => id !== one!.id);
    const few = await statementsOf(() =>
      run({}, { action: 'edit', color: 'red', style: 'squiggly', count: 90, except }),
    );
    expect(await statementsOf(() => run({}, { action: 'edit', color: 'blue', style: 'squiggly', count: 90 }))).toBe(
      few,
    );
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
