import { createTestDatabase, type TestDatabase } from '@bookorbit/testing';
import type { AnnotationExchangeResult, NewWebAnnotation } from '@bookorbit/contracts';
import type { EntityManager } from 'typeorm';
import { MIGRATED_SCHEMA } from '../database/test-database.ts';
import { createTestReader, type TestReader } from '../database/test-reader.ts';
import { AccessibleFiles } from '../libraries/index.ts';
import { AnnotationListRepository } from './annotation-list.repository.ts';
import { ChangeAnnotations } from './change-annotations.ts';
import { PositionTranslator, type TranslatedPlace, type WebPlace } from './position-translator.ts';
import { AnnotationServer } from './testing/annotation-server.ts';
import { acksOf, bookOf, envelope, highlight, keyOf } from './testing/device-notes.ts';

/** Knows one passage. */
class OnePassage extends PositionTranslator {
  toXpointer(_tx: EntityManager, { cfi }: WebPlace): Promise<TranslatedPlace> {
    return Promise.resolve(
      cfi === 'epubcfi(/6/4!/4/2,/1:0,/1:5)'
        ? { kind: 'exact', place: { format: 'xpointer', pos0: '/body/DocFragment[2]/body/p/text().0' } }
        : { kind: 'lost', reason: 'no such passage' },
    );
  }

  toDialects(): Promise<TranslatedPlace[][]> {
    return Promise.resolve([]);
  }
}

let database: TestDatabase;
let server: AnnotationServer;
let list: AnnotationListRepository;
let web: ChangeAnnotations;
let reader: TestReader;
let hash: string;
let fileId: number;

beforeAll(async () => {
  database = await createTestDatabase(MIGRATED_SCHEMA);
  server = await AnnotationServer.start(database.connection);
  list = new AnnotationListRepository();
  web = new ChangeAnnotations(
    server.transaction,
    server.repository,
    list,
    new AccessibleFiles(),
    new OnePassage(),
    server.anchorAnnotations,
    server.clock,
  );
});
afterAll(async () => {
  await server?.stop();
  await database?.drop();
});
beforeEach(async () => {
  reader = await createTestReader(server.dataSource, 2, 'Europe/Berlin');
  hash = reader.files[0]?.hash ?? '';
  fileId = reader.files[0]?.fileId ?? 0;
  await server.dataSource.query(`UPDATE book_files SET content_changed_at = '2026-01-01'`);
});

async function exchange(deviceId: string, book: object): Promise<AnnotationExchangeResult> {
  const { results } = await server.exchange(reader.userId, { ...envelope(deviceId), books: [book] });
  if (!results[0]) throw new Error('no result');
  return results[0];
}

async function ackAll(deviceId: string, result: AnnotationExchangeResult): Promise<void> {
  await server.ack(reader.userId, { ...envelope(deviceId), books: [acksOf(result)] });
}

const find = (query: Parameters<AnnotationListRepository['list']>[2]) =>
  list.list(server.dataSource.manager, reader.userId, query);
const texts = async (query: Parameters<typeof find>[0]) =>
  (await find({ sort: 'oldest', ...query })).annotations.map(({ text }) => text);

const MADE: NewWebAnnotation = { fileId: 0, cfi: 'epubcfi(/6/4!/4/2,/1:0,/1:5)', text: 'Alice', note: 'who?' };

describe('annotations on the web', () => {
  it('are in the very next answer to a device', async () => {
    const made = await web.create(reader.userId, { ...MADE, fileId, color: '#F472B6', style: 'squiggly' });
    expect(made).toMatchObject({ style: 'squiggly', color: '#F472B6', colorName: 'purple', source: 'web' });
    const { toApply } = await exchange('kobo', bookOf(hash, []));
    expect(toApply.add).toMatchObject([
      {
        serverId: made.id,
        drawer: 'underscore',
        color: 'purple',
        text: 'Alice',
        note: 'who?',
        datetime: '2026-11-18 12:06:43',
      },
    ]);
  });

  it('keep their own colour as long as no device chooses another', async () => {
    const made = await web.create(reader.userId, { ...MADE, fileId, color: '#F472B6' });
    const first = await exchange('kobo', bookOf(hash, []));
    await ackAll('kobo', first);
    const [{ serverId: _id, version: _version, ...item }] = first.toApply.add as [(typeof first.toApply.add)[0]];
    await exchange('kobo', bookOf(hash, [{ ...item, note: 'me!' }]));
    expect((await find({})).annotations).toMatchObject([{ id: made.id, color: '#F472B6', note: 'me!' }]);
    await exchange('kobo', bookOf(hash, [{ ...item, note: 'me!', color: 'red' }]));
    expect((await find({})).annotations).toMatchObject([{ color: '#F87171', colorName: 'red' }]);
  });

  it('get a second of their own, for a datetime is identity on devices', async () => {
    await web.create(reader.userId, { ...MADE, fileId });
    await web.create(reader.userId, { ...MADE, fileId, text: 'Bob' });
    const { toApply } = await exchange('kobo', bookOf(hash, []));
    expect(new Set(toApply.add.map(({ datetime }) => datetime)).size).toBe(2);
  });

  it('without a place on devices are kept and counted, never put anywhere', async () => {
    await web.create(reader.userId, { ...MADE, fileId, cfi: 'epubcfi(/6/8!/4)' });
    const { toApply, skippedNoPosition } = await exchange('kobo', bookOf(hash, []));
    expect([toApply.add, skippedNoPosition]).toEqual([[], 1]);
    expect((await find({})).total).toBe(1);
  });

  it('without a place get one when the user asks again and there is one now', async () => {
    const made = await web.create(reader.userId, { ...MADE, fileId, cfi: 'epubcfi(/6/8!/4)' });
    await web.retry(reader.userId, made.id);
    expect((await exchange('kobo', bookOf(hash, []))).toApply.add).toEqual([]);
    await server.dataSource.query(`UPDATE annotations SET cfi = $2 WHERE id = $1`, [made.id, MADE.cfi]);
    await web.retry(reader.userId, made.id);
    expect((await exchange('kobo', bookOf(hash, []))).toApply.add).toMatchObject([{ serverId: made.id }]);
    expect((await find({})).annotations[0]?.positions.cfi).toBe(MADE.cfi);
  });

  it('say who may not write: nobody in other people’s files', async () => {
    const stranger = await createTestReader(server.dataSource);
    await expect(web.create(stranger.userId, { ...MADE, fileId })).rejects.toMatchObject({ code: 'not_found' });
    const made = await web.create(reader.userId, { ...MADE, fileId });
    await expect(web.edit(stranger.userId, made.id, { note: 'mine' })).rejects.toMatchObject({ code: 'not_found' });
    await expect(web.moveToTrash(stranger.userId, made.id)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('travel when they are edited, and an edit that changes nothing does not', async () => {
    const item = highlight(1);
    await exchange('kobo', bookOf(hash, [item]));
    const [known] = (await find({})).annotations;
    await web.edit(reader.userId, known?.id ?? 0, { color: 'yellow' });
    expect((await exchange('kobo', bookOf(hash, [item], []))).toApply.edit).toEqual([]);
    await web.edit(reader.userId, known?.id ?? 0, { note: 'from the web', style: 'strikethrough' });
    const told = await exchange('kobo', bookOf(hash, [item], []));
    expect(told.toApply.edit).toMatchObject([{ note: 'from the web', drawer: 'strikeout', key: keyOf(item).k }]);
    await ackAll('kobo', told);
    await web.edit(reader.userId, known?.id ?? 0, { note: '' });
    const again = await exchange('kobo', bookOf(hash, [item], []));
    expect(again.toApply.edit[0]).not.toHaveProperty('note');
  });

  it('go to the trash and from every device, and come back as new', async () => {
    const item = highlight(1);
    await exchange('kobo', bookOf(hash, [item]));
    const id = (await find({})).annotations[0]?.id ?? 0;
    await web.moveToTrash(reader.userId, id);
    await expect(web.edit(reader.userId, id, { note: 'no' })).rejects.toMatchObject({ code: 'conflict' });
    expect([(await find({})).total, (await find({ state: 'trash' })).total]).toEqual([0, 1]);
    expect(await list.listPendingDeletes(server.dataSource.manager, reader.userId)).toMatchObject([
      { annotation: { id }, devices: [{ deviceId: 'kobo', deviceName: 'Kobo_nova' }] },
    ]);
    const told = await exchange('kobo', bookOf(hash, [item], []));
    expect(told.toApply.delete).toMatchObject([{ serverId: id }]);
    await ackAll('kobo', told);
    expect(await list.listPendingDeletes(server.dataSource.manager, reader.userId)).toEqual([]);
    await web.restore(reader.userId, id);
    const back = await exchange('kobo', bookOf(hash, [], []));
    expect(back.toApply.add).toMatchObject([{ serverId: id, datetime: item.datetime, pos0: item.pos0 }]);
  });

  it.each([
    ['removed', `DELETE FROM devices WHERE user_id = $1`],
    ['retired', `UPDATE devices SET retired_at = now() WHERE user_id = $1`],
  ])('owe nothing to a device that was %s', async (_name, statement) => {
    await exchange('kobo', bookOf(hash, [highlight(1)]));
    await web.moveToTrash(reader.userId, (await find({})).annotations[0]?.id ?? 0);
    expect(await list.listPendingDeletes(server.dataSource.manager, reader.userId)).toHaveLength(1);
    await server.dataSource.query(statement, [reader.userId]);
    expect(await list.listPendingDeletes(server.dataSource.manager, reader.userId)).toEqual([]);
  });

  it('are found by words, colour, style, device, note and book', async () => {
    await exchange(
      'kobo',
      bookOf(hash, [
        highlight(1, { text: 'the White Rabbit', note: 'late', color: 'red', drawer: 'underscore' }),
        highlight(2, { text: 'a rabbit hole 100%' }),
      ]),
    );
    await exchange('phone', bookOf(reader.files[1]?.hash ?? '', [highlight(3, { text: 'the Queen' })]));
    expect(await texts({ q: 'RABBIT' })).toEqual(['the White Rabbit', 'a rabbit hole 100%']);
    expect(await texts({ q: '100%' })).toEqual(['a rabbit hole 100%']);
    expect(await texts({ q: 'rabbit late' })).toEqual(['the White Rabbit']);
    expect(await texts({ color: 'red' })).toEqual(['the White Rabbit']);
    expect(await texts({ style: 'underline' })).toEqual(['the White Rabbit']);
    expect(await texts({ style: 'squiggly' })).toEqual([]);
    expect(await texts({ hasNote: false })).toEqual(['a rabbit hole 100%', 'the Queen']);
    expect(await texts({ deviceId: 'phone' })).toEqual(['the Queen']);
    expect(await texts({ bookId: reader.files[1]?.bookId })).toEqual(['the Queen']);
    expect(await find({ limit: 1, offset: 1, sort: 'oldest' })).toMatchObject({
      total: 3,
      offset: 1,
      annotations: [{ text: 'a rabbit hole 100%' }],
    });
  });

  it('show when a highlight was made, not when it was synced', async () => {
    await exchange('kobo', bookOf(hash, [highlight(1, { datetime: '2024-02-29 23:30:00' })]));
    expect((await find({})).annotations[0]?.createdAt).toBe('2024-02-29T23:30:00.000Z');
  });

  it('that a device could not place are listed, and tried again when the user asks', async () => {
    await exchange('kobo', bookOf(hash, [highlight(1)]));
    const [add] = (await exchange('phone', bookOf(hash, []))).toApply.add;
    const failed = { serverId: add?.serverId, version: add?.version, status: 'failed', reason: 'text not found' };
    await server.ack(reader.userId, { ...envelope('phone'), books: [{ hash, applied: [failed], deleted: [] }] });
    expect(await list.listFailed(server.dataSource.manager, reader.userId)).toMatchObject([
      { annotation: { id: add?.serverId }, deviceId: 'phone', reason: 'text not found' },
    ]);
    expect((await exchange('phone', bookOf(hash, []))).toApply.add).toEqual([]);
    await web.retry(reader.userId, add?.serverId ?? 0);
    expect((await exchange('phone', bookOf(hash, []))).toApply.add).toHaveLength(1);
  });

  it('are tried again on a file that changed since', async () => {
    await exchange('kobo', bookOf(hash, [highlight(1)]));
    const [add] = (await exchange('phone', bookOf(hash, []))).toApply.add;
    const failed = { serverId: add?.serverId, version: add?.version, status: 'failed' };
    await server.ack(reader.userId, { ...envelope('phone'), books: [{ hash, applied: [failed], deleted: [] }] });
    await server.dataSource.query(`UPDATE book_files SET content_changed_at = '2030-01-01' WHERE id = $1`, [fileId]);
    expect((await exchange('phone', bookOf(hash, []))).toApply.add).toHaveLength(1);
  });

  it.each(['confirm', 'discard'] as const)(
    'that vanished in masses are held until the user decides: %s',
    async (decision) => {
      const items = [highlight(1), highlight(2), highlight(3), highlight(4)];
      await exchange('kobo', bookOf(hash, items));
      await exchange('kobo', bookOf(hash, [], [], { deleted: items.map(keyOf) }));
      const held = await list.listHeld(server.dataSource.manager, reader.userId);
      expect(held).toMatchObject([
        { deviceId: 'kobo', fileId, kind: 'highlight', count: 4, examples: items.slice(0, 3).map(({ text }) => text) },
      ]);
      await web.decideHeld(reader.userId, { deviceId: 'kobo', fileId }, decision);
      expect(await list.listHeld(server.dataSource.manager, reader.userId)).toEqual([]);
      const after = await exchange('kobo', bookOf(hash, [], []));
      expect([after.held, after.toApply.add.length, (await find({})).total]).toEqual(
        decision === 'confirm' ? [0, 0, 0] : [0, 4, 4],
      );
    },
  );
});
