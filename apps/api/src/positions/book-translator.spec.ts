import {
  createTestDatabase,
  damageEntry,
  makeChapterBook,
  makeThreeChapters,
  type TestDatabase,
} from '@bookorbit/testing';
import { MIGRATED_SCHEMA } from '../database/test-database.ts';
import { countStatements } from '../database/test-reader.ts';
import { PositionIndexRepository } from './position-index.repository.ts';
import { PositionsHarness } from './testing/positions-harness.ts';

const CAT = '/body/DocFragment[2]/body/p[1]/text()[2].5';
const CAT_CFI = 'epubcfi(/6/4!/4/4/3:5)';

describe('the translator of books', () => {
  let database: TestDatabase;
  let harness: PositionsHarness;
  beforeAll(async () => {
    database = await createTestDatabase(MIGRATED_SCHEMA);
    harness = await PositionsHarness.start(database.connection);
  });
  afterAll(async () => {
    await harness.stop();
    await database.drop();
  });

  const toCfi = (start: string) => ({ from: 'xpointer' as const, to: 'cfi' as const, start });

  it('translates points and ranges between dialects, with the words there', async () => {
    const translator = await harness.process();
    const bookFileId = await harness.addBook(makeThreeChapters());
    const tx = harness.dataSource.manager;
    const [cfi, range] = await translator.translate(tx, { bookFileId }, [
      toCfi(CAT),
      { ...toCfi(CAT), end: '/body/DocFragment[2]/body/p[1]/text()[2].8', text: 'sat' },
    ]);
    expect(cfi).toEqual({
      kind: 'exact',
      start: CAT_CFI,
      quote: {
        prefix: 'Chapter two\nIn chapter two the grey cat ',
        exact: 'sat on the twofold mat.\nIt rained in chapter two until the twoth',
        suffix: '',
      },
    });
    expect(range).toMatchObject({ kind: 'exact', quote: { exact: 'sat', suffix: expect.stringMatching(/^ on the/) } });
    const [back, explicit, span] = await Promise.all([
      translator.translate(tx, { bookFileId }, [{ from: 'cfi', to: 'xpointer', start: CAT_CFI }]),
      translator.translate(tx, { bookFileId, domVersion: 20260812 }, [{ from: 'cfi', to: 'xpointer', start: CAT_CFI }]),
      translator.translate(tx, { bookFileId }, [{ from: 'xpointer', to: 'kobospan', start: CAT }]),
    ]);
    expect(back[0]).toMatchObject({ kind: 'exact', start: CAT });
    expect(explicit[0]).toMatchObject({ start: '/body[1]/DocFragment[2]/body[1]/p[1]/text()[2].5' });
    expect(span[0]).toMatchObject({ kind: 'exact', start: expect.stringMatching(/^c1\.xhtml#kobo\./) });
  });

  it('builds the index of a chapter once, for all processes', async () => {
    const bookFileId = await harness.addBook(makeThreeChapters());
    const tx = harness.dataSource.manager;
    const [first, second] = [await harness.process(), await harness.process()];
    await first.translate(tx, { bookFileId }, [toCfi(CAT)]);
    await first.settled();
    const built = await harness.indexes(bookFileId);
    expect(built).toMatchObject([{ spineIndex: 1, kind: 'document' }]);
    // What is kept is what the other process reads: it takes the chapter for the one whose index lies there.
    await harness.dataSource.query(
      `UPDATE position_indexes p SET bytes = q.bytes FROM position_indexes q
       WHERE p.book_file_id = $1 AND q.book_file_id = $2 AND q.spine_index = 0`,
      [bookFileId, await fileWithOtherIndex()],
    );
    const [answer] = await second.translate(tx, { bookFileId }, [toCfi('/body/DocFragment[2]/body/div/p/text().3')]);
    expect(answer).toMatchObject({ kind: 'exact', start: 'epubcfi(/6/4!/4/2/2/1:3)' });
    await second.settled();
    expect((await harness.indexes(bookFileId)).map(({ builtAt }) => builtAt)).toEqual([built[0]?.builtAt]);
  });

  async function fileWithOtherIndex(): Promise<number> {
    const bookFileId = await harness.addBook(makeChapterBook(['<div><p>Other words than those.</p></div>']));
    const translator = await harness.process();
    await translator.locate(harness.dataSource.manager, { bookFileId }, 'xpointer', ['/body/DocFragment/body']);
    await translator.settled();
    return bookFileId;
  }

  it('gives the same answers to requests that come at once, and keeps one index', async () => {
    const bookFileId = await harness.addBook(makeThreeChapters());
    const processes = [await harness.process(), await harness.process()];
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        processes[n % 2]?.translate(harness.dataSource.manager, { bookFileId }, [toCfi(CAT)]),
      ),
    );
    for (const answer of answers) expect(answer?.[0]).toMatchObject({ kind: 'exact', start: CAT_CFI });
    for (const process of processes) await process.settled();
    expect(await harness.indexes(bookFileId)).toHaveLength(1);
  });

  it('forgets the index when the file changes, and finds the place again by its words', async () => {
    const bookFileId = await harness.addBook(makeThreeChapters());
    const translator = await harness.process();
    const tx = harness.dataSource.manager;
    const [quote] = await translator.quoteAt(tx, { bookFileId }, [{ dialect: 'xpointer', start: CAT }]);
    await translator.settled();
    const [before] = await harness.indexes(bookFileId);
    await harness.rewrite(bookFileId, makeThreeChapters('<p>A paragraph nobody knew.</p>'));
    const [found] = await translator.translate(tx, { bookFileId }, [
      { from: 'xpointer', to: 'xpointer', start: CAT, text: quote?.exact, prefix: quote?.prefix },
    ]);
    expect(found).toMatchObject({ kind: 'repaired', start: '/body/DocFragment[2]/body/p[2]/text()[2].5' });
    await translator.settled();
    const after = await harness.indexes(bookFileId);
    expect(after.map(({ content }) => content)).not.toContain(before?.content);
    expect(after.length).toBeGreaterThan(0);
  });

  it('keeps nothing under the name of a content that is no more', async () => {
    const bookFileId = await harness.addBook(makeThreeChapters());
    const translator = await harness.process();
    await harness.write(bookFileId, makeChapterBook(['<p>Something else.</p>']));
    const [answer] = await translator.translate(harness.dataSource.manager, { bookFileId }, [toCfi(CAT)]);
    expect(answer).toEqual({ kind: 'lost', reason: 'the file has changed since it was scanned', isUnread: true });
    await translator.settled();
    expect(await harness.indexes(bookFileId)).toEqual([]);
  });

  it('drops indexes of former contents by itself, even where nobody asks again', async () => {
    const bookFileId = await harness.addBook(makeThreeChapters());
    const translator = await harness.process();
    await translator.translate(harness.dataSource.manager, { bookFileId }, [toCfi(CAT)]);
    await translator.settled();
    const repository = new PositionIndexRepository();
    await repository.dropStale(harness.dataSource.manager);
    expect(await harness.indexes(bookFileId)).toHaveLength(1);
    await harness.rewrite(bookFileId, makeThreeChapters('<p>New.</p>'));
    await repository.dropStale(harness.dataSource.manager);
    expect(await harness.indexes(bookFileId)).toEqual([]);
  });

  it('loses no more than the chapter that is broken', async () => {
    const good = '<p>Words of a good chapter.</p>';
    const bookFileId = await harness.addBook(damageEntry(makeChapterBook([good, good.repeat(40), good]), 'c1.xhtml'));
    const translator = await harness.process();
    const answers = await translator.translate(harness.dataSource.manager, { bookFileId }, [
      toCfi('/body/DocFragment[1]/body/p/text().6'),
      toCfi('/body/DocFragment[2]/body/p/text().6'),
      toCfi('/body/DocFragment[3]/body/p/text().6'),
    ]);
    expect(answers.map(({ kind }) => kind)).toEqual(['exact', 'chapter', 'exact']);
    expect(answers[1]).toMatchObject({ start: 'epubcfi(/6/4!/4)' });
    await translator.settled();
    expect((await harness.indexes(bookFileId)).map(({ spineIndex }) => spineIndex)).toEqual([0, 2]);
  });

  it('says what is lost and why, and never throws', async () => {
    const translator = await harness.process();
    const tx = harness.dataSource.manager;
    const missing = await harness.addBook(makeThreeChapters());
    await harness.dataSource.query(`UPDATE book_files SET missing_since = now() WHERE id = $1`, [missing]);
    const noZip = await harness.addBook(Buffer.from('no zip at all'));
    const fb2 = await harness.addBook(Buffer.from('<FictionBook/>'), 'fb2');
    for (const [bookFileId, reason] of [
      [0, /no such file/],
      [missing, /not on disk/],
      [noZip, /./],
      [fb2, /fb2/],
    ] as const) {
      const [answer] = await translator.translate(tx, { bookFileId }, [toCfi(CAT)]);
      expect(answer).toMatchObject({ kind: 'lost', reason: expect.stringMatching(reason) });
      expect(await translator.quoteAt(tx, { bookFileId }, [{ dialect: 'xpointer', start: CAT }])).toEqual([undefined]);
    }
    const [nonsense] = await translator.translate(tx, { bookFileId: await harness.addBook(makeThreeChapters()) }, [
      toCfi('nonsense'),
    ]);
    expect(nonsense).toMatchObject({ kind: 'lost' });
  });

  it('leaves the transaction it is asked in as good as it was', async () => {
    const translator = await harness.process();
    const bookFileId = await harness.addBook(Buffer.from('no zip at all'));
    const rows = await harness.dataSource.transaction(async (tx) => {
      await translator.translate(tx, { bookFileId }, [toCfi(CAT)]);
      await translator.translate(tx, { bookFileId: -1 }, [toCfi(CAT)]);
      return tx.query(`SELECT 1 AS fine`);
    });
    expect(rows).toEqual([{ fine: 1 }]);
  });

  it('knows which xpointers lead somewhere, and their order', async () => {
    const translator = await harness.process();
    const bookFileId = await harness.addBook(makeThreeChapters());
    const [one, other, none, pastEnd] = await translator.locate(
      harness.dataSource.manager,
      { bookFileId },
      'xpointer',
      [CAT, '/body[1]/DocFragment[3]/body[1]/p[2]', '/body/DocFragment[9]/body', `${CAT}99`],
    );
    expect(one?.spineIndex).toBe(1);
    expect(other?.spineIndex).toBe(2);
    expect([none, pastEnd]).toEqual([undefined, undefined]);
  });

  it('goes by percentage to the start of a text, and stays within the book', async () => {
    const translator = await harness.process();
    const bookFileId = await harness.addBook(makeThreeChapters());
    const at = (percentage: number) =>
      translator.placeAtPercentage(harness.dataSource.manager, { bookFileId }, 'xpointer', percentage);
    expect(await at(0)).toMatchObject({ kind: 'nearby', start: '/body/DocFragment[1]/body/h1/text().0' });
    expect(await at(0.5)).toMatchObject({ start: expect.stringMatching(/^\/body\/DocFragment\[2\]\/body\/p.*\.0$/) });
    expect(await at(1)).toMatchObject({ start: '/body/DocFragment[3]/body/p[2]/text().0' });
    expect(await at(Number.NaN)).toMatchObject({ kind: 'lost' });
  });

  it('offers a device pointers to try, the place itself first', async () => {
    const translator = await harness.process();
    const bookFileId = await harness.addBook(makeThreeChapters());
    const tx = harness.dataSource.manager;
    expect(await translator.offerTo(tx, { bookFileId }, { percentage: 0.4, cfi: CAT_CFI })).toEqual({
      quality: 'exact',
      candidates: [
        { kind: 'exact', position: CAT },
        { kind: 'block', position: '/body/DocFragment[2]/body/p[1]/text()[1].0' },
        { kind: 'chapter', position: '/body/DocFragment[2]/body' },
        { kind: 'percent', position: '0.4' },
      ],
      textAfter: 'sat on the twofold mat.\nIt rained in cha',
    });
    expect(await translator.offerTo(tx, { bookFileId }, { percentage: 1 })).toMatchObject({
      quality: 'nearby',
      candidates: [{ kind: 'block', position: '/body/DocFragment[3]/body/p[2]/text().0' }, {}, {}],
    });
    // A pointer that leads nowhere any more leaves its passage, then its chapter, but never for another one.
    expect(
      await translator.offerTo(
        tx,
        { bookFileId },
        { percentage: 0.99, xpointer: '/body/DocFragment[1]/body/p[1]/text()[7].5' },
      ),
    ).toMatchObject({
      quality: 'nearby',
      candidates: [{ position: expect.stringContaining('DocFragment[1]') }, {}, {}],
    });
  });

  it('goes by page in books of pages, and by percentage where it reads no text', async () => {
    const translator = await harness.process();
    const tx = harness.dataSource.manager;
    const pdf = await harness.addBook(Buffer.from('%PDF-'), 'pdf', 200);
    expect(await translator.offerTo(tx, { bookFileId: pdf }, { percentage: 0.1, page: '21' })).toMatchObject({
      quality: 'exact',
      candidates: [{ kind: 'exact', position: '21' }, {}],
    });
    expect(await translator.offerTo(tx, { bookFileId: pdf }, { percentage: 0.1 })).toMatchObject({
      quality: 'nearby',
      candidates: [{ kind: 'block', position: '20' }, {}],
    });
    const mobi = await harness.addBook(Buffer.from('x'), 'mobi');
    expect(await translator.offerTo(tx, { bookFileId: mobi }, { percentage: 0.25 })).toEqual({
      quality: 'nearby',
      candidates: [{ kind: 'percent', position: '0.25' }],
    });
  });

  it('sends a constant number of statements, however much it is asked', async () => {
    const translator = await harness.process();
    const bodies = Array.from({ length: 40 }, (_, n) => `<p>Chapter ${n} has words of its own.</p>`);
    const bookFileId = await harness.addBook(makeChapterBook(bodies));
    const asked = bodies.map((_, n) => toCfi(`/body/DocFragment[${n + 1}]/body/p/text().3`));
    const count = (process: typeof translator, n: number) =>
      countStatements(harness.dataSource, (tx) => process.translate(tx, { bookFileId }, asked.slice(0, n)));
    expect(await count(translator, 40)).toBeLessThanOrEqual(5);
    await translator.settled();
    expect(await count(translator, 40)).toBe(1);
    expect(await count(await harness.process(), 40)).toBeLessThanOrEqual(5);
    expect(await count(await harness.process(), 1)).toBe(2);
  });
});
