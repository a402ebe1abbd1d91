import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { printTable } from './positions/tally.ts';

/** A kilobyte, as the goals count it. */
const KB = 1024;
const PLUGIN = join(import.meta.dirname, '../koreader-plugin');

interface Times {
  readonly median: number;
  readonly worst: number;
}
interface Slices {
  readonly longest: number;
  readonly count: number;
  readonly requests?: number;
}
interface SentRequest {
  readonly path: string;
  readonly bytes: number;
  readonly is_packed: boolean;
}
interface Written {
  readonly files: number;
  readonly bytes: number;
}
/** What `koreader-plugin/bench/run.lua` prints. */
interface Report {
  readonly highlights: number;
  readonly rows: number;
  readonly repetitions: number;
  readonly open: Times;
  readonly openSlice: Times;
  readonly pageTurn: Times;
  readonly suspend: Times;
  readonly close: Times;
  readonly closeSlice: Times;
  readonly closeUnchanged: Times;
  readonly first: Slices;
  readonly received: Slices;
  readonly sweep: Slices;
  readonly sidecar: number;
  readonly fork: number;
  readonly slowestChild: number;
  readonly written: Written;
  readonly busyWritten: Written;
  readonly unchangedOpen: readonly SentRequest[];
  readonly unchangedClose: readonly SentRequest[];
  readonly busyClose: readonly SentRequest[];
  readonly openMegabytes: number;
  readonly largestChildMegabytes: number;
}

const run = spawnSync('luajit', ['-joff', 'bench/run.lua', ...process.argv.slice(2)], {
  cwd: PLUGIN,
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'inherit'],
});
if (run.error !== undefined || run.status !== 0) {
  console.log(
    'The benchmark came to no end. It needs luajit, lua-filesystem, lua-socket and sqlite3: npm test -- lua installs them.',
  );
  process.exitCode = 1;
} else {
  const missed = show(JSON.parse(run.stdout) as Report);
  if (missed > 0) {
    console.log(`\n${missed} of the goals are missed.`);
    process.exitCode = 1;
  }
}

/** @returns How many goals are missed. */
function show(report: Report): number {
  const { unchangedOpen, unchangedClose, busyClose } = report;
  const rows: string[][] = [];
  let missed = 0;
  const row = (what: string, value: string, goal = '', isMet = true): void => {
    if (!isMet) missed += 1;
    rows.push([what, value, goal === '' ? '' : `${isMet ? 'yes' : 'NO'}: ${goal}`]);
  };
  const held = (what: string, times: Times, most: number): void =>
    row(what, `${ms(times.median)}, worst ${ms(times.worst)}`, `under ${most} ms`, times.worst < most);
  const slices = (what: string, { longest, count, requests }: Slices): void =>
    row(
      what,
      `${ms(longest)}, of ${count} slices${requests === undefined ? '' : `, ${requests} requests`}`,
      'under 20 ms',
      longest < 20,
    );
  const sent = (what: string, requests: readonly SentRequest[], mostRequests: number, mostBytes: number): void =>
    row(
      what,
      requests.length === 0 ? 'nothing' : requests.map(bytesOf).join(', '),
      `${mostRequests} request under ${mostBytes / KB} KB`,
      requests.length <= mostRequests && requests.every(({ bytes }) => bytes < mostBytes),
    );

  console.log(
    `${report.highlights} highlights, ${report.rows} rows of page stats, LuaJIT with the JIT off; CPU time of KOReader's own process, ` +
      `${report.repetitions} times each\n`,
  );
  held('open', report.open, 20);
  held('open: longest slice afterwards', report.openSlice, 20);
  held('page turn', report.pageTurn, 1);
  held('suspend', report.suspend, 10);
  held('close, something changed', report.close, 10);
  held('close, nothing changed', report.closeUnchanged, 10);
  held('close: longest slice afterwards', report.closeSlice, 20);
  slices('first exchange of all highlights: longest slice', report.first);
  slices('100 highlights and 20 edits from elsewhere: longest slice', report.received);
  row('KOReader writing its sidecar, once after edits', ms(report.sidecar));
  slices('sync all, 40 books: longest slice', report.sweep);
  row('starting a child process', ms(report.fork));
  row('longest child process', ms(report.slowestChild));
  sent('sent at open, nothing changed', unchangedOpen, 1, KB);
  sent('sent at close, nothing changed', unchangedClose, 1, KB);
  sent('sent at close, 10 highlights and 300 rows', busyClose, 1, 20 * KB);
  row('written at close', files(report.written), 'one file', report.written.files <= 1);
  row('written at close, 10 highlights', files(report.busyWritten), 'one file', report.busyWritten.files <= 1);
  row('memory of the open book', mb(report.openMegabytes), 'under 5 MB', report.openMegabytes < 5);
  row(
    'memory a child takes at most',
    mb(report.largestChildMegabytes),
    'under 30 MB',
    report.largestChildMegabytes < 30,
  );
  printTable(['what', 'measured', 'goal'], rows);
  return missed;
}

function ms(milliseconds: number): string {
  return `${milliseconds.toFixed(milliseconds < 1 ? 3 : 1)} ms`;
}

function mb(megabytes: number): string {
  return `${megabytes.toFixed(1)} MB`;
}

function bytesOf({ path, bytes, is_packed }: SentRequest): string {
  return `${bytes} bytes${is_packed ? ' packed' : ''} to ${path}`;
}

function files({ files: count, bytes }: Written): string {
  return `${count} file${count === 1 ? '' : 's'}, ${bytes} bytes`;
}
