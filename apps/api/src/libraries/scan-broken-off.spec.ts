import { mkdirSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createTestDatabase, makeSmallEpub, type TestDatabase } from '@bookorbit/testing';
import type { EntityManager } from 'typeorm';
import { Transaction } from '../database/index.ts';
import { MIGRATED_SCHEMA } from '../database/test-database.ts';
import { ChangeLibrary } from './change-library.ts';
import { FinishScan } from './finish-scan.ts';
import { ReadFiles } from './read-files.ts';
import { RequestScan } from './request-scan.ts';
import type { ReadFilesJob } from './scan-queues.ts';
import { LibraryHarness } from './testing/library-harness.ts';
import { WalkLibrary } from './walk-library.ts';

const FILES = 60;
const NO_READS: ReadFilesJob = { scanId: 0, pendingIds: [] };

describe('a scan that is broken off', () => {
  let database: TestDatabase;
  let harness: LibraryHarness;
  let books: string;
  let libraryId: number;

  beforeEach(async () => {
    database = await createTestDatabase(MIGRATED_SCHEMA);
    harness = await LibraryHarness.start(database.connection);
    books = join(harness.folder, 'books');
    mkdirSync(books);
    libraryId = await harness.addLibrary('Books', [books]);
  });
  afterEach(async () => {
    await harness.stop();
    await database.drop();
  });

  function put(path: string, title = 'Moby-Dick'): void {
    const file = join(books, path);
    mkdirSync(dirname(file), { recursive: true });
    // Books of their own: a new file often gets the inode of one just deleted, and alike content would make it a rename.
    const chapters = ['one', 'two', 'three'].map((name) => `Chapter ${name} of ${title}.`);
    writeFileSync(file, makeSmallEpub({ title, identifier: `urn:test:${title.replaceAll(' ', '-')}`, chapters }));
  }

  const remove = (path: string) => unlinkSync(join(books, path));
  const scan = () => harness.scan(libraryId);
  const transaction = <T>(work: (tx: EntityManager) => Promise<T>) => harness.get(Transaction).run(work);
  const ask = () => transaction((tx) => harness.get(RequestScan).run(tx, libraryId));
  const walk = (scanId: number, options = {}) => harness.get(WalkLibrary).run(scanId, options);
  const read = (job: ReadFilesJob) => harness.get(ReadFiles).run(job);

  function putMany(): void {
    for (let number = 0; number < FILES; number += 1) {
      put(`${number % 7}/${number}.epub`, `Book ${number}`);
    }
  }

  async function askForScan(): Promise<number> {
    await ask();
    const job = harness.takeJob();
    return (job?.data as { scanId: number }).scanId;
  }

  function takeReads(): ReadFilesJob[] {
    const jobs = harness.kept.jobs.filter(({ queue }) => queue === 'read-files');
    harness.kept.jobs.length = 0;
    return jobs.map(({ data }) => data as ReadFilesJob);
  }

  it('goes on where it was, whatever had been done and however often', async () => {
    putMany();
    const scanId = await askForScan();
    await expect(walk(scanId, { signal: AbortSignal.abort(new Error('killed')) })).rejects.toThrow('killed');
    expect(await harness.progress(libraryId)).toMatchObject({ state: 'running' });
    await walk(scanId, { isRetry: true });
    const [first = NO_READS, ...others] = takeReads();
    await read(first);
    // As if the process had died after its walk, but before anybody knew.
    await harness.query(`UPDATE scans SET walked_at = NULL`);
    await walk(scanId, { isRetry: true });
    expect(takeReads()).toEqual([]);
    await Promise.all([first, ...others, ...others].map(read));
    expect(await harness.progress(libraryId)).toMatchObject({
      state: 'done',
      filesFound: FILES,
      filesToRead: FILES,
      filesRead: FILES,
      filesAdded: FILES,
      filesVanished: 0,
    });
    expect(await harness.files()).toHaveLength(FILES);
    expect(await scan()).toMatchObject({ filesFound: FILES, filesToRead: 0, filesVanished: 0 });
  });

  it('is walked by one process at a time', async () => {
    putMany();
    const scanId = await askForScan();
    await Promise.all([walk(scanId), walk(scanId)]);
    await harness.runJobs();
    expect(await harness.progress(libraryId)).toMatchObject({ state: 'done', filesFound: FILES, filesRead: FILES });
  });

  it('never takes for vanished what a failed scan did not reach', async () => {
    put('moby.epub');
    await scan();
    const scanId = await askForScan();
    await transaction((tx) => harness.get(FinishScan).fail(tx, scanId, 'It failed.'));
    expect(await harness.progress(libraryId)).toMatchObject({ state: 'failed', problem: 'It failed.' });
    expect(await harness.files()).toMatchObject([{ isMissing: false }]);
  });

  it('never takes for vanished what lies where it could not look', async () => {
    put('closed/moby.epub');
    put('closed.epub', 'Emma');
    await scan();
    // First, so that it does not get the inode of one that goes: that would look like a book renamed and edited.
    put('new.epub', 'New');
    rmSync(join(books, 'closed'), { recursive: true });
    remove('closed.epub');
    await walk(await askForScan());
    await harness.query(`UPDATE scans SET unread_places = jsonb_build_array(
      jsonb_build_object('folderId', (SELECT id FROM library_folders), 'path', 'closed')) WHERE state = 'running'`);
    await harness.runJobs();
    expect((await harness.files()).map(({ path, isMissing }) => [path, isMissing])).toEqual([
      ['closed.epub', true],
      ['closed/moby.epub', false],
      ['new.epub', false],
    ]);
  });

  it('puts files on record that end every process which reads them', async () => {
    putMany();
    await walk(await askForScan());
    const [poisonous = NO_READS, ...others] = takeReads();
    for (const job of others) await read(job);
    await harness.get(ReadFiles).giveUp(poisonous);
    expect(await harness.progress(libraryId)).toMatchObject({ state: 'done', filesAdded: FILES, filesWithProblem: 25 });
    expect(await scan()).toMatchObject({ filesToRead: 0 });
  });

  it('waits for the scan under way, once, however often it is asked for', async () => {
    putMany();
    await walk(await askForScan());
    await Promise.all([ask(), ask(), ask()]);
    const states = () => harness.query(`SELECT state FROM scans ORDER BY id`);
    expect(await states()).toEqual([{ state: 'running' }, { state: 'queued' }]);
    await harness.runJobs();
    expect(await states()).toEqual([{ state: 'done' }, { state: 'done' }]);
  });

  it('stops when its library is deleted', async () => {
    putMany();
    const scanId = await askForScan();
    await walk(scanId);
    await harness.get(ChangeLibrary).delete(libraryId);
    await harness.runJobs();
    expect(await harness.progress(libraryId)).toMatchObject({ state: 'failed', filesRead: 0 });
    expect(await harness.files()).toEqual([]);
  });
});
