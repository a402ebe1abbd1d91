import type { BookDetail } from '@bookorbit/contracts';
import { createTestDatabase, damageEntry, makeChapterBook, makeZip, type TestDatabase } from '@bookorbit/testing';
import type { UserPrincipal } from '../auth/index.ts';
import { MIGRATED_SCHEMA } from '../database/test-database.ts';
import { countStatements, createTestReader } from '../database/test-reader.ts';
import { FindBooks } from '../libraries/find-books.ts';
import type { BookTranslator } from './book-translator.ts';
import { DamagedChapterRepository, MOST_KEPT_CHAPTERS } from './damaged-chapter.repository.ts';
import { PositionsHarness } from './testing/positions-harness.ts';

const CENTRAL_HEADER_BYTES = 46;
/** A way of packing in a zip. */
const BZIP2 = 12;
const BODY = '<p>Words of a good chapter.</p>';
const at = (chapter: number) => `/body/DocFragment[${chapter}]/body/p/text().6`;

/** So many chapters, of which those named cannot be unpacked. */
function bookWithDamage(chapters: number, ...damaged: readonly number[]): Buffer {
  const sound = makeChapterBook(Array.from({ length: chapters }, () => BODY));
  return damaged.reduce((zip, n) => damageEntry(zip, `c${n}.xhtml`), sound);
}

describe('damaged chapters', () => {
  let database: TestDatabase;
  let harness: PositionsHarness;
  let user: UserPrincipal;
  const repository = new DamagedChapterRepository();
  const books = new FindBooks(undefined, repository);
  beforeAll(async () => {
    database = await createTestDatabase(MIGRATED_SCHEMA);
    harness = await PositionsHarness.start(database.connection);
    const { userId } = await createTestReader(harness.dataSource);
    await harness.dataSource.query(
      `INSERT INTO library_access (user_id, library_id) SELECT $1, id FROM libraries ON CONFLICT DO NOTHING`,
      [userId],
    );
    user = { userId, permissions: [] } as unknown as UserPrincipal;
  });
  afterAll(async () => {
    await harness?.stop();
    await database?.drop();
  });

  /** Looks for places in chapters, from 1. */
  async function lookInto(translator: BookTranslator, bookFileId: number, ...chapters: readonly number[]) {
    await translator.locate(harness.dataSource.manager, { bookFileId }, 'xpointer', chapters.map(at));
    await translator.settled();
  }

  async function shown(bookFileId: number): Promise<BookDetail> {
    const [{ bookId }] = await harness.dataSource.query(`SELECT book_id AS "bookId" FROM book_files WHERE id = $1`, [
      bookFileId,
    ]);
    return books.detail(harness.dataSource.manager, user, bookId);
  }

  const problemOf = async (bookFileId: number) => (await shown(bookFileId)).files[0]?.problem;
  const kept = (bookFileId: number): Promise<{ name: string; foundAt: Date }[]> =>
    harness.dataSource.query(
      `SELECT name, found_at AS "foundAt" FROM damaged_chapters WHERE book_file_id = $1 ORDER BY content, spine_index`,
      [bookFileId],
    );

  it.each(['content', 'checksum'] as const)('are a stated problem of their file: damaged %s', async (how) => {
    const bookFileId = await harness.addBook(damageEntry(makeChapterBook([BODY, BODY, BODY]), 'c1.xhtml', how));
    const translator = await harness.process();
    await lookInto(translator, bookFileId, 1, 3);
    expect(await problemOf(bookFileId)).toBeUndefined();
    expect((await shown(bookFileId)).hasProblem).toBe(false);
    await lookInto(translator, bookFileId, 2);
    expect(await problemOf(bookFileId)).toEqual({
      code: 'damaged_chapters',
      message:
        'A chapter of the file is damaged, so places and highlights in it cannot be found (c1.xhtml): download or copy the file again.',
    });
    expect((await shown(bookFileId)).hasProblem).toBe(true);
    const { books: listed } = await books.list(harness.dataSource.manager, user, { only: 'problem', limit: 200 });
    expect(listed.map(({ id, hasProblem }) => [id, hasProblem])).toContainEqual([(await shown(bookFileId)).id, true]);
  });

  it('are kept once, whichever process finds them, though the transaction they are found in is rolled back', async () => {
    const bookFileId = await harness.addBook(bookWithDamage(2, 0));
    const [one, other] = [await harness.process(), await harness.process()];
    await harness.dataSource
      .transaction(async (tx) => {
        await one.locate(tx, { bookFileId }, 'xpointer', [at(1)]);
        throw new Error('taken back');
      })
      .catch(() => undefined);
    await one.settled();
    const found = await kept(bookFileId);
    expect(found).toMatchObject([{ name: 'c0.xhtml' }]);
    await lookInto(one, bookFileId, 1);
    await lookInto(other, bookFileId, 1);
    expect(await kept(bookFileId)).toEqual(found);
  });

  it('cost the caller no statement more than sound ones', async () => {
    const [damaged, sound] = [await harness.addBook(bookWithDamage(1, 0)), await harness.addBook(bookWithDamage(1))];
    const translator = await harness.process();
    const cost = (bookFileId: number) =>
      countStatements(harness.dataSource, (tx) => translator.locate(tx, { bookFileId }, 'xpointer', [at(1)]));
    expect(await cost(damaged)).toBe(await cost(sound));
  });

  it('are no longer stated once the file is another, and stated again when it is put back', async () => {
    const damaged = bookWithDamage(2, 1);
    const bookFileId = await harness.addBook(damaged);
    const translator = await harness.process();
    await lookInto(translator, bookFileId, 2);
    expect(await problemOf(bookFileId)).toBeDefined();
    await harness.rewrite(bookFileId, bookWithDamage(2));
    expect(await problemOf(bookFileId)).toBeUndefined();
    expect((await shown(bookFileId)).hasProblem).toBe(false);
    await repository.dropStale(harness.dataSource.manager);
    expect(await kept(bookFileId)).toEqual([]);
    await lookInto(translator, bookFileId, 2);
    expect(await problemOf(bookFileId)).toBeUndefined();
    await harness.rewrite(bookFileId, damaged);
    await lookInto(translator, bookFileId, 2);
    expect(await problemOf(bookFileId)).toBeDefined();
  });

  it('are named as far as anybody reads on, and kept up to a bound', async () => {
    const chapters = MOST_KEPT_CHAPTERS + 40;
    const all = Array.from({ length: chapters }, (_, n) => n);
    const bookFileId = await harness.addBook(bookWithDamage(chapters, ...all));
    const translator = await harness.process();
    await lookInto(translator, bookFileId, 1, 2);
    expect((await problemOf(bookFileId))?.message).toMatch(/^Chapters of the file .*\(c0\.xhtml, c1\.xhtml\): /);
    await lookInto(translator, bookFileId, 3, 5, 4);
    expect((await problemOf(bookFileId))?.message).toContain('(c0.xhtml, c1.xhtml, c2.xhtml and 2 more)');
    for (const n of all) await lookInto(translator, bookFileId, n + 1);
    expect(await kept(bookFileId)).toHaveLength(MOST_KEPT_CHAPTERS);
  });

  it('are none that are packed in a way nobody reads: another download would be the same', async () => {
    const zip = bookWithDamage(1);
    const line = zip.lastIndexOf('c0.xhtml') - CENTRAL_HEADER_BYTES;
    for (const at of [line + 10, zip.readUInt32LE(line + 42) + 8]) zip.writeUInt16LE(BZIP2, at);
    const bookFileId = await harness.addBook(zip);
    await lookInto(await harness.process(), bookFileId, 1);
    expect(await harness.indexes(bookFileId)).toEqual([]);
    expect(await kept(bookFileId)).toEqual([]);
  });

  it('are neither a damaged style sheet, nor a file that is not the one on record any more', async () => {
    const styled = `<html xmlns="http://www.w3.org/1999/xhtml"><head><link rel="stylesheet" href="s.css"/></head><body>${BODY}</body></html>`;
    const withSheet = makeZip([
      ...entriesOf(Buffer.from(styled)),
      { name: 's.css', content: 'p { display: block } '.repeat(20) },
    ]);
    const bookFileId = await harness.addBook(damageEntry(withSheet, 's.css'));
    const translator = await harness.process();
    await lookInto(translator, bookFileId, 1);
    expect(await harness.indexes(bookFileId)).toHaveLength(1);
    expect(await kept(bookFileId)).toEqual([]);
    const changed = await harness.addBook(bookWithDamage(1));
    await harness.write(changed, bookWithDamage(1, 0));
    await lookInto(translator, changed, 1);
    expect(await kept(changed)).toEqual([]);
  });

  it('may have any name', async () => {
    const name = `${'long '.repeat(100)}\0\u0007end.xhtml`;
    const bookFileId = await harness.addBook(damageEntry(makeZip(entriesOf(Buffer.from(BODY), name)), name));
    await lookInto(await harness.process(), bookFileId, 1);
    const [chapter] = await kept(bookFileId);
    expect(chapter?.name).toMatch(/^….*\uFFFD\uFFFDend\.xhtml$/u);
    expect(chapter?.name).toHaveLength(201);
  });

  it('are told after what is wrong with the file as a whole', async () => {
    const bookFileId = await harness.addBook(bookWithDamage(1, 0));
    await lookInto(await harness.process(), bookFileId, 1);
    await harness.dataSource.query(
      `UPDATE book_files SET problem_code = 'misnamed', problem_message = 'Rename it.' WHERE id = $1`,
      [bookFileId],
    );
    expect(await problemOf(bookFileId)).toEqual({ code: 'misnamed', message: 'Rename it.' });
  });
});

/** The parts of an EPUB of one chapter. */
function entriesOf(chapter: Buffer, name = 'c0.xhtml') {
  const opf = `<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata/><manifest>
    <item id="c" href="${encodeURIComponent(name)}" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="c"/></spine></package>`;
  const container = `<?xml version="1.0"?><container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
    <rootfile full-path="content.opf" media-type="application/oebps-package+xml"/></rootfiles></container>`;
  return [
    { name: 'mimetype', content: 'application/epub+zip', isStored: true },
    { name: 'META-INF/container.xml', content: container },
    { name: 'content.opf', content: opf },
    { name, content: chapter },
  ];
}
