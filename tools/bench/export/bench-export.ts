import { LIMITS } from '@bookorbit/contracts';
import { PluginDevice } from '@bookorbit/testing';
import { Client } from 'pg';
import { openReader } from '../bench-reader.ts';
import type { CleanUp } from '../clean-up.ts';
import { readingOf } from '../ingest/reading-rows.ts';
import { startOurServer } from '../our-server.ts';
import type { BenchPlan } from '../plan.ts';
import { shown, tableLines } from '../print-table.ts';
import { cpuMs, peakResidentMb, residentMb } from '../process-figures.ts';
import { makeSmallLibrary } from '../progress/small-library.ts';
import { DeviceClient } from '../sync/device-client.ts';
import { fillLibrary, sendHighlights } from '../web/fill-library.ts';
import type { Workplace } from '../workplace.ts';

const BOOKS = 2_000;
const HIGHLIGHTS = 20_000;
const MEMORY_GOAL_MB = 400;

/** The export of a very large account: what the server takes for it. Answers with lines to print. */
export async function benchExport(workplace: Workplace, plan: BenchPlan, cleanUp: CleanUp): Promise<string[]> {
  const folder = `${workplace.folder}/export-library`;
  await makeSmallLibrary(folder, 1);
  const ours = await startOurServer(workplace, 'bench_export', plan, cleanUp);
  const libraryId = await ours.api.createLibrary({ name: 'Bench', folders: [folder] });
  await ours.api.waitForScan(libraryId);
  const marked = await fillLibrary(ours.databaseUrl, libraryId, BOOKS);
  const hashes = await allFingerprints(ours.databaseUrl);
  process.stderr.write('  export, filling the account\n');
  const reader = await openReader(ours, 'export', libraryId);
  const [username, key] = [reader.headers['x-auth-user'] ?? '', reader.headers['x-auth-key'] ?? ''];
  const account = { origins: [ours.origin], username, key };
  await sendHighlights(new PluginDevice(account, 'bench-device'), marked, HIGHLIGHTS);
  await readAll(new DeviceClient(ours.origin, reader.headers, 'bench-device'), hashes, plan.pageStats);
  const before = { resident: residentMb(ours.pid), peak: peakResidentMb(ours.pid), cpu: cpuMs(ours.pid) };
  const rows: string[][] = [];
  for (let round = 1; round <= Math.min(plan.rounds, 3); round += 1) {
    process.stderr.write(`  export, round ${round}\n`);
    const started = performance.now();
    const cpu = cpuMs(ours.pid);
    const bytes = await download(ours.origin, reader.cookie);
    rows.push([
      `export ${round}`,
      shown((performance.now() - started) / 1000),
      shown((cpuMs(ours.pid) - cpu) / 1000),
      shown(bytes / 1e6),
      shown(residentMb(ours.pid)),
      shown(peakResidentMb(ours.pid)),
    ]);
  }
  return [
    `Export of one account: ${plan.pageStats} page stats, ${HIGHLIGHTS} highlights, places in ${BOOKS} books`,
    ...tableLines(['', 's', 'CPU s', 'MB of zip', 'MB resident', 'MB at most'], rows),
    '',
    `Memory before: ${shown(before.resident)} MB resident, at most ${shown(before.peak)} MB (goal: under ${MEMORY_GOAL_MB} MB).`,
  ];
}

async function allFingerprints(databaseUrl: string): Promise<string[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ fingerprint: string }>(
      `SELECT fingerprint FROM book_files WHERE inode LIKE 'bench:%' ORDER BY id`,
    );
    return rows.map(({ fingerprint }) => fingerprint);
  } finally {
    await client.end();
  }
}

/** Page stats and a place in every book. */
async function readAll(device: DeviceClient, hashes: readonly string[], pageStats: number): Promise<void> {
  const { first } = readingOf(hashes.length, pageStats, 0);
  for (let from = 0; from < hashes.length; from += LIMITS.pageStatsBooks) {
    const some = hashes.slice(from, from + LIMITS.pageStatsBooks);
    const books = some.map((hash, n) => ({
      hash,
      rows: first[from + n] ?? [],
      rowCount: first[from + n]?.length ?? 0,
    }));
    await device.post('page-stats', { books });
    const items = some.map((hash, n) => ({
      hash,
      percentage: 0.5,
      progress: '/body/DocFragment[2]/body/p[5].0',
      timestamp: first[from + n]?.at(-1)?.[1] ?? 1_700_000_000,
    }));
    await device.post('progress', { items });
  }
}

/** @returns How many bytes came. */
async function download(origin: string, cookie: string): Promise<number> {
  const response = await fetch(`${origin}/api/v1/export`, { headers: { cookie } });
  if (!response.ok || !response.body) throw new Error(`The export was answered ${response.status}.`);
  let bytes = 0;
  for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>) bytes += piece.length;
  return bytes;
}
