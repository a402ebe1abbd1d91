import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { SyncAnswer } from '@bookorbit/contracts';
import {
  CHAPTER_EDITS,
  createTestDatabase,
  makeThreeChapters,
  makeZip,
  PluginDevice,
  StockDevice,
  type TestDatabase,
} from '@bookorbit/testing';
import { pino } from 'pino';
import { KoreaderAccounts } from '../auth/index.ts';
import { readEnvironment } from '../config/index.ts';
import { MIGRATED_SCHEMA } from '../database/test-database.ts';
import { BookTranslator } from '../positions/index.ts';
import { PositionsHarness } from '../positions/testing/positions-harness.ts';
import { KeepQuotes } from '../progress/keep-quotes.ts';
import { PlaceQuoteRepository } from '../progress/place-quote.repository.ts';
import { ProgressRepository, type StoredReport } from '../progress/progress.repository.ts';
import type { JobQueue } from '../jobs/index.ts';
import { createServer } from '../server.ts';

const CAT = '/body/DocFragment[2]/body/p[1]/text()[2].5';
const CAT_CFI = 'epubcfi(/6/4!/4/4/3:5)';
const CAT_IN_ALL_WORDS = '/body[1]/DocFragment[2]/body[1]/p[1]/text()[2].5';
const AFTER_CAT = 'sat on the twofold mat.\nIt rained in cha';

describe('the newest place in the answer to POST plugin/sync', () => {
  let database: TestDatabase;
  let harness: PositionsHarness;
  let app: NestExpressApplication;
  let userId: number;
  let credentials: { origins: string[]; username: string; key: string };
  let readAt = Math.floor(Date.now() / 1000) - 10_000;

  beforeAll(async () => {
    database = await createTestDatabase(MIGRATED_SCHEMA);
    harness = await PositionsHarness.start(database.connection);
    const environment = readEnvironment({ LOG_LEVEL: 'silent', DATA_DIR: join('/tmp', database.connection.database) });
    app = await createServer(environment, database.connection, pino({ level: 'silent' }));
    await app.listen(0, '127.0.0.1');
    [{ id: userId }] = await harness.dataSource.query(
      `INSERT INTO users (username, password_hash, permissions) VALUES ('ann', '', '{koreader_sync}') RETURNING id`,
    );
    await harness.dataSource.query(`INSERT INTO library_access (user_id, library_id) SELECT $1, id FROM libraries`, [
      userId,
    ]);
    const accounts = app.get(KoreaderAccounts);
    await accounts.create(userId, 'ann on the Kobo', 'device password');
    credentials = { origins: [await app.getUrl()], ...(await accounts.mintDeviceKey(userId)) };
  });
  afterAll(async () => {
    await app?.close();
    await harness?.stop();
    await database?.drop();
  });

  const device = (deviceId: string) =>
    new PluginDevice(credentials, deviceId, { utcOffsetMinutes: 0, isSilent: true }, `Model ${deviceId}`);

  async function addBook(content: Uint8Array = makeThreeChapters(), format = 'epub', pageCount?: number) {
    const fileId = await harness.addBook(content, format, pageCount);
    return { fileId, hash: await identify(fileId) };
  }

  async function identify(fileId: number): Promise<string> {
    const [{ fingerprint }] = await harness.dataSource.query(
      `INSERT INTO file_identities (fingerprint, book_file_id, origin, recorded_at)
       SELECT fingerprint, id, 'scan', now() FROM book_files WHERE id = $1 RETURNING fingerprint`,
      [fileId],
    );
    return fingerprint;
  }

  /** What a device hears that has nothing to say, or a place to tell. */
  async function newest(deviceId: string, hash: string, progress: object = {}, domVersion = 20240114) {
    const answer = await device(deviceId).post<SyncAnswer>('sync', { books: [{ hash, domVersion, progress }] });
    expect(answer.status).toBe(200);
    return answer.body.books[0]?.progress?.newest;
  }

  function read(deviceId: string, hash: string, progress: string, percentage = 0.5) {
    readAt += 10;
    return newest(deviceId, hash, { progress, percentage, timestamp: readAt });
  }

  /** The web reader leaves a place. */
  async function readOnTheWeb(fileId: number, cfi: string | null, percentage = 0.5): Promise<void> {
    readAt += 10;
    const [{ sequence }] = await harness.dataSource.query(`SELECT nextval('progress_sequence')::int AS sequence`);
    const report: StoredReport = {
      deviceId: 'bookorbit-web',
      deviceName: 'BookOrbit web',
      source: 'web',
      percentage,
      position: cfi === null ? {} : { cfi },
      readAt,
      receivedAt: readAt,
      sequence,
    };
    await new ProgressRepository().save(harness.dataSource.manager, userId, [
      { bookFileId: fileId, own: [report], shared: report, news: [report] },
    ]);
  }

  it('is the web reader’s to the character, with the words there and weaker pointers behind it', async () => {
    const { fileId, hash } = await addBook();
    await readOnTheWeb(fileId, CAT_CFI);
    expect(await newest('KOBO', hash)).toMatchObject({
      source: 'web',
      own: false,
      quality: 'exact',
      candidates: [
        { kind: 'exact', position: CAT },
        { kind: 'block', position: '/body/DocFragment[2]/body/p[1]/text()[1].0' },
        { kind: 'chapter', position: expect.stringMatching(/^\/body\/DocFragment\[2\]\/body/) },
        { kind: 'percent', position: '0.5' },
      ],
      textAfter: AFTER_CAT,
    });
    // Each KOReader in the dialect it said it speaks in this book.
    expect((await newest('PHONE', hash, {}, 20260812))?.candidates[0]?.position).toBe(CAT_IN_ALL_WORDS);
  });

  it('is byte for byte what another KOReader wrote, with the words to check it by', async () => {
    const { hash } = await addBook();
    await read('KOBO', hash, CAT);
    expect(await newest('PHONE', hash)).toMatchObject({
      own: false,
      quality: 'exact',
      candidates: [{ kind: 'exact', position: CAT }, { kind: 'block' }, { kind: 'chapter' }, { kind: 'percent' }],
      textAfter: AFTER_CAT,
    });
  });

  it('stands under a heading of the book’s contents', async () => {
    const { fileId, hash } = await addBook(withContents());
    await readOnTheWeb(fileId, CAT_CFI);
    expect((await newest('KOBO', hash))?.chapter).toBe('The Second');
    expect((await newest('PHONE', hash, {}, 20260812))?.chapter).toBe('The Second');
    const plain = await addBook();
    await readOnTheWeb(plain.fileId, CAT_CFI);
    expect(await newest('KOBO', plain.hash)).not.toHaveProperty('chapter');
  });

  it('needs no book to tell a device its own', async () => {
    const { hash } = await addBook();
    const offers = jest.spyOn(app.get(BookTranslator), 'offerAll');
    const answer = await read('KOBO', hash, CAT);
    expect(offers.mock.calls.map(([, asked]) => asked.length)).toEqual([0]);
    offers.mockRestore();
    expect(answer).toMatchObject({ own: true, quality: 'exact', candidates: [{ kind: 'exact', position: CAT }, {}] });
  });

  it('is found again by its words in a file that was rewritten', async () => {
    const { fileId, hash } = await addBook();
    await read('KOBO', hash, CAT);
    const quotes = new PlaceQuoteRepository();
    await new KeepQuotes({} as JobQueue, harness.dataSource, app.get(BookTranslator), quotes).run();
    await harness.rewrite(fileId, makeThreeChapters('<p>A paragraph nobody knew.</p>'));
    const rewritten = await identify(fileId);
    const moved = { kind: 'exact', position: '/body/DocFragment[2]/body/p[2]/text()[2].5' };
    for (const asking of ['PHONE', 'KOBO'])
      expect(await newest(asking, rewritten)).toMatchObject({
        quality: 'repaired',
        candidates: [moved, { kind: 'block' }, { kind: 'chapter' }, { kind: 'percent' }],
        textAfter: AFTER_CAT,
      });
    expect(await newest('KOBO', hash)).toMatchObject({ quality: 'exact', candidates: [{ position: CAT }, {}] });
  });

  const places: [string, (fileId: number, hash: string) => Promise<unknown>][] = [
    ['a KOReader', (_, hash) => read('KOBO', hash, CAT)],
    ['the web reader', (fileId) => readOnTheWeb(fileId, CAT_CFI)],
  ];
  const rewrites = places.flatMap(([writer, write]) =>
    CHAPTER_EDITS.map(([edit, content, block]) => ({ writer, write, edit, content, block })),
  );
  it.each(rewrites)('of $writer is found again after $edit', async ({ write, content, block }) => {
    const { fileId, hash } = await addBook();
    await write(fileId, hash);
    const translator = app.get(BookTranslator);
    await new KeepQuotes({} as JobQueue, harness.dataSource, translator, new PlaceQuoteRepository()).run();
    await harness.rewrite(fileId, content);
    const rewritten = await identify(fileId);
    const wordsAt = async (start: string) =>
      (
        await translator.quoteAt(harness.dataSource.manager, { bookFileId: fileId }, [{ dialect: 'xpointer', start }])
      )[0];

    const offered = await newest('PHONE', rewritten);
    const [exact] = offered?.candidates ?? [];
    expect(exact?.kind).toBe('exact');
    expect(exact?.position.replace(/\/text\(\).*$/, '')).toBe(block);
    expect(await wordsAt(exact?.position ?? '')).toMatchObject({
      prefix: expect.stringMatching(/cat $/),
      exact: expect.stringMatching(/^sat on the twofold/),
    });
    // A KOReader without the plugin asks elsewhere, and is sent to the same place.
    const stock = new StockDevice(credentials, 'Tablet', 'TABLET');
    expect((await stock.pull(rewritten)).body).toMatchObject({ progress: exact?.position });
  });

  it('is near where only a percentage is known, the page in a book of pages, and the stored one where there is no file', async () => {
    const { fileId, hash } = await addBook();
    await readOnTheWeb(fileId, null, 1);
    expect(await newest('KOBO', hash)).toMatchObject({
      quality: 'nearby',
      candidates: [{ kind: 'block', position: '/body/DocFragment[3]/body/p[2]/text().0' }, {}, { kind: 'percent' }],
    });
    const pdf = await addBook(Buffer.from('%PDF-'), 'pdf', 200);
    await readOnTheWeb(pdf.fileId, null, 0.25);
    expect((await newest('KOBO', pdf.hash))?.candidates[0]).toEqual({ kind: 'block', position: '50' });
    await readOnTheWeb(fileId, CAT_CFI);
    await harness.dataSource.query(`UPDATE book_files SET missing_since = now() WHERE id = $1`, [fileId]);
    expect(await newest('KOBO', hash)).toMatchObject({ quality: 'nearby', candidates: [{ kind: 'percent' }] });
  });

  it('is read without a lock: another device of the same book is not kept waiting', async () => {
    const { fileId, hash } = await addBook();
    await readOnTheWeb(fileId, CAT_CFI);
    const translator = app.get(BookTranslator);
    const reading = Promise.withResolvers<never[]>();
    const begun = Promise.withResolvers<void>();
    const offers = jest.spyOn(translator, 'offerAll').mockImplementationOnce(() => {
      begun.resolve();
      return reading.promise;
    });
    const waiting = newest('KOBO', hash);
    await begun.promise;
    await expect(new StockDevice(credentials, 'Stock', 'STOCK1').push(hash, 0.7, CAT)).resolves.toMatchObject({
      status: 200,
    });
    reading.resolve([]);
    expect(await waiting).toMatchObject({ quality: 'nearby' });
    offers.mockRestore();
  });

  it('never takes back what was stored', async () => {
    const { fileId, hash } = await addBook();
    await readOnTheWeb(fileId, CAT_CFI);
    const offers = jest.spyOn(app.get(BookTranslator), 'offerAll').mockRejectedValue(new Error('no'));
    expect(await read('KOBO', hash, CAT, 0.6)).toMatchObject({ own: true, percentage: 0.6 });
    expect(await newest('PHONE', hash)).toMatchObject({ quality: 'exact', candidates: [{ position: CAT }, {}] });
    offers.mockRestore();
  });
});

/** Two chapters with a table of contents. */
function withContents(): Buffer {
  const chapter = (name: string) =>
    `<html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body><h1>Chapter ${name}</h1>` +
    `<p>In chapter ${name} the <i>grey</i> cat sat on the ${name}fold mat.</p></body></html>`;
  const nav =
    '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><head><title/></head><body>' +
    '<nav epub:type="toc"><ol><li><a href="c0.xhtml">The First</a></li><li><a href="c1.xhtml">The Second</a></li></ol></nav></body></html>';
  const opf =
    '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata/><manifest>' +
    '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>' +
    '<item id="c0" href="c0.xhtml" media-type="application/xhtml+xml"/><item id="c1" href="c1.xhtml" media-type="application/xhtml+xml"/>' +
    '</manifest><spine><itemref idref="c0"/><itemref idref="c1"/></spine></package>';
  return makeZip([
    { name: 'mimetype', content: 'application/epub+zip', isStored: true },
    {
      name: 'META-INF/container.xml',
      content:
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles><rootfile full-path="content.opf" media-type="application/oebps-package+xml"/></rootfiles></container>',
    },
    { name: 'content.opf', content: opf },
    { name: 'nav.xhtml', content: nav },
    { name: 'c0.xhtml', content: chapter('one') },
    { name: 'c1.xhtml', content: chapter('two') },
  ]);
}
