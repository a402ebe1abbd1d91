import type { AnnotationDetail, AnnotationExchangeResult } from '@bookorbit/contracts';
import {
  CHAPTER_EDITS,
  createTestDatabase,
  makeChapterBook,
  makeThreeChapters,
  type TestDatabase,
} from '@bookorbit/testing';
import { INDEX_VERSION } from '@bookorbit/domain-positions';
import { MIGRATED_SCHEMA } from '../database/test-database.ts';
import { AccessibleFiles } from '../libraries/index.ts';
import type { BookTranslator } from '../positions/index.ts';
import { PositionsHarness } from '../positions/testing/positions-harness.ts';
import { AnnotationListRepository } from './annotation-list.repository.ts';
import { ChangeAnnotations } from './change-annotations.ts';
import { BookPositionTranslator } from './position-translator.ts';
import { AnnotationServer } from './testing/annotation-server.ts';
import { acksOf, bookOf, envelope, highlight } from './testing/device-notes.ts';

const SAT = { pos0: '/body/DocFragment[2]/body/p[1]/text()[2].5', pos1: '/body/DocFragment[2]/body/p[1]/text()[2].8' };
const SAT_CFI = 'epubcfi(/6/4!/4/4,/3:5,/3:8)';

describe('the place of an annotation', () => {
  let database: TestDatabase;
  let harness: PositionsHarness;
  let translator: BookTranslator;
  let server: AnnotationServer;
  let web: ChangeAnnotations;
  let userId: number;
  const list = new AnnotationListRepository();

  beforeAll(async () => {
    database = await createTestDatabase(MIGRATED_SCHEMA);
    harness = await PositionsHarness.start(database.connection);
    translator = await harness.process();
    const positions = new BookPositionTranslator(translator);
    server = await AnnotationServer.start(database.connection, positions, translator);
    web = new ChangeAnnotations(
      server.transaction,
      server.repository,
      list,
      new AccessibleFiles(),
      positions,
      server.anchorAnnotations,
      server.clock,
    );
    [{ id: userId }] = await harness.dataSource.query(
      `INSERT INTO users (username, password_hash) VALUES ('ann', '') RETURNING id`,
    );
    await harness.dataSource.query(`INSERT INTO library_access (user_id, library_id) SELECT $1, id FROM libraries`, [
      userId,
    ]);
  });
  afterAll(async () => {
    await server?.stop();
    await harness?.stop();
    await database?.drop();
  });

  async function addBook(content: Uint8Array = makeThreeChapters()) {
    const fileId = await harness.addBook(content);
    await harness.dataSource.query(`UPDATE book_files SET content_changed_at = '2026-01-01' WHERE id = $1`, [fileId]);
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

  /** The file becomes another, as the scanner sees it, and the job that looks after annotations runs. */
  async function rewrite(fileId: number, content: Uint8Array): Promise<string> {
    await harness.rewrite(fileId, content);
    await harness.dataSource.query(`UPDATE book_files SET content_changed_at = now() WHERE id = $1`, [fileId]);
    await server.anchorAnnotations.run();
    return identify(fileId);
  }

  async function exchange(deviceId: string, book: object): Promise<AnnotationExchangeResult> {
    const { results } = await server.exchange(userId, { ...envelope(deviceId), books: [book] });
    if (!results[0]) throw new Error('no result');
    return results[0];
  }

  async function only(fileId: number): Promise<AnnotationDetail> {
    const { annotations } = await list.list(harness.dataSource.manager, userId, {});
    const found = annotations.filter((each) => each.fileId === fileId);
    if (found.length !== 1 || !found[0]) throw new Error(`${found.length} annotations`);
    return found[0];
  }

  const sat = (more: object = {}) => highlight(1, { ...SAT, text: 'sat', ...more });

  it('is in every dialect as soon as a device has sent it', async () => {
    const { fileId, hash } = await addBook();
    await exchange('kobo', bookOf(hash, [sat()]));
    const { positions, quality } = await only(fileId);
    expect(positions).toMatchObject({ xpointer: SAT.pos0, cfi: SAT_CFI });
    expect(positions.koboSpan).toMatch(/^c1\.xhtml#kobo\.\d+\.\d+:\d+$/);
    expect(quality).toBe('exact');
  });

  it('is in the next answer to a device when it was made on the web, in its own dialect', async () => {
    const { fileId, hash } = await addBook();
    await web.create(userId, { fileId, cfi: SAT_CFI, text: 'sat' });
    const { toApply } = await exchange('kobo', { ...bookOf(hash, []), domVersion: 20260812 });
    expect(toApply.add).toMatchObject([{ ...SAT, text: 'sat' }]);
    expect((await only(fileId)).positions).toMatchObject({ cfi: SAT_CFI, xpointer: SAT.pos0 });
  });

  it('is written anew in the others when a device moves it', async () => {
    const { fileId, hash } = await addBook();
    await exchange('kobo', bookOf(hash, [sat()]));
    const moved = { ...sat(), pos1: '/body/DocFragment[2]/body/p[1]/text()[2].11', text: 'sat on' };
    await exchange('kobo', bookOf(hash, [moved]));
    expect((await only(fileId)).positions.cfi).toBe('epubcfi(/6/4!/4/4,/3:5,/3:11)');
  });

  it.each(CHAPTER_EDITS)('is found again after %s, by devices and by the web', async (_edit, content, block) => {
    const { fileId, hash } = await addBook();
    const first = await exchange('kobo', bookOf(hash, [sat()]));
    await server.ack(userId, { ...envelope('kobo'), books: [acksOf(first)] });
    const rewritten = await rewrite(fileId, content);
    const { positions, quality } = await only(fileId);
    expect(quality).not.toBe('failed');
    const wordsAt = async (dialect: 'cfi' | 'xpointer', start: string, end?: string) =>
      (await translator.quoteAt(harness.dataSource.manager, { bookFileId: fileId }, [{ dialect, start, end }]))[0];
    expect(await wordsAt('cfi', positions.cfi ?? '')).toMatchObject({
      exact: 'sat',
      prefix: expect.stringMatching(/cat $/),
      suffix: expect.stringMatching(/^ on the twofold/),
    });
    const { toApply } = await exchange('phone', bookOf(rewritten, []));
    const [add] = toApply.add;
    expect((await wordsAt('xpointer', add?.pos0 ?? '', add?.pos1))?.exact).toBe('sat');
    expect(add?.pos0.replace(/\/text\(\).*$/, '')).toBe(block);
  });

  it('is marked as not certain when its words are gone, and comes back with them', async () => {
    const { fileId, hash } = await addBook();
    await exchange('kobo', bookOf(hash, [sat()]));
    await rewrite(fileId, makeChapterBook(['<p>Another book altogether.</p>']));
    expect(await only(fileId)).toMatchObject({ quality: 'near', positions: { xpointer: SAT.pos0, cfi: SAT_CFI } });
    await rewrite(fileId, makeThreeChapters('<p>A paragraph nobody knew.</p>'));
    expect(await only(fileId)).toMatchObject({ positions: { cfi: 'epubcfi(/6/4!/4/6,/3:5,/3:8)' } });
  });

  it('stays as the device wrote it for the file as it is, whatever the model says', async () => {
    const { fileId, hash } = await addBook();
    const odd = {
      pos0: '/body/DocFragment[2]/body/odd[7]/text().3',
      pos1: '/body/DocFragment[2]/body/odd[7]/text().6',
    };
    await exchange('kobo', bookOf(hash, [sat(odd)]));
    await server.anchorAnnotations.run();
    expect(await only(fileId)).toMatchObject({ positions: { xpointer: odd.pos0 } });
  });

  it('is looked up again by a newer translator, and offered again where it failed', async () => {
    const { fileId, hash } = await addBook();
    await exchange('kobo', bookOf(hash, [sat()]));
    const offered = await exchange('phone', bookOf(hash, []));
    const [{ serverId, version } = { serverId: 0, version: 0 }] = offered.toApply.add;
    const failed = { applied: [{ serverId, version, status: 'failed', reason: 'no such place' }], deleted: [] };
    await server.ack(userId, { ...envelope('phone'), books: [{ hash, ...failed }] });
    expect((await exchange('phone', bookOf(hash, []))).toApply.add).toEqual([]);
    await harness.dataSource.query(`UPDATE annotation_devices SET failed_by = $1 WHERE failed_by IS NOT NULL`, [
      INDEX_VERSION - 1,
    ]);
    expect((await exchange('phone', bookOf(hash, []))).toApply.add).toMatchObject([{ serverId }]);
    await harness.dataSource.query(`UPDATE annotations SET cfi = NULL, anchored_by = $1`, [INDEX_VERSION - 1]);
    await server.anchorAnnotations.run();
    expect((await only(fileId)).positions.cfi).toBe(SAT_CFI);
  });

  it('is looked for again when the book could not be read', async () => {
    const { fileId, hash } = await addBook();
    await harness.write(fileId, Buffer.from('in the middle of being copied'));
    await exchange('kobo', bookOf(hash, [sat()]));
    expect((await only(fileId)).positions.cfi).toBeUndefined();
    const current = await rewrite(fileId, makeThreeChapters());
    await exchange('kobo', bookOf(current, [sat({ note: 'again' })]));
    expect((await only(fileId)).positions.cfi).toBe(SAT_CFI);
  });
});
