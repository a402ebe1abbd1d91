import fc from 'fast-check';
import { achievementsOf, type ReadingRecord, streaksOf } from './index.ts';

const LEVELS = { hours: [1, 10], streak: [3, 7], days: [2, 5], finished: [1, 2], marathon: [2] };
const day = fc.integer({ min: 0, max: 40 }).map((n) => new Date(n * 86_400_000).toISOString().slice(0, 10));
const log = fc.array(fc.tuple(day, fc.integer({ min: 1, max: 20_000 })), { maxLength: 40 });
const recordOf = (
  entries: readonly (readonly [string, number])[],
  finishedOn: readonly string[] = [],
): ReadingRecord => {
  const secondsByDay = new Map<string, number>();
  for (const [on, seconds] of entries) secondsByDay.set(on, (secondsByDay.get(on) ?? 0) + seconds);
  return { secondsByDay, finishedOn };
};

describe('achievementsOf', () => {
  it('grows with the log: more reading takes nothing away and delays nothing', () =>
    fc.assert(
      fc.property(log, log, (before, more) => {
        const after = achievementsOf(recordOf([...before, ...more]), LEVELS);
        for (const { kind, level, reachedOn } of achievementsOf(recordOf(before), LEVELS)) {
          const still = after.find((one) => one.kind === kind && one.level === level);
          expect(still && still.reachedOn <= reachedOn).toBe(true);
        }
      }),
    ));

  it('awards each level once, in whatever order the log comes', () =>
    fc.assert(
      fc.property(log, (entries) => {
        const achieved = achievementsOf(recordOf(entries), LEVELS);
        expect(new Set(achieved.map(({ kind, level }) => `${kind} ${level}`)).size).toBe(achieved.length);
        expect(achievementsOf(recordOf([...entries].reverse()), LEVELS)).toEqual(achieved);
      }),
    ));

  it('says on which day something was reached', () => {
    const record = recordOf(
      [
        ['2026-01-01', 1800],
        ['2026-01-02', 1800],
        ['2026-01-03', 60],
      ],
      ['2026-01-03'],
    );
    expect(achievementsOf(record, LEVELS)).toEqual([
      { kind: 'days', level: 2, reachedOn: '2026-01-02' },
      { kind: 'hours', level: 1, reachedOn: '2026-01-02' },
      { kind: 'finished', level: 1, reachedOn: '2026-01-03' },
      { kind: 'streak', level: 3, reachedOn: '2026-01-03' },
    ]);
  });
});

describe('streaksOf', () => {
  it('is not ended by a today that is not over', () => {
    const days = ['2026-02-27', '2026-02-28', '2026-03-01'];
    expect(streaksOf(days, '2026-03-01')).toEqual({ current: 3, longest: 3 });
    expect(streaksOf(days, '2026-03-02')).toEqual({ current: 3, longest: 3 });
    expect(streaksOf(days, '2026-03-03')).toEqual({ current: 0, longest: 3 });
  });

  it('is never longer than the days there are', () =>
    fc.assert(
      fc.property(fc.array(day), day, (days, today) => {
        const { current, longest } = streaksOf(days, today);
        expect(current).toBeLessThanOrEqual(longest);
        expect(longest).toBeLessThanOrEqual(new Set(days).size);
      }),
    ));
});
