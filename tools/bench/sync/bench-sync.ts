import type { PageStatRow, SyncRequest } from '@bookorbit/contracts';
import type { CleanUp } from '../clean-up.ts';
import type { Exchange } from '../load.ts';
import { openReader } from '../bench-reader.ts';
import { startOurServer } from '../our-server.ts';
import type { BenchPlan } from '../plan.ts';
import { shown, tableLines } from '../print-table.ts';
import { makeSmallLibrary } from '../progress/small-library.ts';
import { type Contender, runRounds, warmUp } from '../rounds.ts';
import type { Workplace } from '../workplace.ts';
import { benchExchange } from './bench-exchange.ts';
import { DeviceClient, envelopeOf } from './device-client.ts';
import { highlightsOf, keysOf } from './notes.ts';

const DEVICES = [1, 32];
const BOOKS = 33;
/** What a book has on a device when it is closed. */
const HIGHLIGHTS = 20;
const ROWS_A_SYNC = 3;
const SYNCS_A_SITTING = 8;
const FIRST_SITTING = Date.UTC(2020, 0, 1, 20) / 1000;
const PAGES = 400;

/** Highlights of one book, then everything about the open book in one call, by one device and by many. Answers with lines to print. */
export async function benchSync(workplace: Workplace, plan: BenchPlan, cleanUp: CleanUp): Promise<string[]> {
  const folder = `${workplace.folder}/sync-library`;
  const [first = '', ...documents] = await makeSmallLibrary(folder, BOOKS);
  const ours = await startOurServer(workplace, 'bench_sync', plan, cleanUp);
  const libraryId = await ours.api.createLibrary({ name: 'Bench', folders: [folder] });
  await ours.api.waitForScan(libraryId);
  const exchanged = await benchExchange(ours, libraryId, first, plan.ingestRounds);
  const { headers } = await openReader(ours, 'sync', libraryId);
  const notes = highlightsOf(HIGHLIGHTS);
  for (const [n, hash] of documents.entries()) {
    const book = { hash, keys: [], keysComplete: true, changes: notes };
    await new DeviceClient(ours.origin, headers, deviceIdOf(n)).post('annotations/exchange', { books: [book] });
  }
  const contender: Contender = {
    name: 'one-call sync',
    origin: ours.origin,
    pid: ours.pid,
    exchangeOf: (connection, n) => syncOf(documents[connection] ?? '', connection, n, headers),
  };
  const rows: string[][] = [];
  process.stderr.write('  one-call sync, warming up\n');
  await warmUp([contender], plan);
  for (const devices of DEVICES) {
    process.stderr.write(`  one-call sync, ${devices} at a time\n`);
    const [own] = await runRounds([contender], devices, workplace.postmasterPid, plan);
    if (!own) continue;
    const { requestsPerSecond, p50Ms, p95Ms, p99Ms, serverCpuMs, postgresCpuMs } = own;
    rows.push([
      `${devices} at a time`,
      ...[requestsPerSecond, p50Ms, p95Ms, p99Ms, serverCpuMs, postgresCpuMs].map(shown),
    ]);
  }
  return [
    ...exchanged,
    '',
    `One-call sync: a page turned, ${ROWS_A_SYNC} page stats, status, ${HIGHLIGHTS} highlights and no bookmark known, nothing new among them`,
    ...tableLines(['', 'req/s', 'p50 ms', 'p95 ms', 'p99 ms', 'CPU ms/req', 'Postgres CPU'], rows),
  ];
}

const KEYS = keysOf(highlightsOf(HIGHLIGHTS));

function syncOf(hash: string, connection: number, n: number, headers: Exchange['headers']): Exchange {
  const rows = rowsOf(n);
  const body: SyncRequest = {
    ...envelopeOf(deviceIdOf(connection)),
    books: [
      {
        hash,
        domVersion: 20_240_114,
        progress: {
          percentage: Number(((n % PAGES) / PAGES).toFixed(4)),
          progress: `/body/DocFragment[${1 + (n % 3)}]/body/p[${1 + (n % 30)}]/text().${n % 40}`,
          timestamp: rows.at(-1)?.[1],
        },
        pageStats: { rows, rowCount: (n + 1) * ROWS_A_SYNC },
        state: { status: 'reading' },
        annotations: { keys: KEYS, keysComplete: true, changes: [] },
        bookmarks: { keys: [], keysComplete: true, changes: [] },
      },
    ],
  };
  return { method: 'POST', path: '/api/v1/koreader/plugin/sync', headers, body: JSON.stringify(body) };
}

/** The pages since the last sync; every few of them another evening begins. */
function rowsOf(n: number): PageStatRow[] {
  const sitting = Math.floor(n / SYNCS_A_SITTING);
  return Array.from({ length: ROWS_A_SYNC }, (_, row) => {
    const turn = (n % SYNCS_A_SITTING) * ROWS_A_SYNC + row;
    return [1 + ((n * ROWS_A_SYNC + row) % PAGES), FIRST_SITTING + sitting * 7200 + turn * 60, 55, PAGES];
  });
}

function deviceIdOf(connection: number): string {
  return `bench-device-${connection}`;
}
