const DAY_MS = 86_400_000;

/** Days in a row. */
export interface Streaks {
  readonly current: number;
  readonly longest: number;
}

/**
 * @param days Days with reading, `YYYY-MM-DD`, in any order.
 * @param today A day that is not over does not end the current streak.
 */
export function streaksOf(days: Iterable<string>, today: string): Streaks {
  const lengths = streakLengths(days);
  const current = lengths.get(today) ?? lengths.get(dayBefore(today)) ?? 0;
  return { current, longest: Math.max(0, ...lengths.values()) };
}

/** @returns For each day how many in a row it ends. */
export function streakLengths(days: Iterable<string>): ReadonlyMap<string, number> {
  const lengths = new Map<string, number>();
  for (const day of [...new Set(days)].sort()) lengths.set(day, (lengths.get(dayBefore(day)) ?? 0) + 1);
  return lengths;
}

function dayBefore(day: string): string {
  return new Date(Date.parse(day) - DAY_MS).toISOString().slice(0, 10);
}
