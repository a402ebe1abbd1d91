import {
  DEVICE_PROTOCOL,
  LIMITS,
  type PageStatRow,
  type PageStatsAnswer,
  type PageStatsPush,
} from '@bookorbit/contracts';
import type { CleanUp } from '../clean-up.ts';
import { sendOnce } from '../load.ts';
import { openReader, type BenchReader } from '../bench-reader.ts';
import { type OurServer, startOurServer } from '../our-server.ts';
import type { BenchPlan } from '../plan.ts';
import { shown, tableLines } from '../print-table.ts';
import { peakResidentMb, residentMb } from '../process-figures.ts';
import { makeSmallLibrary } from '../progress/small-library.ts';
import { median } from '../statistics.ts';
import type { Workplace } from '../workplace.ts';
import { BareIngest } from './bare-ingest.ts';
import { readingOf } from './reading-rows.ts';

const BOOKS = 300;
const LATE_SHARE = 0.1;
/** Ours may take three times as long as the bare insert, and no longer. */
const GOAL = 1 / 3;
const MEMORY_GOAL_MB = 300;

interface Batch {
  readonly firstBook: number;
  readonly books: readonly (readonly PageStatRow[])[];
  /** The requests a device sends for them. */
  readonly body: string;
}

interface Step {
  readonly title: string;
  readonly batches: readonly Batch[];
  /** Of these rows the server must say that they are new. */
  readonly accepted: number;
}

/** Upload of a reading life's page stats, sessions and days included, beside a bare insert of the same rows. Answers with lines to print. */
export async function benchIngest(workplace: Workplace, plan: BenchPlan, cleanUp: CleanUp): Promise<string[]> {
  const folder = `${workplace.folder}/ingest-library`;
  const documents = await makeSmallLibrary(folder, BOOKS);
  const ours = await startOurServer(workplace, 'bench_ingest', plan, cleanUp);
  const libraryId = await ours.api.createLibrary({ name: 'Bench', folders: [folder] });
  await ours.api.waitForScan(libraryId);
  const bare = await BareIngest.open(await workplace.createDatabase('bench_bare_ingest'));
  cleanUp.add(() => bare.close());
  const steps = stepsOf(documents, plan.pageStats);
  const memoryAtFirst = residentMb(ours.pid);
  const taken = steps.map(() => ({ ours: [] as number[], bare: [] as number[] }));
  // The first round is for V8 and for Postgres's files, and does not count.
  for (let round = 0; round <= plan.ingestRounds; round += 1) {
    process.stderr.write(`  page stats, ${round === 0 ? 'warming up' : `round ${round}`}\n`);
    const reader = await openReader(ours, `ingest-${round}`, libraryId);
    for (const [n, step] of steps.entries()) {
      const own = await secondsOf(() => upload(ours, reader, step));
      const least = await secondsOf(() => bare.store(round, step.batches));
      if (round === 0) continue;
      taken[n]?.ours.push(own);
      taken[n]?.bare.push(least);
    }
  }
  const peak = peakResidentMb(ours.pid);
  return [
    `Page stats: ${plan.pageStats} rows of ${BOOKS} books, ${plan.ingestRounds} rounds after one to warm up; medians`,
    ...tableLines(
      ['', 'rows', 'rows/s', 's', 'bare rows/s', 'bare s', 'of bare'],
      steps.map((step, n) => cellsOf(step, taken[n]?.ours ?? [], taken[n]?.bare ?? [])),
    ),
    '',
    `Goal: ${shown(GOAL)} of bare or more. Memory: ${shown(memoryAtFirst)} MB resident before, at most ${shown(peak)} MB (goal: under ${MEMORY_GOAL_MB} MB).`,
  ];
}

function stepsOf(documents: readonly string[], rows: number): Step[] {
  const { first, late } = readingOf(BOOKS, rows, Math.round(rows * LATE_SHARE));
  const [firstBatches, lateBatches] = [batchesOf(documents, first), batchesOf(documents, late)];
  return [
    { title: 'first upload', batches: firstBatches, accepted: rows },
    { title: 'the same again', batches: firstBatches, accepted: 0 },
    { title: 'late rows in between', batches: lateBatches, accepted: Math.round(rows * LATE_SHARE) },
  ];
}

function batchesOf(documents: readonly string[], rowsByBook: Step['batches'][number]['books']): Batch[] {
  const batches: Batch[] = [];
  for (let firstBook = 0; firstBook < BOOKS; firstBook += LIMITS.pageStatsBooks) {
    const books = rowsByBook.slice(firstBook, firstBook + LIMITS.pageStatsBooks);
    const body: PageStatsPush = {
      deviceId: 'bench-device',
      deviceModel: 'Kobo_spaBW',
      pluginVersion: '0.1.0',
      protocol: DEVICE_PROTOCOL,
      books: books.map((rows, n) => ({ hash: documents[firstBook + n] ?? '', rows, rowCount: rows.length })),
    };
    batches.push({ firstBook, books, body: JSON.stringify(body) });
  }
  return batches;
}

async function upload({ origin }: OurServer, { headers }: BenchReader, { batches, accepted }: Step): Promise<void> {
  let stored = 0;
  for (const { body } of batches) {
    const path = '/api/v1/koreader/plugin/page-stats';
    const answer = JSON.parse(await sendOnce(origin, { method: 'POST', path, headers, body })) as PageStatsAnswer;
    stored += answer.results.reduce((sum, result) => sum + result.accepted, 0);
  }
  if (stored !== accepted) throw new Error(`${stored} rows were new to the server instead of ${accepted}.`);
}

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

function cellsOf({ title, batches }: Step, ours: readonly number[], bare: readonly number[]): string[] {
  const rows = batches.reduce((sum, { books }) => sum + books.reduce((own, { length }) => own + length, 0), 0);
  const ratio = median(ours.map((seconds, n) => (bare[n] ?? NaN) / seconds));
  const [own, least] = [median(ours), median(bare)];
  return [title, String(rows), ...[rows / own, own, rows / least, least, ratio].map(shown)];
}
