import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { brokenBooks, corpusBooks, createTestDatabase, sharedPath, type TestDatabase } from '@bookorbit/testing';
import { DataSource } from 'typeorm';
import type { UserPrincipal } from '../auth/index.ts';
import { MIGRATED_SCHEMA } from '../database/test-database.ts';
import { CoverCache } from './cover-cache.ts';
import { FindBooks } from './find-books.ts';
import { type FileState, LibraryHarness } from './testing/library-harness.ts';

const whereShared = sharedPath() === undefined ? describe.skip : describe;

whereShared('scanning the real books', () => {
  let database: TestDatabase;
  let harness: LibraryHarness;

  beforeEach(async () => {
    database = await createTestDatabase(MIGRATED_SCHEMA);
    harness = await LibraryHarness.start(database.connection);
  });
  afterEach(async () => {
    await harness.stop();
    await database.drop();
  });

  async function scanCopies(paths: readonly string[]): Promise<{ libraryId: number; files: FileState[] }> {
    const folder = join(harness.folder, 'books');
    mkdirSync(folder);
    for (const path of paths) copyFileSync(path, join(folder, basename(path)));
    const libraryId = await harness.addLibrary('Corpus', [folder]);
    const progress = await harness.scan(libraryId);
    expect(progress).toMatchObject({ state: 'done', filesVanished: 0, filesMoved: 0 });
    const files = await harness.files();
    expect(progress).toMatchObject({ filesFound: files.length, filesRead: files.length, filesAdded: files.length });
    expect(await harness.scan(libraryId)).toMatchObject({ filesToRead: 0 });
    return { libraryId, files };
  }

  it('gives each the fingerprint that KOReader gives it', async () => {
    const { files } = await scanCopies(corpusBooks());
    const known = knownFingerprints();
    expect(files.length).toBeGreaterThan(100);
    for (const { path, fingerprint } of files) expect([path, fingerprint]).toEqual([path, known.get(path)]);
    expect(files.filter(({ problem }) => problem !== null).map(({ path, problem }) => [path, problem])).toEqual([]);
  });

  it('keeps translations apart that share a fingerprint, and joins the formats of one book', async () => {
    const { files } = await scanCopies(corpusBooks());
    const bookOf = (path: string) => files.find((file) => file.path === path)?.bookId;
    expect(bookOf('sphinx-ubuntu-packaging-guide-es.epub')).not.toBe(bookOf('sphinx-ubuntu-packaging-guide-uk.epub'));
    expect(bookOf('wodehouse.pdf')).toBe(bookOf('wodehouse.azw3'));
    expect(bookOf('wodehouse.fb2')).toBe(bookOf('wodehouse.azw3'));
  });

  it('makes every hostile file a book that can be listed, opened and shown', async () => {
    const { libraryId, files } = await scanCopies(brokenBooks());
    expect(files.length).toBeGreaterThan(100);
    expect(files.filter(({ problem }) => problem !== null).length).toBeGreaterThan(30);
    const userId = await harness.addUser('reader');
    await harness.query(`INSERT INTO library_access (user_id, library_id) VALUES ($1, $2)`, [userId, libraryId]);
    const user: UserPrincipal = { userId, username: 'reader', permissions: [] };
    const { manager } = harness.get(DataSource);
    const list = await harness.get(FindBooks).list(manager, user, { limit: 200 });
    expect(list.total).toBe(new Set(files.map(({ bookId }) => bookId)).size);
    const failing: number[] = [];
    for (const { id } of list.books) {
      const version = await harness.get(FindBooks).coverVersion(manager, user, id);
      if (version > 0 && !(await harness.get(CoverCache).find(id, version, 160))) failing.push(id);
      const detail = await harness.get(FindBooks).detail(manager, user, id);
      expect(detail.title.length).toBeGreaterThan(0);
      expect(detail.files.length).toBeGreaterThan(0);
    }
    const again = await harness.get(FindBooks).list(manager, user, { limit: 200 });
    expect(failing.length).toBeGreaterThan(0);
    expect(again.books.filter(({ id, coverUrl }) => failing.includes(id) && coverUrl !== undefined)).toEqual([]);
    expect(again.books.filter(({ coverUrl }) => coverUrl !== undefined).length).toBeGreaterThan(0);
  });
});

function knownFingerprints(): ReadonlyMap<string, string> {
  const manifest = readFileSync(join(sharedPath() ?? '', 'corpus/MANIFEST.tsv'), 'utf8')
    .trim()
    .split('\n');
  return new Map(manifest.slice(1).map((line) => [line.split('\t')[0] ?? '', line.split('\t')[3] ?? '']));
}
