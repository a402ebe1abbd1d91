import { streakLengths } from './streaks.ts';

/** What somebody read, as far as achievements go. */
export interface ReadingRecord {
  /** Seconds by day, `YYYY-MM-DD`. */
  readonly secondsByDay: ReadonlyMap<string, number>;
  /** The days on which books were read to the end. */
  readonly finishedOn: readonly string[];
}

/** Counts at which each kind is reached, rising. */
export type AchievementLevels<Kind extends string> = Readonly<Record<Kind, readonly number[]>>;

export interface Achievement<Kind extends string> {
  readonly kind: Kind;
  readonly level: number;
  readonly reachedOn: string;
}

export type AchievementKind = 'hours' | 'streak' | 'days' | 'finished' | 'marathon';

const HOUR_SECONDS = 3600;

/**
 * What a record has reached, and on which day: a function of the log alone, so that no repeat of it awards anything twice, and more
 * reading only adds to it or brings it forward.
 */
export function achievementsOf(
  record: ReadingRecord,
  levels: AchievementLevels<AchievementKind>,
): Achievement<AchievementKind>[] {
  const days = [...record.secondsByDay].filter(([, seconds]) => seconds > 0).sort(byDay);
  const streaks = streakLengths(days.map(([day]) => day));
  const counts: Record<AchievementKind, readonly (readonly [string, number])[]> = {
    hours: runningSums(days.map(([day, seconds]) => [day, seconds / HOUR_SECONDS])),
    streak: days.map(([day]) => [day, streaks.get(day) ?? 0]),
    days: days.map(([day], n) => [day, n + 1]),
    finished: [...record.finishedOn].sort().map((day, n) => [day, n + 1]),
    marathon: days.map(([day, seconds]) => [day, seconds / HOUR_SECONDS]),
  };
  return (Object.keys(counts) as AchievementKind[])
    .flatMap((kind) => levels[kind].flatMap((level) => reached(kind, level, counts[kind])))
    .sort((a, b) => compare(a.reachedOn, b.reachedOn) || compare(a.kind, b.kind) || a.level - b.level);
}

function reached(
  kind: AchievementKind,
  level: number,
  counts: readonly (readonly [string, number])[],
): Achievement<AchievementKind>[] {
  const first = counts.find(([, count]) => count >= level);
  return first ? [{ kind, level, reachedOn: first[0] }] : [];
}

function runningSums(values: readonly (readonly [string, number])[]): [string, number][] {
  let sum = 0;
  return values.map(([day, value]) => [day, (sum += value)]);
}

function byDay(a: readonly [string, number], b: readonly [string, number]): number {
  return compare(a[0], b[0]);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
