import type { AnnotationExchangeResult, DeviceAnnotation } from '@bookorbit/contracts';
import { createTestDatabase, type TestDatabase } from '@bookorbit/testing';
import type { EntityManager } from 'typeorm';
import { MIGRATED_SCHEMA } from '../database/test-database.ts';
import { createTestReader, type TestReader } from '../database/test-reader.ts';
import {
  type ForeignPlace,
  type ForeignPlaces,
  PositionTranslator,
  type TranslatedPlace,
} from './position-translator.ts';
import { AnnotationServer } from './testing/annotation-server.ts';
import { acksOf, bookOf, envelope, highlight, keyOf } from './testing/device-notes.ts';

const OLD = 20200824;
const NEW = 20240114;

/** A book whose newer engine counts one part more, and which has no part 9. */
class OnePartMore extends PositionTranslator {
  asked = 0;

  toXpointer(): Promise<TranslatedPlace> {
    return Promise.resolve({ kind: 'lost', reason: 'not asked here' });
  }

  toDialects(_tx: EntityManager, files: readonly ForeignPlaces[]) {
    return Promise.resolve(
      files.map(({ places, domVersion }) => {
        this.asked += places.length;
        return places.map(({ place }) => shiftedPlace(place, domVersion));
      }),
    );
  }
}

function shiftedPlace(place: ForeignPlace['place'], domVersion: number): TranslatedPlace {
  if (place.pos0.includes('[9]')) return { kind: 'lost', reason: 'no such part' };
  const by = domVersion === NEW ? 1 : -1;
  const pos1 = place.pos1 && shifted(place.pos1, by);
  return { kind: 'exact', place: { format: 'xpointer', pos0: shifted(place.pos0, by), pos1, domVersion } };
}

function shifted(pointer: string, by: number): string {
  return pointer.replace(/DocFragment\[(\d+)\]/, (_, n) => `DocFragment[${Number(n) + by}]`);
}

function shiftedItem(item: DeviceAnnotation): DeviceAnnotation {
  return { ...item, pos0: shifted(item.pos0, 1), pos1: shifted(item.pos1 ?? '', 1) };
}

describe('devices whose engines count the parts of a book differently', () => {
  let database: TestDatabase;
  let server: AnnotationServer;
  let reader: TestReader;
  let hash: string;
  const translator = new OnePartMore();
  beforeAll(async () => {
    database = await createTestDatabase(MIGRATED_SCHEMA);
    server = await AnnotationServer.start(database.connection, translator);
  });
  afterAll(async () => {
    await server?.stop();
    await database?.drop();
  });
  beforeEach(async () => {
    reader = await createTestReader(server.dataSource);
    hash = reader.files[0]?.hash ?? '';
    await server.dataSource.query(`UPDATE book_files SET content_changed_at = '2026-01-01'`);
  });

  async function exchange(deviceId: string, domVersion: number, book: object): Promise<AnnotationExchangeResult> {
    const body = { ...envelope(deviceId), books: [{ ...book, domVersion }] };
    const { results } = await server.exchange(reader.userId, body);
    if (!results[0]) throw new Error('no result');
    return results[0];
  }

  it('each have it in their own dialect, and neither moves the other’s', async () => {
    const here = highlight(1);
    const there = shiftedItem(here);
    await exchange('old', OLD, bookOf(hash, [here]));
    const offered = await exchange('new', NEW, bookOf(hash, []));
    expect(offered.toApply.add).toMatchObject([{ pos0: there.pos0, pos1: there.pos1 }]);
    await server.ack(reader.userId, { ...envelope('new'), books: [acksOf(offered)] });
    const noted = { ...there, note: 'from the new one' };
    const edited = await exchange('new', NEW, bookOf(hash, [noted]));
    expect(edited).toMatchObject({ applied: { created: 0, updated: 1, moved: 0 }, toApply: { add: [], edit: [] } });
    const told = await exchange('old', OLD, bookOf(hash, [here], []));
    expect(told.toApply.edit).toMatchObject([{ key: keyOf(here).k, note: 'from the new one' }]);
    expect(told.toApply.edit[0]).not.toHaveProperty('pos0');
    await exchange('new', NEW, bookOf(hash, [], [], { deleted: [keyOf(noted)] }));
    const last = await exchange('old', OLD, bookOf(hash, [here], []));
    expect(last.toApply.delete).toMatchObject([{ key: keyOf(here).k }]);
  });

  it('hear when the ends are moved on the other, each in its own dialect', async () => {
    const here = highlight(1);
    await exchange('old', OLD, bookOf(hash, [here]));
    const offered = await exchange('new', NEW, bookOf(hash, []));
    await server.ack(reader.userId, { ...envelope('new'), books: [acksOf(offered)] });
    const there = shiftedItem(here);
    await exchange('new', NEW, bookOf(hash, [{ ...there, color: 'red' }]));
    // The server has it in the newer dialect now.
    const moved = {
      ...here,
      color: 'red',
      pos1: here.pos1?.replace('.17', '.30'),
      datetimeUpdated: '2026-11-10 10:00:00',
    };
    await exchange('old', OLD, bookOf(hash, [moved]));
    const told = await exchange('new', NEW, bookOf(hash, [{ ...there, color: 'red' }], []));
    expect(told.toApply.edit).toMatchObject([{ pos0: there.pos0, pos1: there.pos1?.replace('.17', '.30') }]);
  });

  it('keep dog-ears of different pages apart', async () => {
    const dogEar = (deviceId: string, domVersion: number, pos: string) =>
      server.exchangeBookmarks(reader.userId, {
        ...envelope(deviceId),
        books: [{ hash, domVersion, keys: [], changes: [{ datetime: '2026-11-01 10:00:00', pos }] }],
      });
    await dogEar('old', OLD, '/body/DocFragment[3]/body/p[2]/text().0');
    const { results } = await dogEar('new', NEW, '/body/DocFragment[7]/body/p[4]/text().0');
    expect(results).toMatchObject([{ accepted: 1, duplicates: 0 }]);
  });

  it('are told of what has no place there once, and the book is not searched again', async () => {
    await exchange('old', OLD, bookOf(hash, [highlight(1, { pos0: '/body/DocFragment[9]/body/p/text().0' })]));
    expect(await exchange('new', NEW, bookOf(hash, []))).toMatchObject({ toApply: { add: [] }, skippedNoPosition: 1 });
    const { asked } = translator;
    await exchange('new', NEW, bookOf(hash, []));
    expect(translator.asked).toBe(asked);
  });
});
