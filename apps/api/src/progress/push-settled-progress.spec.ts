import { DataSource } from 'typeorm';
import { createTestDatabase, type TestDatabase } from '@bookorbit/testing';
import type { DevicePrincipal } from '../auth/index.ts';
import { BookStateRepository } from '../book-states/book-state.repository.ts';
import { StepStatuses } from '../book-states/index.ts';
import { dataSourceOptions } from '../database/data-source.ts';
import { DirectQuery } from '../database/direct-query.ts';
import { MIGRATED_SCHEMA } from '../database/test-database.ts';
import { type ArrivingReport, PushSettledProgress } from './push-settled-progress.ts';
import { ProgressRepository } from './progress.repository.ts';
import { ResetRepository } from './reset.repository.ts';
import { SettledProgressRepository } from './settled-progress.repository.ts';
import { TakeInReports } from './take-in-reports.ts';

/** Where a place is written. */
const PLACE_TABLES = ['file_progress', 'device_progress', 'progress_history'] as const;
const NOW = new Date('2026-11-23T12:00:00Z');
const SECONDS = NOW.getTime() / 1000;
const DOCUMENT = 'a'.repeat(32);
const DEVICE: DevicePrincipal = { userId: 1, accountName: 'ann', isSyncEnabled: true };

let database: TestDatabase;
let dataSource: DataSource;
let repository: SettledProgressRepository;
let push: PushSettledProgress;

beforeEach(async () => {
  database = await createTestDatabase(MIGRATED_SCHEMA);
  dataSource = await new DataSource(dataSourceOptions(database.connection)).initialize();
  repository = new SettledProgressRepository(new DirectQuery(dataSource));
  push = new PushSettledProgress(repository);
  await dataSource.query(`INSERT INTO users (username, password_hash) VALUES ('ann', '')`);
  await dataSource.query(`INSERT INTO libraries (name) VALUES ('L')`);
  await dataSource.query(`INSERT INTO library_access (user_id, library_id) VALUES (1, 1)`);
  await dataSource.query(`INSERT INTO library_folders (library_id, path) VALUES (1, '/books')`);
  await addFile(DOCUMENT);
  await dataSource.query(
    `INSERT INTO devices (user_id, device_id, name, first_seen_at, last_seen_at) VALUES (1, 'kobo', 'Kobo', $1, $1), (1, 'phone', 'Phone', $1, $1)`,
    [NOW],
  );
  await dataSource.query(
    `INSERT INTO book_states (user_id, book_id, status, status_set_by, status_at) VALUES (1, 1, 'reading', 'progress', $1)`,
    [NOW],
  );
});

afterEach(async () => {
  await dataSource?.destroy();
  await database?.drop();
});

async function addFile(fingerprint: string): Promise<void> {
  const [{ id: book }] = await dataSource.query(
    `INSERT INTO books (library_id, title, sort_title, search, added_at, updated_at) VALUES (1, 'B', 'b', 'b', now(), now()) RETURNING id`,
  );
  const [{ id }] = await dataSource.query(
    `INSERT INTO book_files (book_id, library_id, folder_id, path, stem_key, name, name_md5, format, size, mtime_ms, inode, fingerprint, title, title_from,
       added_at, content_changed_at, reader_version)
     VALUES ($1, 1, 1, $2, md5($2), $2, md5($2), 'epub', 1, 1, '1', $3, 'B', 'name', now(), now(), 1) RETURNING id`,
    [book, `b${book}.epub`, fingerprint],
  );
  await dataSource.query(
    `INSERT INTO file_identities (fingerprint, book_file_id, origin, recorded_at) VALUES ($1, $2, 'scan', now())`,
    [fingerprint, id],
  );
}

function report(percentage: number, more: Partial<ArrivingReport> = {}): ArrivingReport {
  return {
    deviceId: 'kobo',
    deviceName: 'Kobo',
    document: DOCUMENT,
    source: 'koreader',
    position: { xpointer: `/body/p[${Math.round(percentage * 100)}]` },
    percentage,
    readAt: SECONDS,
    receivedAt: SECONDS,
    ...more,
  };
}

const placeNow = async () => (await repository.findForPull(1, DOCUMENT))?.shared;
const historyLength = async () => Number((await dataSource.query(`SELECT count(*) FROM progress_history`))[0].count);

describe('PushSettledProgress', () => {
  it('saves the place, its device and the history in one go', async () => {
    expect(await push.run(DEVICE, report(0.5), NOW)).toBe(true);
    expect(await placeNow()).toMatchObject({
      percentage: 0.5,
      deviceId: 'kobo',
      position: { xpointer: '/body/p[50]' },
    });
    expect(await push.run(DEVICE, report(0.3, { deviceId: 'phone', deviceName: 'Phone' }), NOW)).toBe(true);
    expect(await placeNow()).toMatchObject({ percentage: 0.3, deviceId: 'phone' });
    expect(await historyLength()).toBe(2);
  });

  it('writes no history for the same place again', async () => {
    await push.run(DEVICE, report(0.5), NOW);
    await push.run(DEVICE, report(0.5), NOW);
    expect(await historyLength()).toBe(1);
  });

  it('saves nothing when another push came in between', async () => {
    await push.run(DEVICE, report(0.5), NOW);
    const stale = await repository.findForPush(1, DOCUMENT, 'phone');
    await push.run(DEVICE, report(0.6), NOW);
    if (!stale) throw new Error('the file is settled');
    expect(await repository.save(1, stale, { ...report(0.1), sequence: 9 }, true)).toBe(false);
    expect(await placeNow()).toMatchObject({ percentage: 0.6 });
    expect(await historyLength()).toBe(2);
  });

  it('waits for whoever holds the file, and then sees what they did', async () => {
    await push.run(DEVICE, report(0.5), NOW);
    const stale = await repository.findForPush(1, DOCUMENT, 'phone');
    if (!stale) throw new Error('the file is settled');
    let saving: Promise<boolean> = Promise.resolve(true);
    await dataSource.transaction(async (tx) => {
      await tx.query(`SELECT pg_advisory_xact_lock(1, 1)`);
      saving = repository.save(1, stale, { ...report(0.1), sequence: 9 }, true);
      await tx.query(`UPDATE file_progress SET percentage = 0.7, sequence = nextval('progress_sequence')`);
    });
    expect(await saving).toBe(false);
    expect(await placeNow()).toMatchObject({ percentage: 0.7 });
  });

  it.each([
    [
      'the device was not seen within the minute',
      () => dataSource.query(`UPDATE devices SET last_seen_at = $1`, [new Date(NOW.getTime() - 61_000)]),
    ],
    ['the device has another name', () => dataSource.query(`UPDATE devices SET name = 'Old name'`)],
    ['the device is new', () => dataSource.query(`DELETE FROM devices`)],
    [
      'progress is parked for the document',
      () =>
        dataSource.query(
          `INSERT INTO parked_progress (user_id, document, device_id, device_name, percentage, received_at, sequence) VALUES (1, $1, 'x', '', 0.1, now(), 1)`,
          [DOCUMENT],
        ),
    ],
    ['two files could be meant', () => addFile(DOCUMENT)],
    ['the user may not read the file', () => dataSource.query(`DELETE FROM library_access`)],
    ['the status is about to change', () => dataSource.query(`DELETE FROM book_states`)],
  ])('leaves it to the long way when %s', async (_when, happen) => {
    await happen();
    expect(await push.run(DEVICE, report(0.5), NOW)).toBe(false);
    expect(await historyLength()).toBe(0);
  });

  it('leaves the end of a book to the long way, which finishes it', async () => {
    expect(await push.run(DEVICE, report(0.99), NOW)).toBe(false);
  });

  it('knows nothing of documents that are no fingerprint', async () => {
    expect(await repository.findForPull(1, 'any: text')).toBeUndefined();
  });

  it.each([
    ['a first place', {}],
    ['a page of a paged document', { position: { page: '12' } }],
  ])('writes the very rows the long way writes, of %s', async (_what, more) => {
    const asWritten = async (write: () => Promise<unknown>) => {
      for (const table of PLACE_TABLES) await dataSource.query(`DELETE FROM ${table}`);
      await dataSource.query(`ALTER SEQUENCE progress_sequence RESTART`);
      // What an older place leaves in columns a stock push does not know must go either way.
      for (const table of ['file_progress', 'device_progress'])
        await dataSource.query(
          `INSERT INTO ${table} (user_id, book_file_id, device_id, source, device_name, percentage, cfi, kobo_span, dom_version, read_at, received_at, sequence)
           VALUES (1, 1, 'kobo', 'kobo', 'Old', 0.1, 'epubcfi(/6/2)', 'kobo.1.1', 20240114, now(), now(), 0)`,
        );
      await write();
      return Promise.all(PLACE_TABLES.map((table) => dataSource.query(`SELECT to_jsonb(t) AS row FROM ${table} t`)));
    };
    const short = await asWritten(() => push.run(DEVICE, report(0.5, more), NOW));
    const states = new BookStateRepository();
    const takeIn = new TakeInReports(new ProgressRepository(), new ResetRepository(), new StepStatuses(states));
    const long = await asWritten(() =>
      dataSource.transaction((tx) => takeIn.run(tx, 1, [{ ...report(0.5, more), bookFileId: 1 }], 'whenItArrives')),
    );
    expect(short.map((rows) => rows.length)).toEqual([1, 1, 1]);
    expect(short).toEqual(long);
  });
});
