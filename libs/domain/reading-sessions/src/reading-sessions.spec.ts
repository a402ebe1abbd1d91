import fc from 'fast-check';
import {
  type Calendar,
  clusterPageStats,
  dailyTotals,
  distinctPageStats,
  mergePageStat,
  type OwnedPageStat,
  type PageStat,
} from './index.ts';

const pageStat = fc.record({
  page: fc.integer({ min: 1, max: 30 }),
  startTime: fc.integer({ min: 0, max: 200_000 }),
  duration: fc.oneof(fc.integer({ min: 0, max: 120 }), fc.integer({ min: 0, max: 5000 })),
  totalPages: fc.constantFrom(300, 310),
});
const pageStats = fc.uniqueArray(pageStat, {
  maxLength: 60,
  selector: ({ page, startTime }) => `${page}:${startTime}`,
});
const owned = fc
  .tuple(pageStat, fc.constantFrom('a', 'b', 'c'))
  .map(([stat, deviceId]): OwnedPageStat => ({ ...stat, startTime: stat.startTime % 50, deviceId }));
/** Days of a hundred minutes, so that sessions often cross midnight. */
const SHORT_DAYS: Calendar = {
  dayOf: (time) => ({ day: String(Math.floor(time / 6000)), endTime: (Math.floor(time / 6000) + 1) * 6000 }),
};
const stat = (startTime: number, duration: number, page = 1): PageStat => ({
  page,
  startTime,
  duration,
  totalPages: 300,
});
const sum = (numbers: Iterable<number>) => [...numbers].reduce((total, number) => total + number, 0);

describe('mergePageStat', () => {
  it('is commutative, associative and idempotent', () =>
    fc.assert(
      fc.property(owned, owned, owned, (x, y, z) => {
        const [a, b, c] = [
          x,
          { ...y, page: x.page, startTime: x.startTime },
          { ...z, page: x.page, startTime: x.startTime },
        ];
        expect(mergePageStat(a, b)).toEqual(mergePageStat(b, a));
        expect(mergePageStat(mergePageStat(a, b), c)).toEqual(mergePageStat(a, mergePageStat(b, c)));
        expect(mergePageStat(a, a)).toEqual(a);
      }),
    ));

  it('does not depend on order or repetition', () =>
    fc.assert(
      fc.property(fc.array(owned, { maxLength: 40 }), fc.gen(), (stats, gen) => {
        const shuffled = gen(() => fc.shuffledSubarray([...stats, ...stats], { minLength: stats.length * 2 }));
        expect(distinctPageStats(shuffled)).toEqual(distinctPageStats(stats));
      }),
    ));
});

describe('clusterPageStats', () => {
  it('does not depend on the order in which page stats arrive', () =>
    fc.assert(
      fc.property(pageStats, fc.gen(), (stats, gen) => {
        const shuffled = gen(() => fc.shuffledSubarray(stats, { minLength: stats.length }));
        expect(clusterPageStats(shuffled)).toEqual(clusterPageStats(stats));
      }),
    ));

  it('never counts more than the summed seconds or the clock on the wall', () =>
    fc.assert(
      fc.property(pageStats, (stats) => {
        const sessions = clusterPageStats(stats);
        for (const { startTime, endTime, duration } of sessions)
          expect(duration).toBeLessThanOrEqual(endTime - startTime);
        expect(sum(sessions.map(({ duration }) => duration))).toBeLessThanOrEqual(
          sum(stats.map(({ duration }) => duration)),
        );
      }),
    ));

  it('leaves more than 30 minutes between sessions', () =>
    fc.assert(
      fc.property(pageStats, (stats) => {
        const sessions = clusterPageStats(stats);
        sessions
          .slice(1)
          .forEach(({ startTime }, n) => expect(startTime - (sessions[n]?.endTime ?? 0)).toBeGreaterThan(1800));
      }),
    ));

  it('keeps a pause of exactly 30 minutes in one session and splits at one second more', () => {
    expect(clusterPageStats([stat(0, 60), stat(1860, 60)])).toHaveLength(1);
    expect(clusterPageStats([stat(0, 60), stat(1861, 60)])).toHaveLength(2);
  });

  it('measures the pause from the page that was left last, not from the one begun last', () => {
    expect(clusterPageStats([stat(0, 4000, 1), stat(10, 5, 2), stat(5700, 60, 3)])).toHaveLength(1);
  });

  it('counts no more of rows without end than an integer of four bytes holds', () => {
    const day = 86_400;
    const rows = Array.from({ length: 25_000 }, (_, n) => stat(n * day, day, n));
    expect(clusterPageStats(rows)).toMatchObject([{ duration: 2 ** 31 - 1, endTime: 25_000 * day }]);
    expect(sum(dailyTotals(rows, SHORT_DAYS).values())).toBe(2 ** 31 - 1);
  });

  it('drops nine seconds and keeps ten', () => {
    expect(clusterPageStats([stat(0, 9)])).toEqual([]);
    expect(clusterPageStats([stat(0, 10)])).toHaveLength(1);
  });

  it('joins the evening and the night when an older sync fills the gap between them', () => {
    const evening = stat(0, 600);
    const night = stat(3600, 600);
    expect(clusterPageStats([evening, night])).toHaveLength(2);
    expect(clusterPageStats([evening, night, stat(2000, 300)])).toMatchObject([
      { startTime: 0, endTime: 4200, duration: 1500 },
    ]);
  });
});

describe('dailyTotals', () => {
  it('sums up to the sessions, whatever the days', () =>
    fc.assert(
      fc.property(pageStats, (stats) => {
        const sessions = clusterPageStats(stats);
        expect(sum(dailyTotals(stats, SHORT_DAYS).values())).toBe(sum(sessions.map(({ duration }) => duration)));
      }),
    ));

  it('splits a page at midnight', () => {
    expect(dailyTotals([stat(5900, 300)], SHORT_DAYS)).toEqual(
      new Map([
        ['0', 100],
        ['1', 200],
      ]),
    );
  });
});
