import {
  copyFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { createTestDatabase, makeSmallEpub, type SmallEpub, type TestDatabase } from '@bookorbit/testing';
import { MIGRATED_SCHEMA } from '../database/test-database.ts';
import { ChangeLibrary } from './change-library.ts';
import { LibraryHarness } from './testing/library-harness.ts';

/** Chapters that outweigh what all small books have in common. */
const chapters = (...texts: string[]) => texts.map((text) => `${text} `.repeat(100));

const MOBY: SmallEpub = {
  title: 'Moby-Dick',
  author: 'Herman Melville',
  identifier: 'urn:isbn:9780000000002',
  chapters: chapters('Call me Ishmael.', 'Some years ago.', 'Never mind how long precisely.'),
};
const EMMA: SmallEpub = {
  title: 'Emma',
  author: 'Jane Austen',
  identifier: 'urn:uuid:11111111-2222-4333-8444-555555555555',
  chapters: chapters(
    'Emma Woodhouse, handsome, clever, and rich.',
    'With a comfortable home.',
    'And happy disposition.',
  ),
};

describe('scanning a library', () => {
  let database: TestDatabase;
  let harness: LibraryHarness;
  let books: string;
  let libraryId: number;

  beforeEach(async () => {
    database = await createTestDatabase(MIGRATED_SCHEMA);
    harness = await LibraryHarness.start(database.connection);
    books = join(harness.folder, 'books');
    mkdirSync(books);
    libraryId = await harness.addLibrary('Books', [books]);
  });

  afterEach(async () => {
    await harness.stop();
    await database.drop();
  });

  function put(path: string, content: Buffer | string | SmallEpub = MOBY): void {
    const file = join(books, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === 'string' || Buffer.isBuffer(content) ? content : makeSmallEpub(content));
  }

  const move = (from: string, to: string) => renameSync(join(books, from), join(books, to));
  const remove = (path: string) => unlinkSync(join(books, path));
  const scan = () => harness.scan(libraryId);
  const moby = () => harness.fileAt('moby.epub');

  describe('that nobody touches meanwhile', () => {
    it('finds books, and finds nothing to do the second time', async () => {
      put('melville/moby.epub');
      put('emma.epub', EMMA);
      expect(await scan()).toMatchObject({ state: 'done', filesFound: 2, filesToRead: 2, filesRead: 2, filesAdded: 2 });
      expect(await scan()).toMatchObject({
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

    it('passes by what is no book of the library', async () => {
      put('.hidden.epub');
      put('.trash/moby.epub');
      put('moby.sdr/moby.epub');
      put('moby.epub.part');
      put('notes.txt', 'no book');
      symlinkSync('/etc', join(books, 'etc'));
      writeFileSync(join(harness.folder, 'outside.epub'), makeSmallEpub(EMMA));
      symlinkSync(join(harness.folder, 'outside.epub'), join(books, 'inside.epub'));
      mkdirSync(join(books, 'folder.epub'));
      expect(await scan()).toMatchObject({ filesFound: 0 });
    });

    it('keeps a broken file as a book that says what is wrong', async () => {
      put('broken.epub', 'this is no book');
      expect(await scan()).toMatchObject({ state: 'done', filesAdded: 1, filesWithProblem: 1 });
      const [file] = await harness.files();
      expect(file).toMatchObject({ title: 'broken', problem: 'not_a_book' });
    });

    it('copes with every name a file can have', async () => {
      const names = [
        Buffer.from('new\nline.epub'),
        Buffer.from('caf\xe9 \xff.epub', 'latin1'),
        Buffer.from('\u202eكتاب.epub'),
        Buffer.from(`${'x'.repeat(250)}.epub`),
        Buffer.from("'; DROP TABLE books; --.epub"),
        Buffer.from('\u{10fe41}.epub'),
      ];
      for (const [index, name] of names.entries()) {
        writeFileSync(
          Buffer.concat([Buffer.from(`${books}/`), name]),
          makeSmallEpub({ ...MOBY, title: `Book ${index}` }),
        );
      }
      expect(await scan()).toMatchObject({ filesAdded: names.length, filesWithProblem: 0 });
      expect(await scan()).toMatchObject({ filesToRead: 0, filesVanished: 0 });
      expect((await harness.files()).map(({ title }) => title).sort()).toEqual(
        names.map((_, index) => `Book ${index}`),
      );
      expect((await harness.files()).map(({ name }) => name)).toContain('caf\uFFFD \uFFFD.epub');
    });

    it('reads a file that cannot be opened again once it can', async () => {
      put('emma.epub', EMMA);
      put('moby.epub');
      await scan();
      const before = await moby();
      await harness.query(`UPDATE book_files SET mtime_ms = -1, problem_code = 'file_unreadable' WHERE id = $1`, [
        before.id,
      ]);
      expect(await scan()).toMatchObject({ filesToRead: 1, filesVanished: 0 });
      expect(await moby()).toMatchObject({ id: before.id, problem: null });
    });
  });

  describe('whose files change', () => {
    beforeEach(async () => {
      put('moby.epub');
      put('other.epub', EMMA);
      await scan();
    });

    it('follows a moved file, with its book and its row', async () => {
      const before = await moby();
      mkdirSync(join(books, 'classics'));
      move('moby.epub', 'classics/whale.epub');
      expect(await scan()).toMatchObject({ filesMoved: 1, filesAdded: 0, filesVanished: 0 });
      expect(await harness.fileAt('classics/whale.epub')).toMatchObject({ id: before.id, bookId: before.bookId });
    });

    it('lets two files swap their names', async () => {
      const [one, other] = [await moby(), await harness.fileAt('other.epub')];
      move('moby.epub', 'x');
      move('other.epub', 'moby.epub');
      move('x', 'other.epub');
      expect(await scan()).toMatchObject({ filesMoved: 2, filesAdded: 0, filesVanished: 0 });
      expect(await moby()).toMatchObject({ id: other.id });
      expect(await harness.fileAt('other.epub')).toMatchObject({ id: one.id });
    });

    it('takes a copy for a second file of the book', async () => {
      const before = await moby();
      copyFileSync(join(books, 'moby.epub'), join(books, 'copy.epub'));
      expect(await scan()).toMatchObject({ filesAdded: 1, filesMoved: 0 });
      expect(await harness.fileAt('copy.epub')).toMatchObject({
        bookId: before.bookId,
        fingerprint: before.fingerprint,
      });
    });

    it('keeps the row and every former fingerprint of a rewritten file', async () => {
      const before = await moby();
      put('moby.epub', { ...MOBY, title: 'Moby-Dick; or, The Whale', author: 'H. Melville', identifier: 'urn:x:1' });
      expect(await scan()).toMatchObject({ filesChanged: 1, filesAdded: 0, filesVanished: 0 });
      const after = await moby();
      expect(after).toMatchObject({ id: before.id, title: 'Moby-Dick; or, The Whale' });
      expect(after.fingerprint).not.toBe(before.fingerprint);
      expect(await harness.identities(after.id)).toEqual([before.fingerprint, after.fingerprint].sort());
    });

    it('keeps the row of a file that was zipped anew', async () => {
      const before = await moby();
      put('moby.epub', { ...MOBY, isStored: true });
      expect(await scan()).toMatchObject({ filesChanged: 1 });
      expect(await moby()).toMatchObject({ id: before.id });
      expect(await harness.identities(before.id)).toHaveLength(2);
    });

    it('makes a new row for another book at the same path', async () => {
      const before = await moby();
      put('moby.epub', {
        title: 'Ulysses',
        author: 'James Joyce',
        identifier: 'urn:uuid:9',
        chapters: chapters('Stately,', 'plump', 'Buck Mulligan'),
      });
      expect(await scan()).toMatchObject({ filesAdded: 1, filesVanished: 1, filesChanged: 0 });
      const after = await moby();
      expect(after).toMatchObject({ title: 'Ulysses' });
      expect(after.bookId).not.toBe(before.bookId);
      expect((await harness.files()).find(({ id }) => id === before.id)).toMatchObject({
        isMissing: true,
        title: 'Moby-Dick',
      });
    });

    it('completes a file that was first seen half copied', async () => {
      put('new.epub', makeSmallEpub({ ...MOBY, title: 'New' }).subarray(0, 700));
      await scan();
      const half = await harness.fileAt('new.epub');
      expect(half.problem).not.toBeNull();
      put('new.epub', { ...MOBY, title: 'New' });
      expect(await scan()).toMatchObject({ filesChanged: 1, filesAdded: 0 });
      expect(await harness.fileAt('new.epub')).toMatchObject({ id: half.id, title: 'New', problem: null });
    });

    it('keeps a vanished file and knows it when it returns elsewhere', async () => {
      const before = await moby();
      remove('moby.epub');
      expect(await scan()).toMatchObject({ filesVanished: 1 });
      expect((await harness.files()).find(({ id }) => id === before.id)).toMatchObject({ isMissing: true });
      put('returned/whale.epub');
      expect(await scan()).toMatchObject({ filesReturned: 1, filesAdded: 0 });
      expect(await harness.fileAt('returned/whale.epub')).toMatchObject({ id: before.id, bookId: before.bookId });
    });

    it('reads a touched file again and finds it the same', async () => {
      const before = await moby();
      utimesSync(join(books, 'moby.epub'), 1_000_000_000, 1_000_000_000);
      expect(await scan()).toMatchObject({ filesToRead: 1, filesChanged: 0, filesAdded: 0 });
      expect(await moby()).toEqual(before);
    });

    it('marks nothing as vanished when the whole folder is gone or empty, and says so', async () => {
      renameSync(books, `${books}.away`);
      expect(await scan()).toMatchObject({ state: 'done', filesVanished: 0 });
      const problem = () => harness.query<{ problem: string }>(`SELECT problem FROM library_folders`);
      expect((await problem())[0]?.problem).toContain('there is no such folder');
      mkdirSync(books);
      expect(await scan()).toMatchObject({ state: 'done', filesVanished: 0 });
      expect((await problem())[0]?.problem).toContain('drive is mounted');
      rmSync(books, { recursive: true });
      renameSync(`${books}.away`, books);
      expect(await scan()).toMatchObject({ filesVanished: 0, filesToRead: 0 });
      expect((await problem())[0]?.problem).toBeNull();
    });

    it('leaves a file alone that is still being written, and looks again later', async () => {
      harness.clock.aheadMs = 0;
      put('fresh.epub', { ...MOBY, title: 'Fresh' });
      expect(await scan()).toMatchObject({ filesToRead: 0, state: 'queued' });
      expect(harness.kept.jobs).toMatchObject([{ queue: 'scan-library', startAfterSeconds: 5 }]);
      harness.clock.aheadMs = 10_000;
      await harness.runJobs({ delayed: true });
      expect(await harness.progress(libraryId)).toMatchObject({ state: 'done', filesAdded: 1 });
    });

    it('joins other formats to the book, and shows the best of them', async () => {
      const { bookId } = await moby();
      put('moby.pdf', 'no real pdf');
      put('elsewhere/m.epub', { ...MOBY, identifier: 'urn:x:2', chapters: chapters('Another', 'edition', 'of it') });
      expect(await scan()).toMatchObject({ filesAdded: 2 });
      expect(await harness.fileAt('moby.pdf')).toMatchObject({ bookId, isPrimary: false });
      expect(await harness.fileAt('elsewhere/m.epub')).toMatchObject({ bookId, isPrimary: false });
      remove('moby.epub');
      await scan();
      expect(await harness.fileAt('elsewhere/m.epub')).toMatchObject({ isPrimary: true });
    });
  });

  describe('beside other libraries', () => {
    it('keeps the same file in two libraries as two', async () => {
      put('moby.epub');
      const others = join(harness.folder, 'others');
      mkdirSync(others);
      copyFileSync(join(books, 'moby.epub'), join(others, 'moby.epub'));
      const otherId = await harness.addLibrary('Others', [others]);
      await scan();
      expect(await harness.scan(otherId)).toMatchObject({ filesAdded: 1 });
      const files = await harness.files();
      expect(files.map((file) => file.libraryId)).toEqual([libraryId, otherId]);
      expect(new Set(files.map(({ bookId }) => bookId)).size).toBe(2);
      expect(new Set(files.map(({ fingerprint }) => fingerprint)).size).toBe(1);
    });

    it('lets the files of a deleted library return in another, with their history', async () => {
      put('moby.epub');
      put('moby.pdf', 'no real pdf');
      await scan();
      const before = await harness.files();
      await harness.get(ChangeLibrary).delete(libraryId);
      expect((await harness.files()).map((file) => file.libraryId)).toEqual([null, null]);
      const newId = await harness.addLibrary('Again', [books]);
      expect(await harness.scan(newId)).toMatchObject({ filesReturned: 2, filesAdded: 0 });
      expect(await harness.files()).toEqual(before.map((file) => ({ ...file, libraryId: newId })));
    });

    it('lets the files of a removed folder return when it is added again', async () => {
      put('moby.epub');
      await scan();
      const before = await moby();
      const spare = join(harness.folder, 'spare');
      mkdirSync(spare);
      await harness.get(ChangeLibrary).change(libraryId, { folders: [spare] });
      await harness.runJobs();
      expect(await harness.files()).toMatchObject([{ isMissing: true, libraryId: null }]);
      await harness.get(ChangeLibrary).change(libraryId, { folders: [spare, books] });
      await harness.runJobs();
      expect(await harness.progress(libraryId)).toMatchObject({ filesReturned: 1, filesAdded: 0 });
      expect(await moby()).toEqual(before);
    });

    it('follows a file from one library to another', async () => {
      put('moby.epub');
      put('stays.epub', EMMA);
      await scan();
      const before = await moby();
      const others = join(harness.folder, 'others');
      mkdirSync(others);
      const otherId = await harness.addLibrary('Others', [others]);
      renameSync(join(books, 'moby.epub'), join(others, 'moby.epub'));
      expect(await harness.scan(otherId)).toMatchObject({ filesMoved: 1, filesAdded: 0 });
      expect(await moby()).toMatchObject({ id: before.id, bookId: before.bookId, libraryId: otherId });
      expect(await scan()).toMatchObject({ filesVanished: 0 });
    });
  });
});
