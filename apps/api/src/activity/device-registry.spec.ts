import type { AnnotationExchangeAnswer, AnnotationList, DeviceAnnotation } from '@bookorbit/contracts';
import { createTestDatabase, PluginDevice } from '@bookorbit/testing';
import { bookOf, highlight } from '../annotations/testing/device-notes.ts';
import { PurgeTrash } from '../annotations/purge-trash.ts';
import { MIGRATED_SCHEMA } from '../database/test-database.ts';
import { type Person, SpecServer } from '../sync/testing/person-at-server.ts';

const DAY_MS = 86_400_000;
const MANY = 20_000;
/** A bound that a statement for each highlight would break a hundred times over, on a busy machine too. */
const QUICK_MS = 15_000;

let server: SpecServer;
beforeAll(async () => {
  server = await SpecServer.start(await createTestDatabase(MIGRATED_SCHEMA));
});
afterAll(() => server?.stop());

async function exchange(person: Person, deviceId: string, items: readonly DeviceAnnotation[]) {
  const device = new PluginDevice(person.paired, deviceId, { utcOffsetMinutes: 0, isSilent: true });
  const { body } = await device.post('annotations/exchange', {
    books: [bookOf(person.files[0]?.hash ?? '', items)],
  });
  return (body as AnnotationExchangeAnswer).results[0];
}

const forget = (person: Person, deviceId: string) => person.send('DELETE', `koreader/devices/${deviceId}`);

async function deleteAllOnTheWeb(person: Person): Promise<void> {
  const { annotations } = await person.get<AnnotationList>('annotations');
  for (const { id } of annotations) await person.send('DELETE', `annotations/${id}`);
}

async function purgeInAMonth(): Promise<void> {
  server.now = new Date(server.now.getTime() + 31 * DAY_MS);
  await server.get(PurgeTrash).run();
}

describe('a device that is forgotten', () => {
  it('cannot bring back what was deleted before it was forgotten', async () => {
    const person = await server.addPerson();
    const item = highlight(1);
    await exchange(person, 'X', [item]);
    await deleteAllOnTheWeb(person);
    expect(await forget(person, 'X')).toBe(204);
    await purgeInAMonth();
    const back = await exchange(person, 'X', [item]);
    expect(back?.applied).toMatchObject({ created: 0, skippedDeleted: 1 });
    expect(back?.toApply.delete).toHaveLength(1);
  });

  it('cannot bring back what was deleted after it was forgotten, nor can another that had it from there', async () => {
    const person = await server.addPerson();
    const item = highlight(1);
    await exchange(person, 'X', [item]);
    expect(await forget(person, 'X')).toBe(204);
    await deleteAllOnTheWeb(person);
    await purgeInAMonth();
    expect((await exchange(person, 'Y', [item]))?.applied).toMatchObject({ created: 0, skippedDeleted: 1 });
  });

  it('leaves its highlights, which are the same when it comes again', async () => {
    const person = await server.addPerson();
    await exchange(person, 'X', [highlight(1), highlight(2)]);
    await forget(person, 'X');
    const back = await exchange(person, 'X', [highlight(1), highlight(2)]);
    expect(back?.applied).toMatchObject({ created: 0, unchanged: 2 });
  });

  it('is forgotten as quickly with very many highlights', async () => {
    const person = await server.addPerson();
    await exchange(person, 'X', [highlight(1)]);
    await server.dataSource.query(
      `WITH one AS (SELECT * FROM annotations WHERE user_id = $1),
       made AS (
         INSERT INTO annotations (user_id, book_file_id, kind, source, device_id, datetime, drawer, text, note, xpointer, created_at, updated_at, version, place_version)
         SELECT user_id, book_file_id, kind, source, device_id, datetime || n, drawer, md5(n::text) || ' some words of ' || n, 'a note', xpointer || n,
           created_at, updated_at, 1, 1 FROM one, generate_series(1, $2::int) AS n RETURNING user_id, id, book_file_id, datetime
       )
       INSERT INTO annotation_devices (user_id, annotation_id, device_id, book_file_id, has_it, is_own, key, datetime, acked_version, place_version)
       SELECT user_id, id, 'X', book_file_id, true, true, md5(id::text), datetime, 1, 1 FROM made`,
      [person.userId, MANY],
    );
    const started = performance.now();
    expect(await forget(person, 'X')).toBe(204);
    expect(performance.now() - started).toBeLessThan(QUICK_MS);
    const [{ kept }]: [{ kept: number }] = await server.dataSource.query(
      `SELECT count(*)::int AS kept FROM annotations WHERE user_id = $1 AND cardinality(keys) = 1`,
      [person.userId],
    );
    expect(kept).toBe(MANY + 1);
  });
});
