import { cpus, loadavg } from 'node:os';
import { CleanUp } from './bench/clean-up.ts';
import { benchExport } from './bench/export/bench-export.ts';
import { benchIngest } from './bench/ingest/bench-ingest.ts';
import { type BenchPlan, readPlan, USAGE } from './bench/plan.ts';
import { benchProgress } from './bench/progress/bench-progress.ts';
import { benchScan } from './bench/scan/bench-scan.ts';
import { benchSync } from './bench/sync/bench-sync.ts';
import { openWorkplace, type Workplace } from './bench/workplace.ts';

process.exitCode = await main();

async function main(): Promise<number> {
  if (process.platform !== 'linux') {
    process.stderr.write('The benchmark reads CPU times and memory from /proc: run it on Linux.\n');
    return 1;
  }
  let plan: BenchPlan;
  try {
    plan = readPlan(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}\n`);
    return 1;
  }
  const cleanUp = new CleanUp();
  try {
    const workplace = await openWorkplace(cleanUp);
    print(conditionsOf(plan, workplace));
    if (plan.parts.includes('progress')) print(await benchProgress(workplace, plan, cleanUp));
    if (plan.parts.includes('scan')) print(await benchScan(workplace, plan, cleanUp));
    if (plan.parts.includes('ingest')) print(await benchIngest(workplace, plan, cleanUp));
    if (plan.parts.includes('sync')) print(await benchSync(workplace, plan, cleanUp));
    if (plan.parts.includes('export')) print(await benchExport(workplace, plan, cleanUp));
    return 0;
  } finally {
    await cleanUp.run();
  }
}

/** What one has to know to compare two runs, as far as they can be compared at all. */
function conditionsOf(plan: BenchPlan, workplace: Workplace): string[] {
  const [first] = cpus();
  return [
    `Node ${process.version}, ${cpus().length} × ${first?.model.trim() ?? 'unknown CPU'}, load ${loadavg()[0]?.toFixed(1)} before`,
    workplace.postgresSettings,
    `${plan.rounds} rounds of ${plan.roundSeconds} s after ${plan.warmUpRequests} requests, in turn; medians. Only ratios within one run mean anything.`,
  ];
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n\n`);
}
