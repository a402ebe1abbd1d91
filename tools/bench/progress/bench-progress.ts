import { createHash } from 'node:crypto';
import { LIMITS } from '@bookorbit/contracts';
import type { CleanUp } from '../clean-up.ts';
import { sendOnce } from '../load.ts';
import { startOurServer } from '../our-server.ts';
import type { BenchPlan } from '../plan.ts';
import { shown, tableLines } from '../print-table.ts';
import { type Contender, type RoundFigures, runRounds, warmUp } from '../rounds.ts';
import { type ServerProcess, startServer } from '../server-process.ts';
import type { Workplace } from '../workplace.ts';
import { countStatements } from './count-statements.ts';
import { deviceRequests } from './requests.ts';
import { makeSmallLibrary } from './small-library.ts';

const ACCOUNT = { username: 'bench-reader', password: 'bench password' };
const CONNECTIONS = [1, 32];
const COUNTED_REQUESTS = 20;
/** What a request of ours costs may be this many times what the floor's costs, and no more: 1 / 0.7. */
const GOAL = 0.7;

/** Some contenders that get the same kind of request. */
interface Case {
  readonly title: string;
  readonly contenders: readonly (Contender & { readonly application: string })[];
}

const HEAD = ['', 'req/s', 'p50 ms', 'p95 ms', 'p99 ms', 'CPU ms/req', 'floor/this', 'Postgres CPU', 'statements'];

/** Progress sync against the floor and a bare server, in turn. Answers with lines to print. */
export async function benchProgress(workplace: Workplace, plan: BenchPlan, cleanUp: CleanUp): Promise<string[]> {
  const cases = await openCases(workplace, plan, cleanUp);
  const rows: string[][] = [];
  const ratios: string[] = [];
  for (const { title, contenders } of cases) {
    const statements = await statementsOf(workplace, contenders);
    process.stderr.write(`  ${title}, warming up\n`);
    await warmUp(contenders, plan);
    for (const connections of CONNECTIONS) {
      process.stderr.write(`  ${title}, ${connections} at a time\n`);
      const figures = await runRounds(contenders, connections, workplace.postmasterPid, plan);
      const floor = figures[contenders.findIndex(({ name }) => name === 'floor')];
      rows.push([`${title}, ${connections} at a time`]);
      for (const [n, { name }] of contenders.entries()) {
        const own = figures[n];
        if (own === undefined) continue;
        rows.push([`  ${name}`, ...cellsOf(own, floor), shown(statements[n] ?? NaN)]);
        if (name.startsWith('BookOrbit') && floor !== undefined)
          ratios.push(`${title}, ${connections} at a time, ${name}: ${shown(floor.serverCpuMs / own.serverCpuMs)}`);
      }
    }
  }
  return [
    'Progress sync',
    ...tableLines(HEAD, rows),
    '',
    `Floor CPU / BookOrbit CPU, server processes (goal for pushes: ${GOAL} or more)`,
    ...ratios.map((ratio) => `  ${ratio}`),
  ];
}

function cellsOf(own: RoundFigures, floor: RoundFigures | undefined): string[] {
  const { requestsPerSecond, p50Ms, p95Ms, p99Ms, serverCpuMs, postgresCpuMs } = own;
  const ratio = floor ? floor.serverCpuMs / serverCpuMs : NaN;
  return [requestsPerSecond, p50Ms, p95Ms, p99Ms, serverCpuMs, ratio, postgresCpuMs].map(shown);
}

async function openCases(workplace: Workplace, plan: BenchPlan, cleanUp: CleanUp): Promise<Case[]> {
  const folder = `${workplace.folder}/small-library`;
  const documents = await makeSmallLibrary(folder, LIMITS.matchCheckHashes);
  const ours = await startOurServer(workplace, 'bench_progress', plan, cleanUp);
  await ours.api.waitForScan(await ours.api.createLibrary({ name: 'Bench', folders: [folder] }));
  await ours.api.createKoreaderAccount(ACCOUNT);
  const passwordKey = createHash('md5').update(ACCOUNT.password).digest('hex');
  const withPassword = deviceRequests(ACCOUNT.username, passwordKey, documents);
  const withDeviceKey = deviceRequests(ACCOUNT.username, await ours.api.mintDeviceKey(), documents.toReversed());
  const { floor, bare } = await startFloors(workplace, documents, cleanUp);
  const contender = (
    name: string,
    server: ServerProcess,
    application: string,
    exchangeOf: Contender['exchangeOf'],
  ) => ({
    name,
    application,
    origin: server.origin,
    pid: server.pid,
    exchangeOf,
  });
  return [
    {
      title: 'PUT syncs/progress',
      contenders: [
        contender('BookOrbit, password key', ours, 'bookorbit', withPassword.push),
        contender('floor', floor, 'floor', withPassword.push),
        contender('BookOrbit, device key', ours, 'bookorbit', withDeviceKey.push),
        contender('bare', bare, 'bare', withPassword.push),
      ],
    },
    {
      title: 'GET syncs/progress',
      contenders: [
        contender('BookOrbit, password key', ours, 'bookorbit', withPassword.pull),
        contender('floor', floor, 'floor', withPassword.pull),
        contender('BookOrbit, device key', ours, 'bookorbit', withDeviceKey.pull),
        contender('bare', bare, 'bare', withPassword.pull),
      ],
    },
    {
      title: 'Plugin',
      contenders: [
        contender('progress, one book', ours, 'bookorbit', withDeviceKey.pluginPush),
        contender(`match-check, ${documents.length} books`, ours, 'bookorbit', withDeviceKey.matchCheck),
      ],
    },
  ];
}

async function startFloors(workplace: Workplace, documents: readonly string[], cleanUp: CleanUp) {
  const environment = {
    DATABASE_URL: await workplace.createDatabase('bench_floor'),
    FLOOR_DOCUMENTS: JSON.stringify(documents),
  };
  const start = (name: string) =>
    startServer(
      { name, parameters: [`${import.meta.dirname}/${name}-server.ts`], environment },
      workplace.folder,
      cleanUp,
    );
  return { floor: await start('floor'), bare: await start('bare') };
}

/** Statements of one request of each contender, the mean of some. */
async function statementsOf(workplace: Workplace, contenders: Case['contenders']): Promise<number[]> {
  const counts: number[] = [];
  for (const { origin, application, exchangeOf } of contenders) {
    // Numbers far from those of the rounds, so that no place is sent twice.
    const sendOne = (n: number) => sendOnce(origin, exchangeOf(0, 1_000_000 + n));
    await sendOne(0);
    const count = await countStatements(workplace, application, async () => {
      for (let n = 1; n <= COUNTED_REQUESTS; n += 1) await sendOne(n);
    });
    counts.push(count / COUNTED_REQUESTS);
  }
  return counts;
}
