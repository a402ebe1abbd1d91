import { type Exchange, LoadClient } from './load.ts';
import { cpuMs, familyCpuMs } from './process-figures.ts';
import { median, percentile } from './statistics.ts';

const WARM_UP_CONNECTIONS = 32;
const LONGEST_WARM_UP_SECONDS = 15;

/** A server and the requests it gets. */
export interface Contender {
  readonly name: string;
  readonly origin: string;
  readonly pid: number;
  readonly exchangeOf: (connection: number, n: number) => Exchange;
}

/** Medians over the rounds of one contender. */
export interface RoundFigures {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  /** CPU time of the server's process for one request, ms. */
  readonly serverCpuMs: number;
  /** CPU time of all Postgres processes for one request, ms. */
  readonly postgresCpuMs: number;
}

/** How long rounds are and how many. */
export interface RoundPlan {
  readonly rounds: number;
  readonly roundSeconds: number;
  /** Requests each contender gets first. */
  readonly warmUpRequests: number;
}

/** Loads each contender once, without measuring: the code V8 has not optimized yet costs several times as much. */
export async function warmUp(contenders: readonly Contender[], plan: RoundPlan): Promise<void> {
  for (const { origin, exchangeOf } of contenders) {
    await new LoadClient(WARM_UP_CONNECTIONS).run(
      origin,
      { requests: plan.warmUpRequests, seconds: LONGEST_WARM_UP_SECONDS },
      exchangeOf,
    );
  }
}

/**
 * Loads the contenders in turn, round after round, so that a machine that gets slower or faster meanwhile does so for all.
 *
 * @param connections Requests under way at a time.
 * @returns The figures of each contender, in their order.
 */
export async function runRounds(
  contenders: readonly Contender[],
  connections: number,
  postmasterPid: number,
  plan: RoundPlan,
): Promise<RoundFigures[]> {
  const lanes = contenders.map((contender) => ({
    contender,
    client: new LoadClient(connections),
    taken: [] as RoundFigures[],
  }));
  for (let round = 0; round < plan.rounds; round += 1) {
    for (const { contender, client, taken } of lanes) {
      taken.push(await runRound(contender, client, postmasterPid, plan.roundSeconds));
    }
  }
  return lanes.map(({ taken }) => medianOf(taken));
}

async function runRound(
  { origin, pid, exchangeOf }: Contender,
  client: LoadClient,
  postmasterPid: number,
  seconds: number,
): Promise<RoundFigures> {
  const before = { server: cpuMs(pid), postgres: familyCpuMs(postmasterPid) };
  const load = await client.run(origin, { seconds }, exchangeOf);
  const after = { server: cpuMs(pid), postgres: familyCpuMs(postmasterPid) };
  return {
    requestsPerSecond: load.requests / load.seconds,
    p50Ms: percentile(load.latenciesMs, 0.5),
    p95Ms: percentile(load.latenciesMs, 0.95),
    p99Ms: percentile(load.latenciesMs, 0.99),
    serverCpuMs: (after.server - before.server) / load.requests,
    postgresCpuMs: (after.postgres - before.postgres) / load.requests,
  };
}

function medianOf(rounds: readonly RoundFigures[]): RoundFigures {
  const of = (field: keyof RoundFigures) => median(rounds.map((round) => round[field]));
  return {
    requestsPerSecond: of('requestsPerSecond'),
    p50Ms: of('p50Ms'),
    p95Ms: of('p95Ms'),
    p99Ms: of('p99Ms'),
    serverCpuMs: of('serverCpuMs'),
    postgresCpuMs: of('postgresCpuMs'),
  };
}
