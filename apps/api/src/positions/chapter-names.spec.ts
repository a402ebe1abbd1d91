import { createTestDatabase, makeSmallEpub, type TestDatabase } from '@bookorbit/testing';
import { MIGRATED_SCHEMA } from '../database/test-database.ts';
import { countStatements } from '../database/test-reader.ts';
import { ChapterNames } from './chapter-names.ts';
import { PositionIndexRepository } from './position-index.repository.ts';
import { PositionsHarness } from './testing/positions-harness.ts';

let database: TestDatabase;
let harness: PositionsHarness;
let names: ChapterNames;

beforeAll(async () => {
  database = await createTestDatabase(MIGRATED_SCHEMA);
  harness = await PositionsHarness.start(database.connection);
  names = new ChapterNames(new PositionIndexRepository());
});
afterAll(async () => {
  await harness?.stop();
  await database?.drop();
});

const find = (bookFileId: number, ...xpointers: (string | undefined)[]) =>
  names.find(
    harness.dataSource.manager,
    xpointers.map((xpointer) => ({ bookFileId, xpointer })),
  );

it('names the heading a place stands under, and none where there is none', async () => {
  const book = await harness.addBook(makeSmallEpub({ chapters: ['One.', 'Two.', 'Three.'] }));
  expect(
    await find(
      book,
      '/body/DocFragment[2]/body/p[1]/text().0',
      '/body/DocFragment[3]',
      '/body/DocFragment[9]/body',
      'nonsense',
      undefined,
    ),
  ).toEqual(['Chapter 2', 'Chapter 3', undefined, undefined, undefined]);
});

it('follows a file that is rewritten, and is silent about what is no book', async () => {
  const book = await harness.addBook(makeSmallEpub({ chapters: ['One.'] }));
  expect(await find(book, '/body/DocFragment[1]/body')).toEqual(['Chapter 1']);
  await harness.rewrite(book, makeSmallEpub({ chapters: ['One.', 'Two.'] }));
  expect(await find(book, '/body/DocFragment[2]/body')).toEqual(['Chapter 2']);
  const broken = await harness.addBook(Buffer.from('no zip'));
  expect(await find(broken, '/body/DocFragment[1]/body')).toEqual([undefined]);
});

it('costs one statement for any number of places', async () => {
  const book = await harness.addBook(makeSmallEpub());
  const places = Array.from({ length: 50 }, () => ({ bookFileId: book, xpointer: '/body/DocFragment[1]/body' }));
  expect(await countStatements(harness.dataSource, (tx) => names.find(tx, places))).toBe(1);
  expect(await countStatements(harness.dataSource, (tx) => names.find(tx, []))).toBe(0);
});
