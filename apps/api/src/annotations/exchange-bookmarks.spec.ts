import type { BookmarkExchangeResult, DeviceBookmark } from '@bookorbit/contracts';
import { createTestDatabase, type TestDatabase } from '@bookorbit/testing';
import { MIGRATED_SCHEMA } from '../database/test-database.ts';
import { createTestReader, type TestReader } from '../database/test-reader.ts';
import { annotationKey } from './annotation-key.ts';
import { AnnotationServer } from './testing/annotation-server.ts';
import { bookOf, envelope, highlight } from './testing/device-notes.ts';

let database: TestDatabase;
let server: AnnotationServer;
let reader: TestReader;
let hash: string;

beforeAll(async () => {
  database = await createTestDatabase(MIGRATED_SCHEMA);
  server = await AnnotationServer.start(database.connection);
});
afterAll(async () => {
  await server?.stop();
  await database?.drop();
});
beforeEach(async () => {
  reader = await createTestReader(server.dataSource);
  hash = reader.files[0]?.hash ?? '';
});

function dogEar(n: number, more: Partial<DeviceBookmark> = {}): DeviceBookmark {
  return { datetime: `2026-11-01 10:00:0${n}`, pos: `/body/DocFragment[2]/body/p[${n + 2}]/text().0`, ...more };
}

const keyOf = ({ datetime, pos }: DeviceBookmark) => ({ k: annotationKey(datetime, pos), dt: datetime });

function book(items: readonly DeviceBookmark[], changes = items, more: object = {}) {
  return { hash, keys: items.map(keyOf), keysComplete: true, changes, ...more };
}

async function exchange(deviceId: string, said: object, more: object = {}): Promise<BookmarkExchangeResult> {
  const body = { ...envelope(deviceId, more), books: [said] };
  const { results } = await server.exchangeBookmarks(reader.userId, body);
  if (!results[0]) throw new Error('no result');
  return results[0];
}

describe('POST plugin/bookmarks/exchange', () => {
  it('brings a dog-ear to another device, which gives it a datetime of its own', async () => {
    const item = dogEar(1, { chapter: 'One', note: 'why here?', pageno: 12 });
    expect(await exchange('kobo', book([item]))).toMatchObject({ accepted: 1, duplicates: 0, rejected: 0 });
    const offered = await exchange('phone', book([]));
    expect(offered.toApply.add).toEqual([
      { serverId: expect.any(Number), pos: item.pos, pageno: 12, title: 'why here?' },
    ]);
    const minted = { ...item, datetime: '2026-11-18 12:00:00' };
    const ack = { serverId: offered.toApply.add[0]?.serverId, status: 'applied', ...minted, key: keyOf(minted).k };
    const answer = await server.ackBookmarks(reader.userId, {
      ...envelope('phone'),
      books: [{ hash, applied: [ack], deleted: [] }],
    });
    expect(answer.results).toEqual([{ hash, acked: 1 }]);
    const after = await exchange('phone', book([minted], []));
    expect(after.toApply).toEqual({ add: [], delete: [] });
    expect(await exchange('kobo', book([], [], { deleted: [keyOf(item)] }))).toMatchObject({ deviceDeleted: 1 });
    const told = await exchange('phone', book([minted], []));
    expect(told.toApply.delete).toMatchObject([{ key: keyOf(minted).k, datetime: minted.datetime }]);
  });

  it('makes one of the dog-ears two devices made on the same page', async () => {
    await exchange('kobo', book([dogEar(1)]));
    const same = dogEar(1, { datetime: '2026-11-05 20:00:00', pos: dogEar(1).pos.replace('text()', 'text()[1]') });
    const phone = await exchange('phone', book([same]));
    expect(phone).toMatchObject({ accepted: 0, duplicates: 1, toApply: { add: [] } });
  });

  it('makes one of it when the ack was lost', async () => {
    await exchange('kobo', book([dogEar(1)]));
    await exchange('phone', book([]));
    const minted = dogEar(1, { datetime: '2026-11-18 12:00:00' });
    const again = await exchange('phone', book([minted]));
    expect(again).toMatchObject({ accepted: 0, duplicates: 1, toApply: { add: [], delete: [] } });
  });

  it('takes a page for dog-eared anew that was straightened before', async () => {
    await exchange('kobo', book([dogEar(1)]));
    await exchange('kobo', book([], [], { deleted: [keyOf(dogEar(1))] }));
    const anew = dogEar(1, { datetime: '2026-11-12 08:00:00' });
    expect(await exchange('kobo', book([anew]))).toMatchObject({ accepted: 1 });
    expect((await exchange('phone', book([]))).toApply.add).toHaveLength(1);
  });

  it('takes page numbers of paged documents', async () => {
    await exchange('kobo', book([dogEar(1, { pos: '17' })]));
    expect((await exchange('phone', book([]))).toApply.add).toMatchObject([{ pos: '17' }]);
  });

  it('lets older clients delete by leaving out', async () => {
    const older = { protocol: undefined };
    await exchange('old', book([dogEar(1), dogEar(2)]), older);
    expect(await exchange('old', book([dogEar(1)], []), older)).toMatchObject({ deviceDeleted: 1, held: 0 });
  });

  it('counts what it leaves out', async () => {
    const bad = { ...dogEar(2), datetime: 'yesterday' };
    expect(await exchange('kobo', book([dogEar(1)], [dogEar(1), bad]))).toMatchObject({ accepted: 1, rejected: 1 });
  });

  it('is apart from highlights', async () => {
    await server.exchange(reader.userId, { ...envelope('kobo'), books: [bookOf(hash, [highlight(1)])] });
    const bookmarks = await exchange('phone', book([]));
    expect(bookmarks.toApply.add).toEqual([]);
    await exchange('phone', book([dogEar(1)]));
    const { results } = await server.exchange(reader.userId, { ...envelope('phone'), books: [bookOf(hash, [])] });
    expect(results[0]?.toApply.add).toHaveLength(1);
  });
});
