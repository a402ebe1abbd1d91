import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ScanProgress } from '@bookorbit/contracts';
import type { CleanUp } from '../clean-up.ts';
import { type OurServer, startOurServer } from '../our-server.ts';
import type { BenchPlan } from '../plan.ts';
import { shown, tableLines } from '../print-table.ts';
import { cpuMs, familyCpuMs, peakResidentMb, residentMb } from '../process-figures.ts';
import { median } from '../statistics.ts';
import type { Workplace } from '../workplace.ts';
import { type GeneratedLibrary, makeLibrary } from './make-library.ts';

const PLAIN_READINGS = 3;
const CHANGED_ONE_IN = 100;
/** Longer than a scan leaves a file alone that was just written, shorter than the folder watcher waits for quiet. */
const SETTLED_AFTER_MS = 2_500;
const GOAL_MB = 300;
const MEGABYTE = 1_000_000;
const HEAD = ['', 'seconds', 'files/s', 'MB/s', 'of plain reading', 'CPU ms/file', 'Postgres CPU', 'files read'];

/** Scans of a generated library against plain reading of the same files. Answers with lines to print. */
export async function benchScan(workplace: Workplace, plan: BenchPlan, cleanUp: CleanUp): Promise<string[]> {
  const folder = `${workplace.folder}/library`;
  process.stderr.write(`  writing ${plan.scannedFiles} books\n`);
  const library = await makeLibrary(folder, plan.scannedFiles);
  const server = await startOurServer(workplace, 'bench_scan', plan, cleanUp);
  const residentBefore = residentMb(server.pid);
  const plainSeconds = await readPlainly(library);
  await sleep(SETTLED_AFTER_MS);

  process.stderr.write('  scanning\n');
  let libraryId = 0;
  const first = await measure(server, workplace, async () => {
    libraryId = await server.api.createLibrary({ name: 'Generated', folders: [folder] });
    return server.api.waitForScan(libraryId);
  });
  const rescan = async () => {
    await server.api.scan(libraryId);
    return server.api.waitForScan(libraryId);
  };
  const unchanged = await measure(server, workplace, rescan);
  const changedFiles = await library.change(CHANGED_ONE_IN);
  await sleep(SETTLED_AFTER_MS);
  const changed = await measure(server, workplace, rescan);
  checkCounts(library, await server.api.countBooks(libraryId), unchanged.scan);

  const peak = peakResidentMb(server.pid);
  const row = (name: string, { seconds, serverCpuMs, postgresCpuMs, scan }: ScanFigures) => [
    name,
    ...rates(library, seconds),
    shown(plainSeconds / seconds),
    shown(serverCpuMs / library.files.length),
    shown(postgresCpuMs / library.files.length),
    String(scan.filesRead),
  ];
  return [
    `Scan of ${library.files.length} EPUBs, ${shown(library.bytes / MEGABYTE)} MB`,
    ...tableLines(HEAD, [
      ['plain reading, one by one', ...rates(library, plainSeconds), shown(1)],
      row('first scan', first),
      row('again, nothing changed', unchanged),
      row(`again, ${changedFiles} files rewritten`, changed),
    ]),
    '',
    `Resident memory of the server: ${shown(residentBefore)} MB before, ${shown(peak)} MB at most (goal: under ${GOAL_MB} MB)`,
  ];
}

interface ScanFigures {
  readonly seconds: number;
  readonly serverCpuMs: number;
  readonly postgresCpuMs: number;
  readonly scan: ScanProgress;
}

/** From asking for the scan until it is over, as whoever waits for it sees it. */
async function measure(
  server: OurServer,
  workplace: Workplace,
  scan: () => Promise<ScanProgress>,
): Promise<ScanFigures> {
  const before = { server: cpuMs(server.pid), postgres: familyCpuMs(workplace.postmasterPid) };
  const started = performance.now();
  const progress = await scan();
  return {
    seconds: (performance.now() - started) / 1000,
    serverCpuMs: cpuMs(server.pid) - before.server,
    postgresCpuMs: familyCpuMs(workplace.postmasterPid) - before.postgres,
    scan: progress,
  };
}

/** Reads every file whole, one after the other. Seconds, the median of some times; the files lie in the page cache, as for the scan. */
async function readPlainly({ files }: GeneratedLibrary): Promise<number> {
  const times: number[] = [];
  for (let time = 0; time < PLAIN_READINGS; time += 1) {
    const started = performance.now();
    for (const file of files) await readFile(file);
    times.push((performance.now() - started) / 1000);
  }
  return median(times);
}

function rates({ files, bytes }: GeneratedLibrary, seconds: number): string[] {
  return [seconds, files.length / seconds, bytes / MEGABYTE / seconds].map(shown);
}

/** A scan that finds something else than what lies there has measured nothing. */
function checkCounts({ files }: GeneratedLibrary, bookCount: number, unchanged: ScanProgress): void {
  // Not by the first scan's own count: the watcher has the new library scanned once more, and then that is the newest scan.
  if (bookCount !== files.length || unchanged.filesRead > 0) {
    throw new Error(`The scans were not of the generated library: ${JSON.stringify({ bookCount, unchanged })}`);
  }
}
