import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { brokenBooks, corpusBooks, makeSmallEpub, sharedPath } from '@bookorbit/testing';
import { openEpub } from './epub/open-epub.ts';
import { BookFileProblem, PROBLEM_CODES, PROBLEM_MESSAGES } from './problem.ts';
import type { BookFileReading } from './reading.ts';
import { EXPECTED_PROBLEMS, type ExpectedProblem } from './testing/expected-problems.ts';
import { readStrictly } from './testing/read-strictly.ts';
import { temporaryBooks } from './testing/temporary-books.ts';

const books = temporaryBooks();

describe('every book of the corpus', () => {
  const manifest = manifestByName();
  const readings = new Map<string, BookFileReading>();

  beforeAll(async () => {
    if (manifest.size === 0) {
      process.stdout.write('No ../shared here: a small book stands in for the corpus.\n');
      const path = await books.write('small.epub', makeSmallEpub());
      readings.set('small.epub', await readStrictly(path));
    }
    for (const path of corpusBooks()) readings.set(basename(path), await readStrictly(path));
    // `npm test` prints it: what a suite that passes prints itself is not shown.
    const countFile = process.env['BOOKORBIT_BOOKS_READ'];
    if (countFile !== undefined && manifest.size > 0) writeFileSync(countFile, String(readings.size));
  });

  it('is read with its fingerprint, size and number of chapters', () => {
    for (const [name, { fingerprint, size, spine }] of readings) {
      const row = manifest.get(name);
      if (row === undefined) continue;
      const known = { fingerprint: row.fingerprint, size: row.size, chapters: row.chapters };
      expect([name, { fingerprint, size, chapters: spine?.count }]).toEqual([name, known]);
    }
    expect(readings.size).toBe(Math.max(1, manifest.size));
  });

  it('has no problem, unless it is of a format that is no book’s here', () => {
    const withProblem = [...readings].filter(([, { problem }]) => problem !== undefined);
    const expected = manifest.size === 0 ? [] : ['wodehouse.docx', 'wodehouse.rtf', 'wodehouse.txt'];
    expect(withProblem.map(([name, { problem }]) => [name, problem?.code])).toEqual(
      expected.map((name) => [name, 'unsupported_format']),
    );
  });

  it('has the title and language it is known by', () => {
    // pandoc made one without a title; "C" is no language, and two books state another than they are written in.
    const untitled = ['pandoc-from-docx-wodehouse.epub', 'wodehouse.docx', 'wodehouse.rtf', 'wodehouse.txt'];
    const mistaken = ['docbook-debmake-doc-zh-cn.epub'];
    for (const [name, { format, metadata }] of readings) {
      expect([name, metadata.titleFrom]).toEqual([name, untitled.includes(name) ? 'name' : 'content']);
      const languages = manifest.get(name)?.languages ?? [];
      if (format === 'unknown' || format === 'cbz' || metadata.language === undefined || mistaken.includes(name))
        continue;
      const primary = metadata.language.slice(0, 2).toLowerCase();
      if (languages.length > 0) expect([name, languages]).toEqual([name, expect.arrayContaining([primary])]);
    }
  });

  it('names only chapters that are there', async () => {
    for (const path of corpusBooks().filter((each) => each.endsWith('.epub'))) {
      const epub = await openEpub(path);
      const missing = epub.spine.filter(({ zipPath, inManifest }) => zipPath === undefined || !inManifest);
      await epub.close();
      expect([basename(path), missing]).toEqual([basename(path), []]);
    }
  });

  it('has a content signature that copies with other metadata share, and other books do not', () => {
    if (manifest.size === 0) return expect(readings.get('small.epub')?.contentSignature).toHaveLength(3);
    const signature = (name: string) => readings.get(name)?.contentSignature;
    expect(signature('calibre-metaedit-wodehouse-epub2.epub')).toEqual(signature('calibre-conv-wodehouse-epub2.epub'));
    expect(signature('sphinx-ubuntu-packaging-guide-es.epub')).toHaveLength(16);
    expect(signature('sphinx-ubuntu-packaging-guide-es.epub')).not.toEqual(
      signature('sphinx-ubuntu-packaging-guide-uk.epub'),
    );
  });

  it('has texts any database takes', () => {
    for (const [, { metadata }] of readings) expect(JSON.stringify(metadata)).not.toMatch(/\\u0000|\\ud[89a-f]/i);
  });
});

describe('every broken file', () => {
  const broken = brokenBooks().filter((path) => !path.endsWith('.tsv'));

  it('has the problem that its note tells, or none where readers cope', async () => {
    const notes = notesByFile();
    const found: ExpectedProblem[] = [];
    for (const path of broken) {
      const reading = await readStrictly(path);
      expect(reading.fingerprint).toMatch(/^[0-9a-f]{32}$/);
      expect(reading.metadata.title).not.toBe('');
      const file = basename(path);
      const note = notes.get(file);
      expect([file, note]).toEqual([file, expect.any(String)]);
      if (reading.problem !== undefined) found.push({ file, problem: reading.problem.code, note: note ?? '' });
    }
    expect(inOrder(found)).toEqual(broken.length === 0 ? [] : inOrder(EXPECTED_PROBLEMS));
    process.stdout.write(`${broken.length} broken files read\n`);
  });

  it('opens as an EPUB or is refused with a stated problem, entry by entry', async () => {
    for (const path of broken) {
      try {
        const epub = await openEpub(path);
        for (const { zipPath } of epub.spine) {
          if (zipPath === undefined) continue;
          const bytes = await epub.readEntry(zipPath, 1024 * 1024).catch((error: unknown) => error);
          expect(bytes instanceof Uint8Array || bytes instanceof BookFileProblem).toBe(true);
        }
        await epub.close();
      } catch (error) {
        expect([basename(path), error]).toEqual([basename(path), expect.any(BookFileProblem)]);
      }
    }
  });

  it('leaves no file open', async () => {
    for (const path of broken) await readStrictly(path);
    const real = new Set(broken.map((path) => realpathSync(path)));
    expect(openFiles().filter((file) => real.has(file))).toEqual([]);
  });

  it.each([
    ['billion-laughs-opf.epub', '&j;'],
    ['opf-controlchars.epub', 'Bell and NUL-ish title'],
    ['opf-html-entities.epub', 'Café — Français'],
    ['opf-latin1-as-utf8.epub', 'Café für Übermütige'],
    ['opf-unescaped-amp.epub', 'Salt & Pepper'],
    ['duplicate-entries.epub', 'First'],
    ['wrong-encoding.fb2', 'О программе FBReader'],
    ['empty.epub', 'empty'],
  ])('%s is called %s', async (name, title) => {
    const path = broken.find((each) => basename(each) === name);
    if (path !== undefined) expect((await readStrictly(path)).metadata.title).toBe(title);
  });

  it('never lets the content of another file into its metadata', async () => {
    for (const path of broken.filter((each) => /xxe|symlink|traversal/.test(each))) {
      expect(JSON.stringify(await readStrictly(path))).not.toContain('root:');
    }
  });
});

describe('the list of problems', () => {
  it('tells in one sentence what to do', () => {
    for (const code of PROBLEM_CODES) expect(PROBLEM_MESSAGES[code]).toMatch(/^[A-Z](?:(?!\. ).)*: .*\.$/);
  });
});

function inOrder(problems: readonly ExpectedProblem[]): ExpectedProblem[] {
  return problems.toSorted((a, b) => (a.file < b.file ? -1 : 1));
}

/** What NOTES.tsv says is wrong with each broken file. */
function notesByFile(): Map<string, string> {
  const shared = sharedPath();
  if (shared === undefined) return new Map();
  const lines = readFileSync(join(shared, 'corpus/broken/NOTES.tsv'), 'utf8').trim().split('\n').slice(1);
  return new Map(lines.map((line) => line.split('\t')).map((fields) => [fields[0] ?? '', fields[4] ?? '']));
}

interface ManifestRow {
  readonly fingerprint: string;
  readonly size: number;
  readonly chapters?: number;
  /** primary language subtags */
  readonly languages: readonly string[];
}

function manifestByName(): Map<string, ManifestRow> {
  const shared = sharedPath();
  if (shared === undefined) return new Map();
  const lines = readFileSync(join(shared, 'corpus/MANIFEST.tsv'), 'utf8').trim().split('\n').slice(1);
  return new Map(lines.map((line) => line.split('\t')).map((fields) => [fields[0] ?? '', rowOf(fields)]));
}

function rowOf([, size, , fingerprint = '', , , language = '', chapters]: readonly string[]): ManifestRow {
  return {
    fingerprint,
    size: Number(size),
    chapters: chapters ? Number(chapters) : undefined,
    languages: language.split(/[\s,]+/).map((tag) => tag.slice(0, 2).toLowerCase()),
  };
}

/** Only Linux tells. Paths of the files this process has open; what threads and sockets need is not among them. */
function openFiles(): string[] {
  const folder = '/proc/self/fd';
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((fd) => {
    try {
      return [readlinkSync(join(folder, fd))];
    } catch {
      return [];
    }
  });
}
