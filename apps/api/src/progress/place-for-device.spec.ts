import { createTestDatabase, makeChapterBook, makeThreeChapters, type TestDatabase } from '@bookorbit/testing';
import type { DevicePrincipal } from '../auth/index.ts';
import { Clock } from '../clock/index.ts';
import { DirectQuery } from '../database/direct-query.ts';
import { Transaction } from '../database/index.ts';
import { MIGRATED_SCHEMA } from '../database/test-database.ts';
import { MatchDocuments } from '../fingerprint/index.ts';
import { MatchRepository } from '../fingerprint/match.repository.ts';
import type { JobQueue } from '../jobs/index.ts';
import { type BookTranslator, ChapterNames } from '../positions/index.ts';
import { PositionIndexRepository } from '../positions/position-index.repository.ts';
import { PositionsHarness } from '../positions/testing/positions-harness.ts';
import type { AdoptParkedProgress } from './adopt-parked-progress.ts';
import { KeepQuotes } from './keep-quotes.ts';
import { ParkedProgressRepository } from './parked-progress.repository.ts';
import { PlaceForDevice } from './place-for-device.ts';
import { PlaceQuoteRepository } from './place-quote.repository.ts';
import { ProgressRepository, type StoredReport } from './progress.repository.ts';
import { ResetRepository } from './reset.repository.ts';
import { PullStockProgress } from './pull-stock-progress.ts';
import { SettledProgressRepository } from './settled-progress.repository.ts';

const CAT = '/body/DocFragment[2]/body/p[1]/text()[2].5';
const CAT_CFI = 'epubcfi(/6/4!/4/4/3:5)';
const MOVED_CAT = '/body/DocFragment[2]/body/p[2]/text()[2].5';
const NOTHING_ADOPTED = { run: () => Promise.resolve() } as unknown as AdoptParkedProgress;

describe('the place a device is sent to', () => {
  let database: TestDatabase;
  let harness: PositionsHarness;
  let translator: BookTranslator;
  let userId: number;
  let sequence = 0;
  beforeAll(async () => {
    database = await createTestDatabase(MIGRATED_SCHEMA);
    harness = await PositionsHarness.start(database.connection);
    translator = await harness.process();
    [{ id: userId }] = await harness.dataSource.query(
      `INSERT INTO users (username, password_hash) VALUES ('ann', '') RETURNING id`,
    );
    await harness.dataSource.query(`INSERT INTO library_access (user_id, library_id) SELECT $1, id FROM libraries`, [
      userId,
    ]);
  });
  afterAll(async () => {
    await harness.stop();
    await database.drop();
  });

  const quotes = new PlaceQuoteRepository();
  const keepQuotes = () => new KeepQuotes({} as JobQueue, harness.dataSource, translator, quotes).run();

  /** What a stock client is answered. */
  const pull = async (document: string) => {
    const device: DevicePrincipal = { userId, accountName: 'ann', isSyncEnabled: true };
    const use = new PullStockProgress(
      new Transaction(harness.dataSource),
      new MatchDocuments(new MatchRepository()),
      NOTHING_ADOPTED,
      new SettledProgressRepository(new DirectQuery(harness.dataSource)),
      new ProgressRepository(),
      new ResetRepository(),
      new ParkedProgressRepository(),
      quotes,
      new PlaceForDevice(quotes, translator, new ChapterNames(new PositionIndexRepository())),
      harness.dataSource,
      new Clock(),
    );
    return (await use.run(device, document)) as { progress?: string; percentage?: number };
  };

  /** A book that devices know by what is returned. */
  async function addBook(content = makeThreeChapters(), format = 'epub', pageCount?: number) {
    const fileId = await harness.addBook(content, format, pageCount);
    return { fileId, document: await identify(fileId) };
  }

  async function rewrite(fileId: number): Promise<string> {
    await harness.rewrite(fileId, makeThreeChapters('<p>A paragraph nobody knew.</p>'));
    return identify(fileId);
  }

  async function identify(fileId: number): Promise<string> {
    const [{ fingerprint }] = await harness.dataSource.query(
      `INSERT INTO file_identities (fingerprint, book_file_id, origin, recorded_at)
       SELECT fingerprint, id, 'scan', now() FROM book_files WHERE id = $1 RETURNING fingerprint`,
      [fileId],
    );
    return fingerprint;
  }

  async function report(fileId: number, document: string, more: Partial<StoredReport>): Promise<void> {
    sequence += 1;
    await harness.dataSource.query(`SELECT setval('progress_sequence', $1)`, [sequence]);
    const stored: StoredReport = {
      deviceId: 'kobo',
      deviceName: 'Kobo',
      source: 'koreader',
      document,
      percentage: 0.5,
      position: {},
      readAt: sequence,
      receivedAt: sequence,
      sequence,
      ...more,
    };
    await new ProgressRepository().save(harness.dataSource.manager, userId, [
      { bookFileId: fileId, own: [stored], shared: stored, news: [stored] },
    ]);
  }

  it('is byte for byte what KOReader wrote, as long as the file is the same', async () => {
    const { fileId, document } = await addBook();
    await report(fileId, document, { position: { xpointer: '/body/DocFragment[99]/odd' } });
    expect((await pull(document)).progress).toBe('/body/DocFragment[99]/odd');
    await keepQuotes();
    expect((await pull(document)).progress).toBe('/body/DocFragment[99]/odd');
  });

  it('is translated when it comes from the web reader', async () => {
    const { fileId, document } = await addBook();
    await report(fileId, document, { deviceId: 'bookorbit-web', source: 'web', position: { cfi: CAT_CFI } });
    expect(await pull(document)).toMatchObject({ progress: CAT, percentage: 0.5 });
  });

  it('is written as the newest KOReader of the reader writes it in this book', async () => {
    const { fileId, document } = await addBook();
    await report(fileId, document, { position: { xpointer: CAT }, domVersion: 20260812 });
    await report(fileId, document, { deviceId: 'bookorbit-web', source: 'web', position: { cfi: CAT_CFI } });
    expect((await pull(document)).progress).toBe('/body[1]/DocFragment[2]/body[1]/p[1]/text()[2].5');
  });

  it('is the start of a text where only a percentage is known, and a page in books of pages', async () => {
    const { fileId, document } = await addBook();
    await report(fileId, document, { percentage: 1 });
    expect((await pull(document)).progress).toBe('/body/DocFragment[3]/body/p[2]/text().0');
    const pdf = await addBook(Buffer.from('%PDF-'), 'pdf', 200);
    await report(pdf.fileId, pdf.document, { deviceId: 'bookorbit-web', source: 'web', percentage: 0.25 });
    expect((await pull(pdf.document)).progress).toBe('50');
  });

  it('is found by its words once the file was rewritten', async () => {
    const { fileId, document } = await addBook();
    await report(fileId, document, { position: { xpointer: CAT } });
    await keepQuotes();
    const rewritten = await rewrite(fileId);
    expect((await pull(rewritten)).progress).toBe(MOVED_CAT);
    // Who still has the former file is where the pointer was written.
    expect((await pull(document)).progress).toBe(CAT);
    const shared = await new ProgressRepository().findShared(harness.dataSource.manager, userId, fileId);
    const place = new PlaceForDevice(quotes, translator, new ChapterNames(new PositionIndexRepository()));
    const asking = { document: rewritten };
    expect(shared && (await place.run(harness.dataSource.manager, userId, fileId, shared, asking))).toMatchObject({
      quality: 'repaired',
      candidates: [{ kind: 'exact', position: MOVED_CAT }, { kind: 'block' }, { kind: 'chapter' }, { kind: 'percent' }],
      textAfter: 'sat on the twofold mat.\nIt rained in cha',
    });
  });

  it('is translated for a KOReader that counts a document nobody can read, where the one that wrote it did not', async () => {
    const chapter = (word: string) => `<p>In chapter ${word} the grey cat sat on the mat.</p>`;
    const { fileId, document } = await addBook(makeChapterBook([undefined, chapter('one'), chapter('two')]));
    const xpointer = '/body/DocFragment[2]/body/p/text().3';
    await report(fileId, document, { position: { xpointer }, domVersion: 20200824 });
    const { manager } = harness.dataSource;
    const shared = await new ProgressRepository().findShared(manager, userId, fileId);
    const place = new PlaceForDevice(quotes, translator, new ChapterNames(new PositionIndexRepository()));
    const offerTo = async (domVersion: number) =>
      shared && place.run(manager, userId, fileId, shared, { deviceId: 'phone', document, domVersion });
    expect(await offerTo(20240114)).toMatchObject({
      quality: 'exact',
      candidates: [{ kind: 'exact', position: '/body/DocFragment[3]/body/p/text().3' }, {}, {}, {}],
      textAfter: expect.stringMatching(/^chapter two/),
    });
    expect((await offerTo(20200824))?.candidates[0]).toEqual({ kind: 'exact', position: xpointer });
  });

  it('keeps its words while the device stays where it is, and gets new ones when it moves', async () => {
    const { fileId, document } = await addBook();
    const background = () => quotes.findBackground(harness.dataSource.manager, userId, fileId);
    await report(fileId, document, { position: { xpointer: CAT } });
    await keepQuotes();
    await report(fileId, document, { position: { xpointer: CAT } });
    expect((await background()).quote?.exact).toMatch(/^sat on the twofold mat/);
    await report(fileId, document, { position: { xpointer: '/body/DocFragment[3]/body/p[2]/text().3' } });
    expect((await background()).quote).toBeUndefined();
    await keepQuotes();
    expect((await background()).quote?.exact).toMatch(/^rained in chapter three/);
  });

  it('does not look up again what has no words', async () => {
    const { fileId, document } = await addBook(makeChapterBook(['<p>One.</p>']));
    await report(fileId, document, { position: { xpointer: '/body/DocFragment[7]/body' } });
    await keepQuotes();
    const left = await quotes.findUnquoted(harness.dataSource.manager, 100);
    expect(left.filter(({ bookFileId }) => bookFileId === fileId)).toEqual([]);
  });

  it('stays what it was when the file is gone, and is left to the percentage when it never was there', async () => {
    const { fileId, document } = await addBook();
    await report(fileId, document, { deviceId: 'bookorbit-web', source: 'web', position: { cfi: CAT_CFI } });
    await harness.dataSource.query(`UPDATE book_files SET missing_since = now() WHERE id = $1`, [fileId]);
    expect(await pull(document)).toMatchObject({ progress: '', percentage: 0.5 });
  });
});
