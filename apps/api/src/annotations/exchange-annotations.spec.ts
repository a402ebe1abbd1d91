import type { AnnotationExchangeResult } from '@bookorbit/contracts';
import { createTestDatabase, type TestDatabase } from '@bookorbit/testing';
import { MIGRATED_SCHEMA } from '../database/test-database.ts';
import { createTestReader, type TestReader } from '../database/test-reader.ts';
import { AnnotationServer } from './testing/annotation-server.ts';
import { acksOf, bookOf, envelope, highlight, keyOf } from './testing/device-notes.ts';

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
  reader = await createTestReader(server.dataSource, 2);
  hash = reader.files[0]?.hash ?? '';
  await server.dataSource.query(`UPDATE book_files SET content_changed_at = '2026-01-01'`);
});

const OLDER = { protocol: undefined };

async function exchange(deviceId: string, book: object, more: object = {}): Promise<AnnotationExchangeResult> {
  const { results } = await server.exchange(reader.userId, { ...envelope(deviceId, more), books: [book] });
  const [result] = results;
  if (!result) throw new Error('no result');
  return result;
}

async function ackAll(deviceId: string, result: AnnotationExchangeResult, more: object = {}) {
  return server.ack(reader.userId, { ...envelope(deviceId, more), books: [acksOf(result)] });
}

describe('POST plugin/annotations/exchange', () => {
  it('brings a highlight of one device to another, once', async () => {
    const item = highlight(1, { note: 'two\nlines 📚', color: 'my mauve', chapter: 'II', pageno: 7 });
    const first = await exchange('kobo', bookOf(hash, [item]));
    expect(first.applied).toMatchObject({ created: 1, updated: 0, moved: 0 });
    expect(first.toApply).toEqual({ add: [], edit: [], delete: [] });
    const second = await exchange('phone', bookOf(hash, []));
    expect(second).toMatchObject({ bookId: reader.files[0]?.bookId, more: false, held: 0, skippedNoPosition: 0 });
    expect(second.toApply.add).toEqual([
      { ...item, serverId: expect.any(Number), version: 1, datetimeUpdated: item.datetime },
    ]);
    expect((await ackAll('phone', second)).results).toEqual([{ hash, acked: 1 }]);
    const third = await exchange('phone', bookOf(hash, [item], []));
    expect(third.toApply).toEqual({ add: [], edit: [], delete: [] });
  });

  it('changes nothing when it is repeated, and asks the same of the device', async () => {
    await exchange('kobo', bookOf(hash, [highlight(1), highlight(2)]));
    const request = bookOf(hash, [highlight(3)]);
    const first = await exchange('phone', request);
    const again = await exchange('phone', request);
    expect(again.toApply).toEqual(first.toApply);
    expect(again.applied).toMatchObject({ created: 0, unchanged: 1 });
  });

  it('counts the exchanges of a device and a file, for clients that ask to be told', async () => {
    const rounds = async (deviceId: string, of: string, more: object = {}) =>
      (await exchange(deviceId, bookOf(of, []), more)).round;
    expect([await rounds('kobo', hash), await rounds('kobo', hash), await rounds('phone', hash)]).toEqual([1, 2, 1]);
    expect(await rounds('kobo', reader.files[1]?.hash ?? '')).toBe(1);
    expect(await rounds('old', hash, OLDER)).toBeUndefined();
  });

  it('asks for everything anew once a device remembers exchanges that the server has forgotten, as after a restore', async () => {
    const items = [highlight(1), highlight(2)];
    const said = (round: number) => ({ ...bookOf(hash, items, []), round });
    await exchange('kobo', bookOf(hash, items, items));
    expect(await exchange('kobo', said(1))).not.toHaveProperty('resend');
    // The answer to that was lost: the device is behind, and nothing is amiss.
    expect(await exchange('kobo', said(1))).toMatchObject({ round: 3 });
    for (const table of ['annotation_devices', 'annotation_syncs', 'annotations']) {
      await server.dataSource.query(`DELETE FROM ${table} WHERE user_id = $1`, [reader.userId]);
    }
    expect(await exchange('kobo', said(3))).toMatchObject({ round: 1, resend: true });
    expect(await exchange('kobo', { ...bookOf(hash, items, items), round: 1 })).toMatchObject({
      applied: { created: 2 },
    });
    expect(await exchange('kobo', said(2))).not.toHaveProperty('resend');
    // Garbage is as good as none.
    expect(await exchange('kobo', said(-1))).not.toHaveProperty('resend');
    expect(await exchange('kobo', { ...bookOf(hash, []), round: '9' })).not.toHaveProperty('resend');
  });

  it('keeps a note edited on one device and a colour changed on the other', async () => {
    const item = highlight(1);
    await exchange('kobo', bookOf(hash, [item]));
    await ackAll('phone', await exchange('phone', bookOf(hash, [])));
    const noted = { ...item, note: 'from the kobo' };
    const coloured = { ...item, color: 'blue', datetimeUpdated: '2026-11-10 12:00:00' };
    await exchange('kobo', bookOf(hash, [noted]));
    const onPhone = await exchange('phone', bookOf(hash, [coloured]));
    expect(onPhone.toApply.edit).toMatchObject([{ note: 'from the kobo', color: 'blue', key: keyOf(item).k }]);
    const onKobo = await exchange('kobo', bookOf(hash, [noted], []));
    expect(onKobo.toApply.edit).toMatchObject([{ note: 'from the kobo', color: 'blue' }]);
  });

  it('takes an edit although KOReader left its times alone', async () => {
    const item = highlight(1, { note: 'before', datetimeUpdated: '2026-11-01 10:00:01' });
    await exchange('kobo', bookOf(hash, [item]));
    const edited = { ...item, note: 'after' };
    expect((await exchange('kobo', bookOf(hash, [edited]))).applied).toMatchObject({ updated: 1 });
    const other = await exchange('phone', bookOf(hash, []));
    expect(other.toApply.add).toMatchObject([{ note: 'after' }]);
  });

  it('knows a highlight whose ends were moved, and moves it elsewhere', async () => {
    const item = highlight(1);
    await exchange('kobo', bookOf(hash, [item]));
    await ackAll('phone', await exchange('phone', bookOf(hash, [])));
    await ackAll('old', await exchange('old', bookOf(hash, []), OLDER), OLDER);
    const moved = { ...item, pos0: item.pos0.replace('.0', '.4'), text: 'age number 1' };
    expect((await exchange('kobo', bookOf(hash, [moved]))).applied).toMatchObject({ created: 0, moved: 1 });
    const phone = await exchange('phone', bookOf(hash, [item], []));
    expect(phone.toApply.edit).toMatchObject([{ pos0: moved.pos0, pos1: moved.pos1, key: keyOf(item).k }]);
    const old = await exchange('old', bookOf(hash, [item], []), OLDER);
    expect(old.toApply.edit).toMatchObject([{ text: 'age number 1', key: keyOf(item).k }]);
    expect(old.toApply.edit[0]).not.toHaveProperty('pos0');
    await ackAll('phone', phone);
    const after = await exchange('phone', bookOf(hash, [{ ...moved }], []));
    expect(after.toApply).toEqual({ add: [], edit: [], delete: [] });
  });

  it('takes a document upgrade for moves, although every key is new', async () => {
    const items = Array.from({ length: 20 }, (_, n) => highlight(n));
    await exchange('kobo', bookOf(hash, items, items, { domVersion: 20240114 } as object));
    const upgraded = items.map((item) => ({ ...item, pos0: item.pos0.replace('text()', 'text()[1]') }));
    const result = await exchange('kobo', bookOf(hash, upgraded, upgraded, { domVersion: 20260812 } as object));
    expect(result.applied).toMatchObject({ created: 0, moved: 20, deviceDeleted: 0 });
    expect(result.toApply).toEqual({ add: [], edit: [], delete: [] });
    // An older client has no room for all of them: keys that are new lie at datetimes that are known.
    await exchange('old', bookOf(hash, items), OLDER);
    const few = await exchange('old', bookOf(hash, upgraded, upgraded.slice(0, 3)), OLDER);
    expect(few).toMatchObject({ applied: { created: 0, deviceDeleted: 0 }, held: 0, toApply: { delete: [] } });
    expect((await exchange('new', bookOf(hash, []))).toApply.add).toHaveLength(20);
  });

  it('deletes what our plugin says, on every device that has it, until each acknowledges', async () => {
    const items = [highlight(1), highlight(2), highlight(3), highlight(4)];
    await exchange('kobo', bookOf(hash, items));
    await ackAll('phone', await exchange('phone', bookOf(hash, [])));
    const [gone, ...left] = items;
    if (!gone) throw new Error();
    const deleted = { deleted: [keyOf(gone)] };
    expect((await exchange('kobo', bookOf(hash, left, [], deleted))).applied.deviceDeleted).toBe(1);
    expect((await exchange('kobo', bookOf(hash, left, [], deleted))).applied.deviceDeleted).toBe(0);
    const first = await exchange('phone', bookOf(hash, items, []));
    expect(first.toApply.delete).toEqual([
      { serverId: expect.any(Number), key: keyOf(gone).k, datetime: gone.datetime },
    ]);
    const answerLost = await exchange('phone', bookOf(hash, items, []));
    expect(answerLost.toApply.delete).toEqual(first.toApply.delete);
    await ackAll('phone', answerLost);
    expect((await exchange('phone', bookOf(hash, left, []))).toApply.delete).toEqual([]);
    // A backup brings it back to the device only.
    const restored = await exchange('phone', bookOf(hash, items));
    expect(restored.applied).toMatchObject({ created: 0, skippedDeleted: 1 });
    expect(restored.toApply.delete).toHaveLength(1);
  });

  describe('with a device that was put back from a backup', () => {
    const [first, second, third] = [highlight(1), highlight(2), highlight(3)];
    const recolored = { ...first, color: 'blue', datetimeUpdated: '2026-11-18 11:00:00' };

    /** The phone has three highlights, the last since its backup, and knows that the first is blue. */
    beforeEach(async () => {
      await exchange('kobo', bookOf(hash, [first, second]));
      await ackAll('phone', await exchange('phone', bookOf(hash, [])));
      await exchange('kobo', bookOf(hash, [recolored, second, third], [recolored, third]));
      await ackAll('phone', await exchange('phone', bookOf(hash, [first, second], [])));
      const upToDate = await exchange('phone', bookOf(hash, [recolored, second, third], []));
      expect(upToDate.toApply).toEqual({ add: [], edit: [], delete: [] });
    });

    const offered = ({ toApply }: AnnotationExchangeResult) => ({
      add: toApply.add.map(({ text }) => text),
      edit: toApply.edit.map(({ text, color }) => [text, color]),
    });

    it('gives it all anew once its list lacks what it had', async () => {
      const restored = await exchange('phone', bookOf(hash, [first, second], []));
      const all = {
        add: [third.text],
        edit: [
          [first.text, 'blue'],
          [second.text, 'yellow'],
        ],
      };
      expect(offered(restored)).toEqual(all);
      await ackAll('phone', restored);
      const again = await exchange('phone', bookOf(hash, [recolored, second, third], []));
      expect(again.toApply).toEqual({ add: [], edit: [], delete: [] });
    });

    it('does not take what it had long ago for edits, and takes what it edited since', async () => {
      const noted = { ...second, note: 'since then' };
      const restored = await exchange('phone', bookOf(hash, [first, noted], [first, noted]));
      expect(restored.applied).toMatchObject({ updated: 1, unchanged: 1 });
      const { add } = (await exchange('new', bookOf(hash, []))).toApply;
      expect(add.map(({ color, note }) => [color, note])).toEqual([
        ['blue', undefined],
        ['yellow', 'since then'],
        ['yellow', undefined],
      ]);
    });

    it('knows it by what it had deleted, and by what had been moved, too', async () => {
      const left = { deleted: [keyOf(third)] };
      await exchange('phone', bookOf(hash, [recolored, second], [], left));
      const restored = await exchange('phone', bookOf(hash, [first, second, third], []));
      expect(restored.toApply.delete).toHaveLength(1);
      expect(offered(restored).edit).toHaveLength(2);
      await ackAll('phone', restored);
      const moved = { ...second, pos0: '/body/DocFragment[3]/body/p[9]/text().0' };
      await exchange('phone', bookOf(hash, [recolored, moved], [moved]));
      const movedBack = await exchange('phone', bookOf(hash, [first, second], []));
      expect(movedBack.toApply.edit).toMatchObject([{ color: 'blue' }, { pos0: moved.pos0 }]);
    });

    it('knows it by the exchanges it does not remember, although its list tells nothing', async () => {
      const have = (round: number) => ({ ...bookOf(hash, [], []), keysComplete: false, round });
      const own = highlight(9);
      const { round = 0 } = await exchange('phone', { ...have(2), changes: [own] });
      // An answer that is lost, or a request that comes twice, makes a device remember no less than before.
      for (const said of [round, round])
        expect(offered(await exchange('phone', have(said)))).toEqual({ add: [], edit: [] });
      const restored = await exchange('phone', have(2));
      // What it was given since the backup it lacks; what it made itself it may have, if nowhere else.
      const all = { add: [first, second, third].map(({ text }) => text), edit: [[own.text, 'yellow']] };
      expect(offered(restored)).toEqual(all);
      expect(restored.toApply.add[0]).toMatchObject({ color: 'blue' });
      await ackAll('phone', restored);
      expect(offered(await exchange('phone', have(restored.round ?? 0)))).toEqual({ add: [], edit: [] });
    });

    it('takes neither a list that comes late for one, nor part of a list, nor a client that deletes by leaving out', async () => {
      const at = (deviceTime: string) => ({ deviceTime, utcOffsetMinutes: 0 });
      await exchange('phone', bookOf(hash, [recolored, second, third], [third]), at('2026-11-18 12:00:10'));
      const late = await exchange('phone', bookOf(hash, [first, second], []), at('2026-11-18 12:00:00'));
      const part = await exchange('phone', { ...bookOf(hash, [first], []), keysComplete: false });
      await ackAll('old', await exchange('old', bookOf(hash, []), OLDER), OLDER);
      const older = await exchange('old', bookOf(hash, [first, second], []), OLDER);
      expect([late, part, older].map(offered)).toEqual([1, 2, 3].map(() => ({ add: [], edit: [] })));
      expect(older.applied.deviceDeleted).toBe(1);
    });
  });

  it('lets older clients delete by leaving out, but never at their first sync or from part of a list', async () => {
    const items = [highlight(1), highlight(2), highlight(3), highlight(4)];
    await exchange('old', bookOf(hash, items), OLDER);
    const left = items.slice(1);
    const part = { ...bookOf(hash, left, []), keysComplete: false };
    expect((await exchange('old', part, OLDER)).applied.deviceDeleted).toBe(0);
    expect((await exchange('other', bookOf(hash, left, []), OLDER)).applied.deviceDeleted).toBe(0);
    expect((await exchange('old', bookOf(hash, left, []), OLDER)).applied.deviceDeleted).toBe(1);
  });

  it('gives our plugin back what it lost without saying so', async () => {
    const items = [highlight(1), highlight(2)];
    await exchange('kobo', bookOf(hash, items));
    const wiped = await exchange('kobo', bookOf(hash, [], []));
    expect(wiped.applied.deviceDeleted).toBe(0);
    expect(wiped.toApply.add.map(({ text }) => text)).toEqual(items.map(({ text }) => text));
  });

  it.each([
    ['all of three', 3, 3, true],
    ['all of two', 2, 2, false],
    ['eleven of twenty-one', 21, 11, true],
    ['eleven of twenty-two', 22, 11, false],
    ['ten of eleven', 11, 10, false],
  ])('holds a mass deletion: %s', async (_name, had, gone, isHeld) => {
    const items = Array.from({ length: had }, (_, n) => highlight(n));
    await exchange('old', bookOf(hash, items), OLDER);
    await exchange('kobo', bookOf(hash, items));
    const left = items.slice(gone);
    const old = await exchange('old', bookOf(hash, left, []), OLDER);
    expect([old.held, old.applied.deviceDeleted]).toEqual(isHeld ? [gone, 0] : [0, gone]);
    const again = await exchange('old', bookOf(hash, left, []), OLDER);
    expect([again.held, again.toApply.add]).toEqual([isHeld ? gone : 0, []]);
    if (!isHeld) return;
    const deleted = items.slice(0, gone).map(keyOf);
    expect(await exchange('kobo', bookOf(hash, left, [], { deleted }))).toMatchObject({ held: gone });
    const yes = await exchange('kobo', bookOf(hash, left, [], { deleted, confirmedDeletes: true }));
    expect(yes).toMatchObject({ held: 0, applied: { deviceDeleted: gone } });
    expect((await exchange('old', bookOf(hash, left, []), OLDER)).held).toBe(0);
  });

  it('does not delete what is held once the device has it again', async () => {
    const items = [highlight(1), highlight(2), highlight(3)];
    await exchange('kobo', bookOf(hash, items));
    expect((await exchange('kobo', bookOf(hash, [], [], { deleted: items.map(keyOf) }))).held).toBe(3);
    const back = await exchange('kobo', bookOf(hash, items, []));
    expect(back).toMatchObject({ held: 0, toApply: { add: [], edit: [], delete: [] } });
  });

  it('does not offer again what a device could not place, until it changes, and lets newer ones through', async () => {
    const items = Array.from({ length: 150 }, (_, n) => highlight(n));
    await exchange('kobo', bookOf(hash, items));
    const page = await exchange('phone', bookOf(hash, []));
    expect([page.toApply.add.length, page.more]).toEqual([100, true]);
    const failed = page.toApply.add.map(({ serverId, version }) => ({
      serverId,
      version,
      status: 'failed',
      reason: 'no such text',
    }));
    await server.ack(reader.userId, { ...envelope('phone'), books: [{ hash, applied: failed, deleted: [] }] });
    const next = await exchange('phone', bookOf(hash, []));
    expect([next.toApply.add.length, next.more]).toEqual([50, false]);
    await exchange('kobo', bookOf(hash, items, [{ ...highlight(0), note: 'changed' }]));
    const changed = await exchange('phone', bookOf(hash, []));
    expect(changed.toApply.add.map(({ note }) => note)).toContain('changed');
    expect(changed.toApply.add).toHaveLength(51);
  });

  it('takes pointers a device corrected for where it has the highlight, and moves it nowhere else', async () => {
    const item = highlight(1);
    await exchange('kobo', bookOf(hash, [item]));
    const [add] = (await exchange('phone', bookOf(hash, []))).toApply.add;
    const corrected = { ...item, pos0: '/body/DocFragment[3]/body/p[9]/text().5' };
    await server.ack(reader.userId, {
      ...envelope('phone'),
      books: [
        {
          hash,
          applied: [{ ...add, status: 'applied', corrected: true, pos0: corrected.pos0, pos1: corrected.pos1 }],
          deleted: {},
        },
      ],
    });
    const phone = await exchange('phone', bookOf(hash, [corrected], []));
    expect(phone.toApply).toEqual({ add: [], edit: [], delete: [] });
    expect((await exchange('phone', bookOf(hash, [corrected]))).applied).toMatchObject({ created: 0, unchanged: 1 });
    expect((await exchange('kobo', bookOf(hash, [item], []))).toApply.edit).toEqual([]);
  });

  it('has no place rather than a wrong one where engines count differently and the book is not at hand', async () => {
    await exchange('kobo', { ...bookOf(hash, [highlight(1)]), domVersion: 20200824 });
    const other = await exchange('phone', { ...bookOf(hash, []), domVersion: 20240114 });
    expect(other.toApply.add).toEqual([]);
    const old = await exchange('tablet', { ...bookOf(hash, []), domVersion: 20210904 });
    expect(old.toApply.add).toMatchObject([{ pos0: highlight(1).pos0 }]);
  });

  it('asks nothing of a device that does not receive', async () => {
    await exchange('kobo', bookOf(hash, [highlight(1)]));
    const off = await exchange('phone', { ...bookOf(hash, [highlight(2)]), receive: false });
    expect(off).toMatchObject({ applied: { created: 1 }, toApply: { add: [] }, more: false });
  });

  it('answers about other people’s notes with nothing', async () => {
    await exchange('kobo', bookOf(hash, [highlight(1)]));
    const stranger = await createTestReader(server.dataSource);
    const answer = await server.exchange(stranger.userId, { ...envelope('kobo'), books: [bookOf(hash, [])] });
    expect(answer).toMatchObject({ results: [], unmatched: [hash] });
  });

  it('leaves a bad item of our plugin out, by name, and refuses the whole of an older client', async () => {
    const bad = { ...highlight(2), note: 'x'.repeat(5001) };
    const body = { ...envelope('kobo'), books: [bookOf(hash, [highlight(1)], [highlight(1), bad])] };
    const answer = await server.exchange(reader.userId, body);
    expect(answer.results[0]?.applied).toMatchObject({ created: 1 });
    expect(answer.rejected).toMatchObject([{ path: 'books[0].changes[1].note' }]);
    await expect(server.exchange(reader.userId, { ...body, protocol: undefined })).rejects.toMatchObject({
      code: 'bad_request',
      details: { field: 'books[0].changes[1].note' },
    });
  });

  it('refuses more changes in all than fit, and takes what Lua makes of empty lists', async () => {
    const many = Array.from({ length: 51 }, (_, n) => highlight(n));
    const split = [bookOf(hash, [], many.slice(0, 30)), bookOf(reader.files[1]?.hash ?? '', [], many.slice(30))];
    await expect(server.exchange(reader.userId, { ...envelope('old', OLDER), books: split })).rejects.toMatchObject({
      code: 'bad_request',
    });
    const all = await server.exchange(reader.userId, { ...envelope('kobo'), books: split });
    expect(all.results.map(({ applied }) => applied.created)).toEqual([30, 21]);
    const empty = { hash, keys: {}, keysComplete: true, changes: {}, deleted: {} };
    expect(await exchange('tablet', empty)).toMatchObject({ applied: { created: 0 } });
  });

  it('cuts text on a code point’s edge and leaves notes whole', async () => {
    const text = `${'a'.repeat(9999)}📚`;
    await exchange('kobo', bookOf(hash, [highlight(1, { text, note: 'n'.repeat(5000) })]));
    const [add] = (await exchange('phone', bookOf(hash, []))).toApply.add;
    expect([add?.text, add?.note?.length]).toEqual(['a'.repeat(9999), 5000]);
  });

  it('needs as many statements for 500 changes as for one', async () => {
    const few = await statements(() => exchange('kobo', bookOf(hash, [highlight(0)])));
    const items = Array.from({ length: 500 }, (_, n) => highlight(n));
    const many = await statements(() => exchange('kobo', bookOf(hash, items)));
    expect(many).toBeLessThanOrEqual(few);
    const other = await exchange('phone', bookOf(hash, []));
    const acks = await statements(() => ackAll('phone', other));
    const one = await exchange('tablet', { ...bookOf(hash, []), receive: true });
    const single = { ...one, toApply: { add: one.toApply.add.slice(0, 1), edit: [], delete: [] } };
    expect(await statements(() => ackAll('tablet', single))).toBe(acks);
  });

  it('loses nothing when devices speak at once, in any order of books', async () => {
    const [first, second] = reader.files.map((file) => file.hash);
    const speak = (deviceId: string, n: number) => {
      const books = [bookOf(first ?? '', [highlight(n)]), bookOf(second ?? '', [highlight(n)])];
      return server.exchange(reader.userId, {
        ...envelope(deviceId),
        books: n % 2 ? books : books.toReversed(),
      });
    };
    await Promise.all(Array.from({ length: 8 }, (_, n) => speak(`device-${n}`, n)));
    const after = await exchange('new', bookOf(hash, []));
    expect(after.toApply.add).toHaveLength(8);
  });
});

/** Statements of a request's own connection. */
async function statements(work: () => Promise<unknown>): Promise<number> {
  let count = 0;
  const create = server.dataSource.createQueryRunner.bind(server.dataSource);
  server.dataSource.createQueryRunner = (...mode) => {
    const runner = create(...mode);
    const query = runner.query.bind(runner);
    runner.query = (...statement: Parameters<typeof query>) => {
      count += 1;
      return query(...statement);
    };
    return runner;
  };
  try {
    await work();
  } finally {
    server.dataSource.createQueryRunner = create;
  }
  return count;
}
