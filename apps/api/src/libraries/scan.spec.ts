import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTestDatabase, makeSmallEpub, type TestDatabase } from '@bookorbit/testing';
import { DataSource } from 'typeorm';
import { dataSourceOptions, migrate } from '../database/index.ts';
import { LibraryHarness } from './testing/library-harness.ts';

const MOBY = { title: 'Moby-Dick', author: 'Herman Melville', identifier: 'urn:isbn:9780000000002' };
const EMMA = {
  title: 'Emma',
  author: 'Jane Austen',
  identifier: 'urn:uuid:11111111-2222-4333-8444-555555555555',
  chapters: ['Emma Woodhouse, handsome, clever, and rich.', 'With a comfortable home.', 'And happy disposition.'],
};

describe('scanning a library', () => {
  let database: TestDatabase;
  let harness: LibraryHarness;
  let books: string;
  let libraryId: number;

  beforeEach(async () => {
    database = await createTestDatabase({
      key: 'library-scan',
      async migrate(connection) {
        const dataSource = await new DataSource(dataSourceOptions(connection)).initialize();
        await migrate(dataSource);
        await dataSource.destroy();
      },
    });
    harness = await LibraryHarness.start(database.connection);
    books = join(harness.folder, 'books');
    mkdirSync(books);
    libraryId = await harness.addLibrary('Books', [books]);
  });

  afterEach(async () => {
    await harness.stop();
    await database.drop();
  });

  function put(path: string, content: Buffer | string = makeSmallEpub(MOBY)): void {
    mkdirSync(join(books, path, '..'), { recursive: true });
    writeFileSync(join(books, path), content);
  }

  it('finds books, and finds nothing to do the second time', async () => {
    put('melville/moby.epub');
    put('emma.epub', makeSmallEpub(EMMA));
    expect(await harness.scan(libraryId)).toMatchObject({
      state: 'done',
      filesFound: 2,
      filesToRead: 2,
      filesRead: 2,
      filesAdded: 2,
    });
    expect(await harness.scan(libraryId)).toMatchObject({
      state: 'done',
      filesFound: 2,
      filesToRead: 0,
      filesAdded: 0,
      filesVanished: 0,
    });
    expect((await harness.files()).map(({ path, title }) => [path, title])).toEqual([
      ['emma.epub', 'Emma'],
      ['melville/moby.epub', 'Moby-Dick'],
    ]);
  });
});
void [cpSync, existsSync, readFileSync, renameSync, rmSync];
