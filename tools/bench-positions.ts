import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sharedPath } from '@bookorbit/testing';
import { EDITS } from './positions/edits.ts';
import { type GeneratedBook, writeHugeDocument, writeManyDocuments } from './positions/generated-books.ts';
import { readReports, type ReportedBook } from './positions/ground-truth.ts';
import { type BookMeasure, measureBook } from './positions/measure-book.ts';
import { measureEdits } from './positions/measure-edits.ts';
import { type BuildSpeed, measureBuild, measureWarmSpeed } from './positions/measure-speed.ts';
import { printTable, Tally } from './positions/tally.ts';

const KINDS = ['word', 'range', 'page'] as const;
/** This many places that went wrong are shown for each book. */
const SHOWN_MISSES = 3;
const HUGE_MEGABYTES = 30;
const MANY_DOCUMENTS = 5000;

const shared = sharedPath();
const folder = process.argv[2] === undefined ? shared && join(shared, 'positions') : resolve(process.argv[2]);
if (folder === undefined || !existsSync(folder)) {
  console.log(
    'Nothing to measure: give a folder of reported places (its README says the form), or put ../shared in place.',
  );
} else {
  await measureFolder(folder);
}

async function measureFolder(path: string): Promise<void> {
  const reports = readReports(path);
  console.log(`${reports.length} books, ${reports.reduce((sum, { places }) => sum + places.length, 0)} places\n`);
  await measureExactness(reports);
  await measureAfterEdits(reports);
  measureMemory(await measureSpeed(reports));
}

/** Per book and in all: places exact in a browser's DOM, round trips, spans. */
async function measureExactness(reports: readonly ReportedBook[]): Promise<void> {
  const total = new Tally();
  const rows: string[][] = [];
  const withFormulas: string[] = [];
  const misses: string[] = [];
  for (const report of reports) {
    const measure = await measureBook(report);
    const isFormulas = measure.misses.some(({ place }) => place.start.includes('/math'));
    if (isFormulas) withFormulas.push(report.name);
    else total.addAll(measure.tally);
    rows.push(rowOf(report.name + (isFormulas ? ' *' : ''), measure.tally));
    misses.push(...missesOf(report, measure));
  }
  rows.push(rowOf('all', total));
  printTable(
    [
      'book',
      ...KINDS.flatMap((kind) => [kind, 'exact', 'identical']),
      'to the word',
      'off',
      'lost',
      'unresolvable',
      'repaired',
      'same with text',
      'same sentence',
      'span identical',
      'placeholder',
      'unchecked',
      'as HTML',
    ],
    rows,
  );
  console.log('\nexact: share, to the character, of what could be checked: CFI resolved by foliate-js in another DOM.');
  console.log(
    'identical: share that comes back from CFI as the same xpointer. placeholder: crengine shows a sentence instead of',
  );
  console.log(
    'the document. unchecked: the other XML parser does not take the document, so that there is no DOM to check in.',
  );
  console.log('as HTML: in chapters that are no XML, checked in the tree of another parser of HTML.');
  if (withFormulas.length > 0) console.log(`* places inside of MathML, not in the sum: ${withFormulas.join(', ')}`);
  if (misses.length > 0) console.log(`\nMissed, the first of each book:\n${misses.join('\n')}`);
}

function rowOf(name: string, tally: Tally): string[] {
  const sum = (outcome: string): number => KINDS.reduce((count, kind) => count + tally.get(`${kind}.${outcome}`), 0);
  const all = new Tally();
  for (const outcome of ['n', 'with text', 'same with text', 'kobo', 'same sentence', 'kobo identical'])
    all.add(outcome, sum(outcome));
  return [
    name,
    ...KINDS.flatMap((kind) => {
      const checked = new Tally();
      const unseen = tally.get(`${kind}.placeholder`) + tally.get(`${kind}.unchecked`);
      checked.add('n', tally.get(`${kind}.n`) - unseen);
      checked.add('exact', tally.get(`${kind}.character`));
      return [
        String(tally.get(`${kind}.n`)),
        checked.share('exact', 'n'),
        tally.share(`${kind}.identical`, `${kind}.n`),
      ];
    }),
    String(sum('word')),
    String(sum('off')),
    String(sum('lost')),
    String(sum('unresolvable') + sum('unresolved xpointer')),
    String(sum('repaired')),
    all.share('same with text', 'with text'),
    all.share('same sentence', 'kobo'),
    all.share('kobo identical', 'kobo'),
    String(sum('placeholder')),
    String(sum('unchecked')),
    String(sum('as HTML')),
  ];
}

function missesOf(report: ReportedBook, { misses }: BookMeasure): string[] {
  return misses.slice(0, SHOWN_MISSES).map(({ what, place }) => {
    return `  ${report.name}: ${what}: ${place.start}${place.end === undefined ? '' : ` … ${place.end}`}`;
  });
}

async function measureAfterEdits(reports: readonly ReportedBook[]): Promise<void> {
  const tally = new Tally();
  const wrong: string[] = [];
  for (const report of reports) wrong.push(...(await measureEdits(report, tally)));
  console.log('\nAfter edits, found again by pointer and quote:');
  printTable(
    ['edit', 'places', 'right', 'exact', 'repaired', 'nearby', 'lost'],
    EDITS.map((edit) => [
      edit,
      String(tally.get(`${edit}.n`)),
      tally.share(`${edit}.right`, `${edit}.n`),
      ...['exact', 'repaired', 'nearby', 'lost'].map((kind) => String(tally.get(`${edit}.${kind}`))),
    ]),
  );
  if (wrong.length > 0) console.log(wrong.slice(0, 12).join('\n'));
}

/** @returns The book with the most text. */
async function measureSpeed(reports: readonly ReportedBook[]): Promise<ReportedBook | undefined> {
  const builds: (BuildSpeed & { readonly report: ReportedBook })[] = [];
  for (const report of reports) builds.push({ ...(await measureBuild(report)), report });
  const megabytes = builds.reduce((sum, build) => sum + build.megabytes, 0);
  const seconds = builds.reduce((sum, build) => sum + build.seconds, 0);
  const stored = builds.reduce((sum, build) => sum + build.storedBytes, 0);
  console.log(
    `\nIndex: ${(megabytes / seconds).toFixed(1)} MB of XHTML a second, stored in ${percent(stored / 1e6 / megabytes)} of it`,
  );
  const richest = reports.toSorted((one, other) => other.places.length - one.places.length)[0];
  if (richest === undefined) return undefined;
  console.log(`Warm: ${Math.round(await measureWarmSpeed(richest))} translations a second (${richest.name})`);
  return builds.toSorted((one, other) => other.megabytes - one.megabytes)[0]?.report;
}

function measureMemory(largest: ReportedBook | undefined): void {
  const scratch = mkdtempSync(join(tmpdir(), 'bookorbit-positions-'));
  try {
    const books: GeneratedBook[] = [
      writeHugeDocument(scratch, HUGE_MEGABYTES),
      writeManyDocuments(scratch, MANY_DOCUMENTS),
      ...(largest === undefined ? [] : [{ ...largest, pointers: largest.places.map(({ start }) => start) }]),
    ];
    for (const book of books) {
      const { found, of, bytes } = residentMemory(book);
      console.log(
        `Memory: ${Math.round(bytes / 1e6)} MB resident for ${book.name}; ${found} of ${of} pointers came back`,
      );
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function residentMemory({ path, pointers }: GeneratedBook): { found: number; of: number; bytes: number } {
  const script = fileURLToPath(new URL('positions/measure-memory.ts', import.meta.url));
  const output = execFileSync(process.execPath, ['--conditions=@bookorbit/source', script, path, ...pointers], {
    encoding: 'utf8',
    maxBuffer: 1e7,
  });
  return JSON.parse(output) as { found: number; of: number; bytes: number };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}
