import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { corpusBooks, makeSmallEpub, openOnDevice, sharedPath } from '@bookorbit/testing';

/** A book as it lies on the demo's devices. */
export interface DemoBook {
  readonly path: string;
  readonly hash: string;
  readonly contentSignature?: readonly string[];
  /** Places in it in reading order, as KOReader reports them, each with how far into the book it is (0–1). */
  readonly places: readonly { readonly xpointer: string; readonly percentage: number }[];
  /** Passages in it in reading order that are worth a highlight. */
  readonly passages: readonly DemoPassage[];
}

/** A stretch of text, as KOReader points at it. */
export interface DemoPassage {
  readonly start: string;
  readonly end: string;
  readonly text: string;
  readonly page: number;
  readonly chapter: string;
}

/** Books people know, so that the demo looks like somebody's shelf. */
const FAVOURITES = [
  'se-wodehouse-love-among-the-chickens.epub',
  'epubjs-alice.epub',
  'idpf-moby-dick.epub',
  'pg64317-great-gatsby-en.epub',
  'pg7205-zarathustra-de.epub',
  'idpf-kusamakura-japanese-vertical-writing.epub',
  'pg3600-montaigne-essays-en.epub',
  'pg13951-trois-mousquetaires-fr.epub',
  'handmade-roads-and-bridges.epub',
];

/** @returns The folder the demo's library is made over: the real books beside the project, else some small ones made now. */
export function demoFolder(): string {
  const shared = sharedPath();
  if (shared !== undefined) return join(shared, 'corpus/books');
  const folder = resolve('data/demo-books');
  mkdirSync(folder, { recursive: true });
  for (const [title, author] of SMALL_BOOKS) {
    const path = join(folder, `${title}.epub`);
    if (!existsSync(path)) writeFileSync(path, makeSmallEpub({ title, author, chapters: chaptersOf(title) }));
  }
  return folder;
}

/** @returns The books the demo reads. */
export function demoBooks(): DemoBook[] {
  const folder = demoFolder();
  const paths = sharedPath() === undefined ? SMALL_BOOKS.map(([title]) => join(folder, `${title}.epub`)) : favourites();
  return paths.map((path) => ({ path, ...openOnDevice(path), places: placesIn(path), passages: passagesIn(path) }));
}

/** Passages as the real engine reported them, where they are known; else the first words of each chapter. */
function passagesIn(path: string): DemoBook['passages'] {
  const known = knownPositions(path);
  if (known === undefined) {
    return Array.from({ length: 6 }, (_, n) => ({
      start: `/body/DocFragment[${n + 1}]/body/p[2]/text().0`,
      end: `/body/DocFragment[${n + 1}]/body/p[2]/text().24`,
      text: 'It went on for a while. ',
      page: 1 + n * 12,
      chapter: `Chapter ${n + 1}`,
    }));
  }
  return known
    .filter(
      ({ kind, text = '' }) => kind === 'range' && text.length > FEWEST_CHARACTERS && text.length < MOST_CHARACTERS,
    )
    .sort((a, b) => a.page - b.page)
    .slice(FRONT_MATTER, FRONT_MATTER + MOST_PASSAGES)
    .map(({ start, end = start, text = '', page, spine = 0 }) => ({
      start,
      end,
      text,
      page,
      chapter: `Part ${spine}`,
    }));
}

const FEWEST_CHARACTERS = 40;
const MOST_CHARACTERS = 420;
/** The first passages are licences and title pages. */
const FRONT_MATTER = 2;
const MOST_PASSAGES = 9;

/** A line of what the real engine reported of a book. */
interface KnownPosition {
  readonly kind: string;
  readonly start: string;
  readonly end?: string;
  readonly text?: string;
  readonly page: number;
  readonly pages: number;
  readonly spine?: number;
}

function knownPositions(path: string): KnownPosition[] | undefined {
  const known = join(sharedPath() ?? '', 'positions', basename(path).replace(/\.epub$/, '.jsonl'));
  if (sharedPath() === undefined || !existsSync(known)) return undefined;
  return readFileSync(known, 'utf8')
    .split('\n')
    .filter((line) => line.includes('"page"'))
    .map((line) => JSON.parse(line) as KnownPosition);
}

const SMALL_BOOKS = [
  ['The Lighthouse Ledger', 'Ada Marsh'],
  ['Notes on Walking', 'Jonas Feld'],
  ['A Short History of Tea', 'Mei Tan'],
  ['Winter Harbour', 'Ada Marsh'],
  ['The Orchard Key', 'Ruth Abel'],
] as const;

function favourites(): string[] {
  const byName = new Map(corpusBooks().map((path) => [basename(path), path]));
  return FAVOURITES.flatMap((name) => byName.get(name) ?? []);
}

function chaptersOf(title: string): string[] {
  return Array.from(
    { length: 8 },
    (_, n) => `Chapter ${n + 1} of ${title}.\n\n${'It went on for a while. '.repeat(60)}`,
  );
}

/** Page tops as the real engine reported them, where they are known; else the start of each chapter. */
function placesIn(path: string): DemoBook['places'] {
  const known = knownPositions(path);
  if (known === undefined) {
    return Array.from({ length: 8 }, (_, n) => ({
      xpointer: `/body/DocFragment[${n + 1}]/body/p[1]/text().0`,
      percentage: (n + 0.5) / 8,
    }));
  }
  return known
    .filter(({ kind }) => kind === 'page')
    .sort((a, b) => a.page - b.page)
    .map(({ start, page, pages }) => ({ xpointer: start, percentage: page / pages }));
}
