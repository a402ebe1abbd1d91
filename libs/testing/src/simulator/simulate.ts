import { describeAction, type Schedule, scheduleOf } from './schedule.ts';
import type { SimulatedServer } from './server.ts';
import { World } from './world.ts';

/** A schedule after which something was not as it must be. */
export interface FailedSchedule {
  readonly seed: number;
  /** The fewest actions found that still end in a fault. */
  readonly schedule: Schedule;
  readonly faults: readonly string[];
}

/** @returns What was wrong in the end; empty when all was well. */
export async function runSchedule(server: SimulatedServer, schedule: Schedule): Promise<string[]> {
  try {
    const world = await World.open(server, schedule);
    for (const action of schedule.actions) await world.act(action);
    await world.settle();
    return await world.judge();
  } catch (error) {
    return [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  }
}

/**
 * Runs the schedules of `count` seeds from `seed` on.
 *
 * @param shrinks Runs spent on making a failed schedule shorter; chance that does not lie in the schedule makes that vain.
 * @returns Those that failed.
 */
export async function simulate(
  server: SimulatedServer,
  options: {
    readonly seed: number;
    readonly count: number;
    readonly shrinks: number;
    readonly mostFailures?: number;
    readonly done?: (count: number, failed: number) => void;
    readonly found?: (failure: FailedSchedule) => void;
  },
): Promise<FailedSchedule[]> {
  const failed: FailedSchedule[] = [];
  for (let n = 0; n < options.count; n += 1) {
    const schedule = scheduleOf(options.seed + n);
    const faults = await runSchedule(server, schedule);
    if (faults.length > 0) {
      const failure = await shrink(server, schedule, faults, options.shrinks);
      failed.push(failure);
      options.found?.(failure);
    }
    options.done?.(n + 1, failed.length);
    if (failed.length >= (options.mostFailures ?? 5)) break;
  }
  return failed;
}

/** @returns What to print of a failure: how to have it again, what was wrong, and what had happened. */
export function describeFailure({ seed, schedule, faults }: FailedSchedule, option = ''): string {
  return [
    `Seed ${seed} fails; again: npm run simulate -- --schedules 1 --seed ${seed}${option}`,
    ...faults.map((fault) => `  ✗ ${fault}`),
    `  ${schedule.timeZone}, from ${new Date(schedule.startsAt * 1000).toISOString()}:`,
    ...schedule.actions.map((action, n) => `  ${n + 1}. ${describeAction(action)}`),
  ].join('\n');
}

/** Leaves out halves, quarters and so on, as long as the rest still fails. */
async function shrink(
  server: SimulatedServer,
  schedule: Schedule,
  faults: readonly string[],
  mostRuns: number,
): Promise<FailedSchedule> {
  let best: FailedSchedule = { seed: schedule.seed, schedule, faults };
  let size = Math.ceil(schedule.actions.length / 2);
  let runs = 0;
  while (size >= 1 && runs < mostRuns) {
    let hasShrunk = false;
    for (let from = 0; from < best.schedule.actions.length && runs < mostRuns;) {
      const { actions } = best.schedule;
      const gone = actions.slice(from, from + size).reduce((sum, { wait }) => sum + wait, 0);
      const rest = [...actions.slice(0, from), ...actions.slice(from + size)];
      // The time goes by all the same.
      const next = rest[from];
      const kept = next ? rest.with(from, { ...next, wait: next.wait + gone }) : rest;
      const shorter = { ...best.schedule, actions: kept };
      runs += 1;
      const found = await runSchedule(server, shorter);
      if (found.length > 0) {
        best = { ...best, schedule: shorter, faults: found };
        hasShrunk = true;
      } else from += size;
    }
    if (size === 1 && !hasShrunk) break;
    size = size === 1 ? 1 : Math.ceil(size / 2);
  }
  return best;
}
