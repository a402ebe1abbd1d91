import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { brokenBooks, corpusBooks, makeSmallEpub, sharedPath } from '@bookorbit/testing';
import { openEpub } from './epub/open-epub.ts';
import { BookFileProblem, PROBLEM_CODES, PROBLEM_MESSAGES } from './problem.ts';
import { readBookFile } from './read-book-file.ts';
import type { BookFileReading } from './reading.ts';
import { temporaryBooks } from './testing/temporary-books.ts';

const books = temporaryBooks();

describe('every book of the corpus', () => {
  const manifest = manifestByName();
  const readings = new Map<string, BookFileReading>();

  beforeAll(async () => {
    if (manifest.size === 0) {
      process.stdout.write('No ../shared here: a small book stands in for the corpus.\n');
      const path = await books.write('small.epub', makeSmallEpub());
      readings.set('small.epub', await readBookFile(path));
    }
    for (const path of corpusBooks()) readings.set(basename(path), await readBookFile(path));
    process.stdout.write(`${readings.size} books read\n`);
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
    const problems: Record<string, string> = {};
    for (const path of broken) {
      const reading = await readBookFile(path);
      expect(reading.fingerprint).toMatch(/^[0-9a-f]{32}$/);
      expect(reading.metadata.title).not.toBe('');
      if (reading.problem !== undefined) problems[basename(path)] = reading.problem.code;
    }
    expect(problems).toEqual(broken.length === 0 ? {} : EXPECTED_PROBLEMS);
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
    const openBefore = openFiles();
    for (const path of broken) await readBookFile(path);
    expect(openFiles()).toBe(openBefore);
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
    if (path !== undefined) expect((await readBookFile(path)).metadata.title).toBe(title);
  });

  it('never lets the content of another file into its metadata', async () => {
    for (const path of broken.filter((each) => /xxe|symlink|traversal/.test(each))) {
      expect(JSON.stringify(await readBookFile(path))).not.toContain('root:');
    }
  });
});

describe('the list of problems', () => {
  it('tells in one sentence what to do', () => {
    for (const code of PROBLEM_CODES) expect(PROBLEM_MESSAGES[code]).toMatch(/^[A-Z](?:(?!\. ).)*: .*\.$/);
  });
});

/** Damage inside a chapter goes unseen, since chapters are not unpacked; so do faults that readers cope with. */
const EXPECTED_PROBLEMS: Readonly<Record<string, string>> = {
  'central-dir-size-lies.epub': 'damaged_archive',
  'compression-bzip2.epub': 'unsupported_compression',
  'compression-lzma.epub': 'unsupported_compression',
  'container-empty.epub': 'epub_no_container',
  'container-no-rootfile.epub': 'epub_no_container',
  'container-traversal.epub': 'epub_no_container',
  'debian-audacity-uk-wrapped.epub': 'epub_no_container',
  'debian-edu-itil-wrapped.epub': 'epub_no_container',
  'drm-adobe-adept.epub': 'drm_adobe',
  'drm-apple-fairplay.epub': 'drm_apple',
  'drm-mobi-flag.mobi': 'drm_kindle',
  'drm-readium-lcp.epub': 'drm_lcp',
  'empty.epub': 'empty_file',
  'epubcheck-ocf-container-file-missing-fatal.epub': 'epub_no_container',
  'epubcheck-ocf-container-not-ocf-error.epub': 'epub_no_container',
  'epubcheck-ocf-encryption-unknown-valid.epub': 'drm_other',
  'epubcheck-ocf-filename-not-utf8-error.epub': 'epub_missing_chapters',
  'epubcheck-ocf-package-document-missing-fatal.epub': 'epub_no_package',
  'epubcheck-ocf-url-leaking-in-opf-error.epub': 'epub_missing_chapters',
  'epubcheck-ocf-zip-unreadable-empty-fatal.epub': 'empty_file',
  'epubcheck-ocf-zip-unreadable-image-with-epub-extension-fatal.epub': 'not_a_book',
  'epubcheck-ocf-zip-unreadable-no-end-header-fatal.epub': 'damaged_archive',
  'html-error-page.epub': 'not_a_book',
  'komga-zip-as-epub.epub': 'misnamed',
  'malformed.fb2': 'damaged_content',
  'no-container.epub': 'epub_no_container',
  'no-images.cbz': 'comic_no_pages',
  'no-opf.epub': 'epub_no_package',
  'not-a-pdf.pdf': 'damaged_content',
  'one-byte.epub': 'not_a_book',
  'only-eocd.epub': 'epub_no_container',
  'opf-bad-idrefs.epub': 'epub_missing_chapters',
  'opf-empty-spine.epub': 'epub_no_spine',
  'opf-missing-files.epub': 'epub_missing_chapters',
  'opf-no-spine.epub': 'epub_no_spine',
  'opf-not-wellformed.epub': 'epub_no_spine',
  'path-traversal-href.epub': 'epub_missing_chapters',
  'pdf-renamed.epub': 'misnamed',
  'rar-header-only.cbr': 'comic_rar',
  'text-renamed.epub': 'not_a_book',
  'truncated-half.epub': 'damaged_archive',
  'truncated-last-1k.epub': 'damaged_archive',
  'truncated.azw3': 'damaged_content',
  'truncated.mobi': 'damaged_content',
  'truncated.pdf': 'damaged_content',
  'unsupported-method-deflate64.epub': 'unsupported_compression',
  'versone-bugfixes-53.epub': 'epub_no_spine',
  'versone-bugfixes-55.epub': 'epub_no_spine',
  'versone-bugfixes-57.epub': 'epub_no_spine',
  'versone-features-remotecontent.epub': 'epub_no_spine',
  'versone-malformed-invalidmanifestitems-epub2.epub': 'epub_no_spine',
  'versone-malformed-invalidmanifestitems-epub3.epub': 'epub_no_spine',
  'versone-malformed-missingcontentfornavigationpoint.epub': 'epub_no_spine',
  'versone-malformed-missingtoc.epub': 'epub_no_spine',
  'versone-workarounds-xml11.epub': 'epub_no_spine',
  'zip-named.cbr': 'damaged_archive',
  'zip-password.epub': 'password_protected',
  'zipbomb-64mb.epub': 'unpacks_too_large',
  'zipbomb-opf-32mb.epub': 'unpacks_too_large',
};

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

/** How many descriptors this process holds; only Linux tells. */
function openFiles(): number {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return 0;
  }
}
