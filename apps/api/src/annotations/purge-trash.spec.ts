import type { AnnotationExchangeResult } from '@bookorbit/contracts';
import { createTestDatabase, type TestDatabase } from '@bookorbit/testing';
import { MIGRATED_SCHEMA } from '../database/test-database.ts';
import { createTestReader, type TestReader } from '../database/test-reader.ts';
import { JobQueue } from '../jobs/index.ts';
import { PurgeTrash } from './purge-trash.ts';
import { AnnotationServer } from './testing/annotation-server.ts';
import { acksOf, bookOf, envelope, highlight, keyOf } from './testing/device-notes.ts';

const DAY = 86_400;

let database: TestDatabase;
let server: AnnotationServer;
let reader: TestReader;
let hash: string;

beforeEach(async () => {
  database = await createTestDatabase(MIGRATED_SCHEMA);
  server = await AnnotationServer.start(database.connection);
  reader = await createTestReader(server.dataSource, 1);
  hash = reader.files[0]?.hash ?? '';
});
afterEach(async () => {
  await server?.stop();
  await database?.drop();
});

async function exchange(deviceId: string, book: object): Promise<AnnotationExchangeResult> {
  const { results } = await server.exchange(reader.userId, { ...envelope(deviceId), books: [book] });
  const [result] = results;
  if (!result) throw new Error('no result');
  return result;
}

async function ackAll(deviceId: string, result: AnnotationExchangeResult) {
  await server.ack(reader.userId, { ...envelope(deviceId), books: [acksOf(result)] });
}

function purge(trashDays = 30): Promise<number> {
  const queue = new JobQueue(server.dataSource);
  return new PurgeTrash(queue, server.dataSource, server.repository, server.clock, { trashDays }).run();
}

async function known(): Promise<number> {
  const [row] = await server.dataSource.query<{ n: number }[]>(`SELECT count(*)::int AS n FROM annotations`);
  return row?.n ?? 0;
}

const item = highlight(1);

/** A highlight of the Kobo that the phone has too, deleted on the Kobo. */
async function deleteOnKobo(): Promise<void> {
  await exchange('kobo', bookOf(hash, [item]));
  await ackAll('phone', await exchange('phone', bookOf(hash, [])));
  await exchange('kobo', bookOf(hash, [], [], { deleted: [keyOf(item)] }));
}

describe('the trash', () => {
  it('keeps what was deleted for its days, and then lets it go', async () => {
    await deleteOnKobo();
    await ackAll('phone', await exchange('phone', bookOf(hash, [item], [])));
    server.clock.seconds += 29 * DAY;
    expect(await purge()).toBe(0);
    server.clock.seconds += 2 * DAY;
    expect(await purge(0)).toBe(0);
    expect(await purge()).toBe(1);
    expect(await purge()).toBe(0);
    const everything = await server.dataSource.query<{ row: string }[]>(
      `SELECT a::text AS row FROM annotations a UNION ALL SELECT d::text FROM annotation_devices d`,
    );
    expect(everything.map(({ row }) => row).join('\n')).not.toContain(item.text);
  });

  it('still knows what it let go: a device restored from an old backup is asked to delete it again', async () => {
    await deleteOnKobo();
    await ackAll('phone', await exchange('phone', bookOf(hash, [item], [])));
    server.clock.seconds += 31 * DAY;
    expect(await purge()).toBe(1);
    const restored = await exchange('phone', bookOf(hash, [item]));
    expect(restored.applied).toMatchObject({ created: 0, skippedDeleted: 1 });
    expect(restored.toApply.delete).toHaveLength(1);
    await ackAll('phone', restored);
    expect((await exchange('tablet', bookOf(hash, []))).toApply.add).toEqual([]);
  });

  it('keeps nothing of what never was on a device', async () => {
    await exchange('kobo', bookOf(hash, [item]));
    await server.dataSource.query(`DELETE FROM annotation_devices`);
    await server.dataSource.query(`UPDATE annotations SET source = 'web', keys = '{}', deleted_at = to_timestamp($1)`, [
      server.clock.seconds,
    ]);
    server.clock.seconds += 31 * DAY;
    expect(await purge()).toBe(1);
    expect(await known()).toBe(0);
  });

  it('waits for a device that has not deleted it yet, however long, so that nothing comes back', async () => {
    await deleteOnKobo();
    server.clock.seconds += 400 * DAY;
    expect(await purge()).toBe(0);
    const late = await exchange('phone', bookOf(hash, [item]));
    expect(late.toApply.delete).toHaveLength(1);
    expect(late.applied).toMatchObject({ created: 0, skippedDeleted: 1 });
    expect(await purge()).toBe(0);
    await ackAll('phone', late);
    expect(await purge()).toBe(1);
  });

  it.each([
    ['retired', `UPDATE devices SET retired_at = now() WHERE user_id = $1 AND device_id = 'phone'`],
    ['forgotten', `DELETE FROM devices WHERE user_id = $1 AND device_id = 'phone'`],
  ])('does not wait for a device that is %s', async (_, statement) => {
    await deleteOnKobo();
    server.clock.seconds += 31 * DAY;
    expect(await purge()).toBe(0);
    await server.dataSource.query(statement, [reader.userId]);
    expect(await purge()).toBe(1);
  });

  it('waits for a device whose two-way sync is off too: it still has it', async () => {
    await exchange('kobo', bookOf(hash, [item]));
    await exchange('reader', bookOf(hash, [item], [item], { receive: false }));
    await exchange('kobo', bookOf(hash, [], [], { deleted: [keyOf(item)] }));
    server.clock.seconds += 31 * DAY;
    expect(await purge()).toBe(0);
    const again = await exchange('reader', bookOf(hash, [item], [item], { receive: false }));
    expect(again.applied).toMatchObject({ created: 0, skippedDeleted: 1 });
  });

  it('lets nothing go that is not deleted, and nothing that was restored', async () => {
    await deleteOnKobo();
    await exchange('kobo', bookOf(hash, [highlight(2)]));
    await server.dataSource.query(`UPDATE annotations SET deleted_at = NULL WHERE user_id = $1`, [reader.userId]);
    server.clock.seconds += 400 * DAY;
    expect(await purge()).toBe(0);
    expect(await known()).toBe(2);
  });
});
