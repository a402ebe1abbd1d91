import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  createTestDatabase,
  makeChapterBook,
  makeThreeChapters,
  sharedPath,
  type TestDatabase,
} from '@bookorbit/testing';
import { MIGRATED_SCHEMA } from '../database/test-database.ts';
import { PositionsHarness } from './testing/positions-harness.ts';

/** Books of middling size with reports of KOReader's engine, and so many places of each. */
const BOOKS = 6;
const PLACES = 20;
const MOST_BYTES = 400_000;

interface Place {
  readonly start: string;
  readonly end?: string;
}

/** Places KOReader's engine reported, by book; without the shared corpus, places in a small book made here. */
function reportedBooks(): { readonly path?: string; readonly places: readonly Place[] }[] {
  const shared = sharedPath();
  if (shared === undefined) {
    return [{ places: [{ start: '/body/DocFragment[2]/body/p[1]/text()[2].5' }] }];
  }
  return readdirSync(join(shared, 'positions'))
    .filter((name) => name.endsWith('.jsonl'))
    .map((name) => ({ name, path: join(shared, 'corpus/books', `${basename(name, '.jsonl')}.epub`) }))
    .filter(({ path }) => existsSync(path) && statSync(path).size < MOST_BYTES)
    .slice(0, BOOKS * 5)
    .filter((_, n) => n % 5 === 0)
    .map(({ name, path }) => ({ path, places: placesOf(join(shared, 'positions', name)) }));
}

function placesOf(report: string): Place[] {
  const lines = readFileSync(report, 'utf8').split('\n').filter(Boolean);
  const places = lines.map((line) => JSON.parse(line) as Place & { kind?: string });
  return places
    .filter(({ kind, start }) => (kind === 'word' || kind === 'range') && !start.includes('/math'))
    .slice(0, PLACES)
    .map(({ start, end }) => ({ start, end }));
}

describe('the translator, asked about real books', () => {
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

  it(`brings places of KOReader${sharedPath() ? '' : ' (of one small book: ../shared is not there)'} back from a CFI as they were, in another process and from its indexes`, async () => {
    const [one, other] = [await harness.process(), await harness.process()];
    const tx = harness.dataSource.manager;
    const off: string[] = [];
    let count = 0;
    for (const { path, places } of reportedBooks()) {
      const bookFileId = await harness.addBook(path === undefined ? makeThreeChapters() : { copyOf: path });
      const asked = places.map(({ start, end }) => ({ from: 'xpointer' as const, to: 'cfi' as const, start, end }));
      const cfis = await one.translate(tx, { bookFileId }, asked);
      await one.settled();
      const found = cfis.map((cfi) => ('start' in cfi ? cfi : { start: '', end: undefined }));
      const back = await other.translate(
        tx,
        { bookFileId },
        found.map(({ start, end }) => ({ from: 'cfi' as const, to: 'xpointer' as const, start, end })),
      );
      for (const [n, { start, end }] of places.entries()) {
        count += 1;
        const answer = back[n];
        const isSame = answer !== undefined && 'start' in answer && answer.start === start && answer.end === end;
        if (!isSame) off.push(`${path}: ${start}`);
      }
      const indexes = await harness.indexes(bookFileId);
      expect(indexes.length).toBeGreaterThan(0);
      await other.settled();
      expect(await harness.indexes(bookFileId)).toEqual(indexes);
    }
    expect(count).toBeGreaterThan(0);
    expect(off.length).toBeLessThanOrEqual(count * 0.005);
  });

  it('finds its way in a document of megabytes, and keeps its index small', async () => {
    const paragraph =
      '<p>It was a <i>dark &amp; stormy</i> night;\n   the rain fell in <b>torrents</b> on London.</p>\n';
    const body = paragraph.repeat(60_000);
    const bookFileId = await harness.addBook(makeChapterBook([body]));
    const translator = await harness.process();
    const start = '/body/DocFragment/body/p[59999]/i/text().5';
    const [answer] = await translator.translate(harness.dataSource.manager, { bookFileId }, [
      { from: 'xpointer', to: 'cfi', start },
    ]);
    expect(answer).toMatchObject({ kind: 'exact', start: 'epubcfi(/6/2!/4/119998/2/1:5)' });
    await translator.settled();
    const [index] = await harness.indexes(bookFileId);
    expect(index?.bytes).toBeLessThan(body.length / 6);
    const [again] = await (
      await harness.process()
    ).translate(harness.dataSource.manager, { bookFileId }, [
      { from: 'cfi', to: 'xpointer', start: 'epubcfi(/6/2!/4/119998/2/1:5)' },
    ]);
    expect(again).toMatchObject({ kind: 'exact', start });
  });
});
