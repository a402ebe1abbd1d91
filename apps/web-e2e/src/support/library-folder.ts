import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { corpusBooks, makeSmallEpub } from '@bookorbit/testing';

/** Real books that are small and show something: accents, another script, an embedded cover. */
const CORPUS_FILES = [
  'calibre-quick-start-eng.epub',
  'epubjs-alice.epub',
  'idpf-wasteland.epub',
  'pandoc-test-epub2-cover.epub',
];

/** Books every test can count on, whether the real ones are here or not. */
export const SMALL_BOOKS = [
  { title: 'Middlemarch', author: 'George Eliot' },
  { title: 'Les Misérables', author: 'Victor Hugo' },
  { title: 'Dracula', author: 'Bram Stoker' },
] as const;

/** A folder of books for a library. */
export interface LibraryFolder {
  readonly path: string;
  /** Paths of its books, the small ones first. */
  readonly files: readonly string[];
  readonly bookCount: number;
  remove(): void;
}

/** Makes a folder with three small books and, where they are at hand, a few real ones. */
export function makeLibraryFolder(): LibraryFolder {
  const root = mkdtempSync(join(tmpdir(), 'bookorbit-web-e2e-'));
  const path = join(root, 'shelf');
  mkdirSync(path);
  const small = SMALL_BOOKS.map(({ title, author }) => {
    const file = join(path, `${title}.epub`);
    writeFileSync(file, makeSmallEpub({ title, author, chapters: [`${title}.\n\nBy ${author}.`] }));
    return file;
  });
  const real = corpusBooks()
    .filter((file) => CORPUS_FILES.includes(basename(file)))
    .map((file) => {
      copyFileSync(file, join(path, basename(file)));
      return join(path, basename(file));
    });
  const files = [...small, ...real];
  return {
    path,
    files,
    bookCount: files.length,
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
