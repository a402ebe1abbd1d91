import fc from 'fast-check';
import { DataSource } from 'typeorm';
import type { BookStateResult } from '@bookorbit/contracts';
import { createTestDatabase, type TestDatabase } from '@bookorbit/testing';
import { Clock } from '../clock/index.ts';
import { dataSourceOptions } from '../database/data-source.ts';
import { Transaction } from '../database/index.ts';
import { MIGRATED_SCHEMA } from '../database/test-database.ts';
import { countStatements, createTestReader, type TestReader } from '../database/test-reader.ts';
import { AccessibleFiles } from '../libraries/index.ts';
import { BookStateRepository } from './book-state.repository.ts';
import { type BookStateReport, reportFromItem } from './book-state-report.ts';
import { BookStateItemDto } from './book-states.dto.ts';
import { ChangeBookState } from './change-book-state.ts';
import { MergeBookStates } from './merge-book-states.ts';
import { StatusThresholdsRepository } from './status-thresholds.repository.ts';
import { StepStatuses } from './step-statuses.ts';

const T0 = Date.parse('2026-11-18T08:00:00Z') / 1000;

class SetClock extends Clock {
  seconds = T0;
  override now(): Date {
    return new Date(this.seconds * 1000);
  }
}

let database: TestDatabase;
let dataSource: DataSource;
let merge: MergeBookStates;
let step: StepStatuses;
let change: ChangeBookState;
const clock = new SetClock();

beforeAll(async () => {
  database = await createTestDatabase(MIGRATED_SCHEMA);
  dataSource = await new DataSource(dataSourceOptions(database.connection)).initialize();
  const states = new BookStateRepository();
  merge = new MergeBookStates(states);
  step = new StepStatuses(states);
  change = new ChangeBookState(new Transaction(dataSource), new AccessibleFiles(), states, clock);
});
afterAll(async () => {
  await dataSource?.destroy();
  await database?.drop();
});
beforeEach(() => {
  clock.seconds = T0;
});

/** What an older client or ours would send of one book. */
async function says(
  { userId, files }: TestReader,
  deviceId: string,
  item: Partial<BookStateItemDto>,
  n = 0,
): Promise<BookStateResult> {
  const file = files[n];
  if (!file) throw new Error('no such file');
  const report = reportFromItem(Object.assign(new BookStateItemDto(), item), {}, clock.seconds);
  const [result] = await dataSource.transaction((tx) =>
    merge.run(tx, userId, deviceId, [{ bookFileId: file.fileId, hash: file.hash, report }], clock.now()),
  );
  if (!result) throw new Error('no result');
  return result;
}

const stateOf = ({ userId, files }: TestReader) => change.find(userId, files[0]?.bookId ?? 0);
const choose = ({ userId, files }: TestReader, what: Parameters<ChangeBookState['change']>[2]) =>
  change.change(userId, files[0]?.bookId ?? 0, what);
const reads = ({ userId, files }: TestReader, percentage: number, readAt = clock.seconds) =>
  dataSource.transaction((tx) =>
    step.run(tx, userId, [{ bookFileId: files[0]?.fileId ?? 0, percentage, readAt }], clock.seconds),
  );

describe('MergeBookStates', () => {
  it('takes a device’s word, tells it back to the next, and changes nothing the second time', async () => {
    const reader = await createTestReader(dataSource);
    const word = { status: 'complete', rating: 4, reviewNote: 'Good.', statusModified: '2026-11-17' } as const;
    expect(await says(reader, 'kobo', word)).toMatchObject({
      statusApplied: true,
      ratingApplied: true,
      reviewApplied: true,
    });
    const before = await stateOf(reader);
    expect(await says(reader, 'kobo', word)).toMatchObject({
      statusApplied: false,
      ratingApplied: false,
      reviewApplied: false,
    });
    expect(await stateOf(reader)).toEqual(before);
    expect(await says(reader, 'phone', {})).toMatchObject({
      status: 'complete',
      rating: 4,
      ratingSet: true,
      reviewNote: 'Good.',
      reviewNoteSet: true,
    });
  });

  it('merges status, rating and review each by itself', async () => {
    const reader = await createTestReader(dataSource);
    await says(reader, 'kobo', { status: 'reading', rating: 2, reviewNote: 'Slow.' });
    clock.seconds += 60;
    await choose(reader, { review: 'Slow, then not.' });
    clock.seconds += 60;
    const result = await says(reader, 'kobo', { status: 'reading', rating: 5, reviewNote: 'Slow.' });
    expect(result).toMatchObject({
      ratingApplied: true,
      rating: 5,
      reviewApplied: false,
      reviewNote: 'Slow, then not.',
    });
  });

  it('never clears what is absent or null, and clears on the explicit word', async () => {
    const reader = await createTestReader(dataSource);
    await says(reader, 'kobo', { rating: 4, reviewNote: 'Good.' });
    expect(await says(reader, 'kobo', { rating: null, reviewNote: null })).toMatchObject({
      rating: 4,
      reviewNote: 'Good.',
    });
    clock.seconds += 60;
    const cleared = await says(reader, 'kobo', {
      ratingCleared: true,
      reviewCleared: true,
      ratingChangedAt: clock.seconds,
    });
    expect(cleared).toMatchObject({ ratingApplied: true, ratingSet: false, reviewApplied: true, reviewNoteSet: false });
    expect(cleared).not.toHaveProperty('rating');
    expect(await says(reader, 'phone', { rating: 4, ratingChangedAt: T0 - 999 })).toMatchObject({
      ratingApplied: false,
      ratingSet: false,
    });
  });

  it('compares dates in the user’s own zone', async () => {
    const reader = await createTestReader(dataSource, 1, 'Pacific/Auckland');
    clock.seconds = Date.parse('2026-11-18T12:00:00Z') / 1000;
    await choose(reader, { status: 'reading' });
    // In Auckland it is the 19th by then.
    expect(await says(reader, 'kobo', { status: 'complete', statusModified: '2026-11-19' })).toMatchObject({
      statusApplied: false,
    });
    expect(await says(reader, 'phone', { status: 'complete', statusModified: '2026-11-20' })).toMatchObject({
      statusApplied: true,
    });
  });

  it('does not believe a date that lies ahead', async () => {
    const reader = await createTestReader(dataSource);
    await choose(reader, { status: 'finished' });
    expect(await says(reader, 'kobo', { status: 'abandoned', statusModified: '2099-01-01' })).toMatchObject({
      statusApplied: false,
    });
  });

  it('keeps on hold and abandoned apart although a device shows both alike', async () => {
    const reader = await createTestReader(dataSource);
    await says(reader, 'kobo', { status: 'reading', statusChangedAt: T0 - 10 });
    await choose(reader, { status: 'on_hold' });
    expect(await says(reader, 'kobo', { status: 'reading' })).toMatchObject({ status: 'abandoned' });
    await says(reader, 'kobo', { status: 'abandoned', statusChangedAt: clock.seconds + 5 });
    expect(await stateOf(reader)).toMatchObject({ status: 'on_hold' });
  });

  it('keeps two files of one book on a device apart', async () => {
    const reader = await createTestReader(dataSource, 2);
    await dataSource.query(`UPDATE book_files SET book_id = $1 WHERE id = $2`, [
      reader.files[0]?.bookId,
      reader.files[1]?.fileId,
    ]);
    await says(reader, 'kobo', { status: 'complete', statusChangedAt: T0 - 5 }, 0);
    await says(reader, 'kobo', { status: 'reading', statusChangedAt: T0 - 50 }, 1);
    for (let times = 0; times < 3; times += 1) {
      await says(reader, 'kobo', { status: 'reading', statusChangedAt: T0 - 50 }, 1);
      expect(await says(reader, 'kobo', { status: 'complete', statusChangedAt: T0 - 5 }, 0)).toMatchObject({
        status: 'complete',
      });
    }
  });

  it('ends with everybody agreeing on the latest word, whatever is lost, repeated or late', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            who: fc.constantFrom('kobo', 'phone', 'tablet', 'web'),
            does: fc.constantFrom('changes', 'syncs', 'loses the answer'),
          }),
          { minLength: 1, maxLength: 25 },
        ),
        async (steps) => {
          const reader = await createTestReader(dataSource);
          clock.seconds = T0;
          const held = new Map<string, { text?: string; at?: number }>();
          let latest: string | undefined;
          const sync = async (who: string, hears: boolean) => {
            const own = held.get(who) ?? {};
            const answer = await says(reader, who, { reviewNote: own.text, reviewChangedAt: own.at });
            if (hears) held.set(who, { text: answer.reviewNote, at: answer.reviewUpdatedAt });
          };
          for (const [n, { who, does }] of steps.entries()) {
            clock.seconds += 60;
            if (does === 'changes') {
              latest = `words ${n}`;
              if (who === 'web') await choose(reader, { review: latest });
              else held.set(who, { text: latest, at: clock.seconds });
            } else if (who !== 'web') await sync(who, does === 'syncs');
          }
          for (let round = 0; round < 2; round += 1) {
            for (const who of ['kobo', 'phone', 'tablet']) await sync(who, true);
          }
          expect((await stateOf(reader)).review).toBe(latest);
          for (const who of ['kobo', 'phone', 'tablet']) expect(held.get(who)?.text).toBe(latest);
        },
      ),
      { numRuns: 40 },
    ));

  it('sends the same number of statements whatever the batch', async () => {
    const count = async (books: number) => {
      const reader = await createTestReader(dataSource, books);
      const report: BookStateReport = {
        status: { kind: 'set', value: 'complete' },
        rating: { kind: 'set', value: 3 },
        review: { kind: 'absent' },
      };
      const files = reader.files.map(({ fileId, hash }) => ({ bookFileId: fileId, hash, report }));
      return countStatements(dataSource, (tx) => merge.run(tx, reader.userId, 'kobo', files, clock.now()));
    };
    expect(await count(30)).toBe(await count(1));
  });

  it('loses no word when devices speak at once', async () => {
    const reader = await createTestReader(dataSource);
    const devices = Array.from({ length: 8 }, (_, n) => `device-${n}`);
    await Promise.all(
      devices.map((deviceId, n) => says(reader, deviceId, { reviewNote: `by ${n}`, reviewChangedAt: T0 - 100 + n })),
    );
    expect(await stateOf(reader)).toMatchObject({ review: 'by 7' });
  });
});

describe('a choice that comes late', () => {
  /** As a push leaves it: the place of the file, which steps the status. */
  const pushes = async (reader: TestReader, percentage: number, readAt: number) => {
    await dataSource.query(
      `INSERT INTO file_progress (user_id, book_file_id, device_id, source, device_name, percentage, read_at, received_at, sequence)
       VALUES ($1, $2, 'stock', 'koreader', 'Stock', $3, to_timestamp($4), to_timestamp($4), 1)
       ON CONFLICT (user_id, book_file_id) DO UPDATE SET percentage = excluded.percentage, read_at = excluded.read_at`,
      [reader.userId, reader.files[0]?.fileId, percentage, readAt],
    );
    await reads(reader, percentage, readAt);
  };

  it('is stepped on by what was read after it, and the device is told so', async () => {
    const reader = await createTestReader(dataSource);
    await reads(reader, 1, T0 - 500);
    await pushes(reader, 0.99, T0 - 100);
    const answer = await says(reader, 'kobo', { status: 'reading', statusChangedAt: T0 - 200 });
    expect(answer).toMatchObject({ statusApplied: false, status: 'complete', statusUpdatedAt: T0 - 100 });
    expect(await says(reader, 'kobo', { status: 'reading', statusChangedAt: T0 - 200 })).toMatchObject({
      status: 'complete',
    });
    expect(await stateOf(reader)).toMatchObject({ status: 'finished', statusSetBy: 'progress' });
  });

  it('is not stepped on by what was read before it', async () => {
    const reader = await createTestReader(dataSource);
    await pushes(reader, 0.99, T0 - 300);
    await says(reader, 'kobo', { status: 'reading', statusChangedAt: T0 - 200 });
    expect(await stateOf(reader)).toMatchObject({ status: 'rereading', statusSetBy: 'user' });
  });

  it('makes no second reading of the one that ended after it', async () => {
    const reader = await createTestReader(dataSource);
    await pushes(reader, 0.2, T0 - 400);
    await pushes(reader, 1, T0 - 100);
    await says(reader, 'kobo', { status: 'reading', statusChangedAt: T0 - 200 });
    expect(await stateOf(reader)).toMatchObject({
      status: 'finished',
      readings: [{ endedAt: new Date((T0 - 100) * 1000).toISOString(), outcome: 'finished' }],
    });
  });

  it('leaves a book given up that was read to the end later, as if it had come in time', async () => {
    const reader = await createTestReader(dataSource);
    await pushes(reader, 0.2, T0 - 400);
    await pushes(reader, 1, T0 - 100);
    await says(reader, 'kobo', { status: 'abandoned', statusChangedAt: T0 - 200 });
    expect(await stateOf(reader)).toMatchObject({ status: 'abandoned', readings: [{ outcome: 'abandoned' }] });
  });
});

describe('StepStatuses', () => {
  it('begins, finishes, and keeps the dates of each reading', async () => {
    const reader = await createTestReader(dataSource);
    await reads(reader, 0.001, T0 - 300);
    expect(await stateOf(reader)).toMatchObject({ status: 'unread', readings: [] });
    await reads(reader, 0.01, T0 - 200);
    expect(await stateOf(reader)).toMatchObject({ status: 'reading', statusSetBy: 'progress' });
    await reads(reader, 0.985, T0 - 100);
    await choose(reader, { status: 'rereading' });
    clock.seconds += 500;
    await reads(reader, 0.99);
    expect((await stateOf(reader)).readings).toMatchObject([
      {
        startedAt: new Date((T0 - 200) * 1000).toISOString(),
        endedAt: new Date((T0 - 100) * 1000).toISOString(),
        outcome: 'finished',
      },
      {
        startedAt: new Date(T0 * 1000).toISOString(),
        endedAt: new Date((T0 + 500) * 1000).toISOString(),
        outcome: 'finished',
      },
    ]);
  });

  it('never overrides a later choice, whenever the reading arrives', async () => {
    const reader = await createTestReader(dataSource);
    await choose(reader, { status: 'unread' });
    clock.seconds += 1000;
    await reads(reader, 0.99, T0 - 1);
    expect(await stateOf(reader)).toMatchObject({ status: 'unread', statusSetBy: 'user' });
    await reads(reader, 0.1);
    expect(await stateOf(reader)).toMatchObject({ status: 'reading', statusSetBy: 'progress' });
    await reads(reader, 0.99, T0 - 1);
    expect(await stateOf(reader)).toMatchObject({ status: 'reading', readings: [{}] });
  });

  it('goes by the thresholds of the library', async () => {
    const reader = await createTestReader(dataSource);
    await new StatusThresholdsRepository().save(dataSource.manager, reader.libraryId, { reading: 0.1, finished: 0.9 });
    await reads(reader, 0.05, T0 - 3);
    expect(await stateOf(reader)).toMatchObject({ status: 'unread' });
    await reads(reader, 0.91, T0 - 2);
    expect(await stateOf(reader)).toMatchObject({ status: 'finished' });
  });
});
