import type { SimulatedServer } from './server.ts';
import { describeFailure, simulate } from './simulate.ts';

/** Which schedules are played, and how. */
export interface Play {
  readonly schedules: number;
  readonly seed: number;
  /** Says how far it is while it runs. */
  readonly tells: boolean;
}

const TELL_EVERY = 50;

/** @returns What `npm run simulate` was asked for, or else the usual. */
export function playAsAsked(usualSchedules: number): Play {
  const { env } = process;
  return {
    schedules: Number(env['SIMULATE_SCHEDULES'] ?? usualSchedules),
    seed: Number(env['SIMULATE_SEED'] ?? 1),
    tells: env['SIMULATE_TELLS'] !== undefined,
  };
}

/**
 * @param option What `npm run simulate` needs to play the same again.
 * @returns Every failure in words; empty when all was well.
 */
export async function play(
  server: SimulatedServer,
  { schedules, seed, tells }: Play,
  shrinks: number,
  option = '',
): Promise<string> {
  const started = performance.now();
  const tell = (count: number, failed: number) => {
    const seconds = Math.round((performance.now() - started) / 1000);
    process.stderr.write(`${count} of ${schedules} schedules from seed ${seed} in ${seconds} s: ${failed} failed\n`);
  };
  const failures = await simulate(server, {
    seed,
    count: schedules,
    shrinks,
    found: (failure) => {
      if (tells) process.stderr.write(`${describeFailure(failure, option)}\n`);
    },
    done: (count, failed) => {
      // A long run is told about while it goes on.
      if (tells && (count % TELL_EVERY === 0 || count === schedules)) tell(count, failed);
    },
  });
  if (tells) return failures.length === 0 ? '' : `${failures.length} failed`;
  return failures.map((failure) => describeFailure(failure, option)).join('\n\n');
}
