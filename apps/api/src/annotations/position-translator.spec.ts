import { createTestDatabase, makeThreeChapters, type TestDatabase } from '@bookorbit/testing';
import { MIGRATED_SCHEMA } from '../database/test-database.ts';
import { PositionsHarness } from '../positions/testing/positions-harness.ts';
import { BookPositionTranslator } from './position-translator.ts';

const SAT_CFI = 'epubcfi(/6/4!/4/4,/3:5,/3:8)';

describe('the positions of highlights made on the web', () => {
  let database: TestDatabase;
  let harness: PositionsHarness;
  let translator: BookPositionTranslator;
  let bookFileId: number;
  beforeAll(async () => {
    database = await createTestDatabase(MIGRATED_SCHEMA);
    harness = await PositionsHarness.start(database.connection);
    translator = new BookPositionTranslator(await harness.process());
    bookFileId = await harness.addBook(makeThreeChapters());
  });
  afterAll(async () => {
    await harness?.stop();
    await database?.drop();
  });

  const toXpointer = (cfi: string, text?: string) =>
    translator.toXpointer(harness.dataSource.manager, { bookFileId, cfi, text });

  it('are xpointers of the same words', async () => {
    const place = {
      format: 'xpointer',
      pos0: '/body/DocFragment[2]/body/p[1]/text()[2].5',
      pos1: '/body/DocFragment[2]/body/p[1]/text()[2].8',
      domVersion: 20240114,
    };
    expect(await toXpointer(SAT_CFI, 'sat')).toEqual({ kind: 'exact', place, text: 'sat' });
    expect(await toXpointer(SAT_CFI)).toEqual({ kind: 'exact', place, text: 'sat' });
  });

  it('of one engine are found in the dialect of another, or not at all', async () => {
    const place = {
      format: 'xpointer' as const,
      pos0: '/body/DocFragment[2]/body/p[1]/text()[2].5',
      pos1: '/body/DocFragment[2]/body/p[1]/text()[2].8',
      domVersion: 20200824,
    };
    const places = [
      { place, text: 'sat' },
      { place: { ...place, pos0: '/body/DocFragment[77]/body/p/text().0' }, text: 'nothing like it' },
    ];
    const [found] = await translator.toDialects(harness.dataSource.manager, [
      { bookFileId, domVersion: 20260812, places },
    ]);
    expect(found).toMatchObject([
      { kind: 'exact', place: { pos0: '/body[1]/DocFragment[2]/body[1]/p[1]/text()[2].5', domVersion: 20260812 } },
      { kind: 'lost' },
    ]);
  });

  it('are none where the words are not in the book, or nothing is there', async () => {
    expect(await toXpointer(SAT_CFI, 'words of another book altogether')).toMatchObject({ kind: 'lost' });
    expect(await toXpointer('epubcfi(/6/40!/4/4,/3:5,/3:8)')).toMatchObject({ kind: 'lost' });
    expect(await toXpointer('no cfi')).toMatchObject({ kind: 'lost' });
  });
});
