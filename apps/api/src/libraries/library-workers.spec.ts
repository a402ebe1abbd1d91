import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, makeSmallEpub, type TestDatabase } from '@bookorbit/testing';
import { Transaction } from '../database/index.ts';
import { MIGRATED_SCHEMA } from '../database/test-database.ts';
import { RequestScan } from './request-scan.ts';
import { LibraryHarness } from './testing/library-harness.ts';

const FILES = 120;

describe('server processes that share the work of a scan', () => {
  let database: TestDatabase;
  let processes: LibraryHarness[];
  let books: string;

  beforeEach(async () => {
    database = await createTestDatabase(MIGRATED_SCHEMA);
    processes = [];
    books = mkdtempSync(join(tmpdir(), 'bookorbit-books-'));
    for (let number = 0; number < FILES; number += 1) put(`${number}.epub`, `Book ${number}`);
  });
  afterEach(async () => {
    for (const harness of processes) await harness.stop();
    await database.drop();
    rmSync(books, { recursive: true });
  });

  function put(name: string, title: string): void {
    mkdirSync(books, { recursive: true });
    writeFileSync(join(books, name), makeSmallEpub({ title, author: 'Ann Author' }));
  }

  async function startProcess(): Promise<LibraryHarness> {
    const harness = await LibraryHarness.start(database.connection, { works: true });
    processes.push(harness);
    return harness;
  }

  async function addLibrary(harness: LibraryHarness): Promise<void> {
    const id = await harness.addLibrary('Books', [books]);
    await harness.get(Transaction).run((tx) => harness.get(RequestScan).run(tx, id));
  }

  /** What all scans counted, once it is as wanted and no scan is left. */
  async function counted(harness: LibraryHarness, wanted: (sums: Sums) => boolean): Promise<Sums> {
    for (;;) {
      const [sums] = await harness.query<Sums>(
        `SELECT sum(files_to_read)::int AS "toRead", sum(files_read)::int AS read, sum(files_added)::int AS added,
           sum(files_vanished)::int AS vanished, (count(*) FILTER (WHERE state IN ('queued', 'running')))::int AS open
         FROM scans`,
      );
      if (sums && wanted(sums)) return sums;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  it('read every file once, and end the scan once', async () => {
    const [one, other] = await Promise.all([startProcess(), startProcess()]);
    await addLibrary(one);
    const sums = await counted(other, ({ open, added }) => open === 0 && added > 0);
    expect(sums).toEqual({ toRead: FILES, read: FILES, added: FILES, vanished: 0, open: 0 });
    expect(await one.files()).toHaveLength(FILES);
  });

  it('go on with what a process leaves behind that stops', async () => {
    const one = await startProcess();
    await addLibrary(one);
    await counted(one, ({ read }) => read > 0);
    await one.close();
    const other = await startProcess();
    const sums = await counted(other, ({ open, read }) => open === 0 && read === FILES);
    expect(sums).toEqual({ toRead: FILES, read: FILES, added: FILES, vanished: 0, open: 0 });
    expect(await other.files()).toHaveLength(FILES);
  });

  it('notice a new file by themselves, once', async () => {
    const one = await startProcess();
    await addLibrary(one);
    await startProcess();
    await counted(one, ({ open, added }) => open === 0 && added === FILES);
    put('new.epub', 'A new book');
    const sums = await counted(one, ({ open, added }) => open === 0 && added > FILES);
    expect(sums).toMatchObject({ read: FILES + 1, added: FILES + 1 });
  });
});

interface Sums {
  readonly toRead: number;
  readonly read: number;
  readonly added: number;
  readonly vanished: number;
  readonly open: number;
}
