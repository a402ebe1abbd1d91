import fc from 'fast-check';
import { MOST_PERIODS, PERIODS, finishedByMonth, heatMapRange, isCut, sumsByPeriod } from './reading-days.ts';

const UNTIL = '2026-03-01';
const day = fc
  .integer({ min: 0, max: 28 })
  .map((ago) => new Date(Date.parse(UNTIL) - ago * 86_400_000).toISOString().slice(0, 10));
const days = fc
  .uniqueArray(day, { maxLength: 20 })
  .map((list) => [...list].sort().map((one, n) => ({ day: one, seconds: 60 * (n + 1), books: 1 })));

describe('sumsByPeriod', () => {
  it('loses no second, whatever days are put together by', () =>
    fc.assert(
      fc.property(days, fc.constantFrom(...PERIODS), (list, period) => {
        const total = list.reduce((sum, { seconds }) => sum + seconds, 0);
        expect(sumsByPeriod(list, period, UNTIL).reduce((sum, { seconds }) => sum + seconds, 0)).toBe(total);
      }),
    ));

  it('leaves no gap between two weeks with reading', () => {
    const list = [
      { day: '2026-02-01', seconds: 60, books: 1 },
      { day: '2026-02-17', seconds: 120, books: 1 },
    ];
    expect(sumsByPeriod(list, 'week', '2026-02-18')).toEqual([
      { start: '2026-01-26', seconds: 60 },
      { start: '2026-02-02', seconds: 0 },
      { start: '2026-02-09', seconds: 0 },
      { start: '2026-02-16', seconds: 120 },
    ]);
  });

  it('shows the latest when there are too many', () => {
    const list = [{ day: '2020-01-01', seconds: 60, books: 1 }];
    const sums = sumsByPeriod(list, 'day', UNTIL);
    expect([sums.length, sums.at(-1)?.start]).toEqual([MOST_PERIODS.day, UNTIL]);
  });

  it.each([
    ['2026-01-30', false],
    ['2026-01-29', true],
  ])('of reading since %s leaves days out: %s', (first, isLeftOut) => {
    const list = [{ day: first, seconds: 60, books: 1 }];
    expect(isCut(list, 'day', sumsByPeriod(list, 'day', UNTIL))).toBe(isLeftOut);
  });

  it('has nothing to show of nothing', () => {
    expect(sumsByPeriod([], 'month', UNTIL)).toEqual([]);
  });
});

it('counts a book that was read twice twice', () => {
  const finished = ['2026-01-03', '2026-01-31', '2026-03-01'].map((one) => ({ bookId: 1, title: 'Emma', day: one }));
  expect(finishedByMonth(finished, UNTIL)).toEqual([
    { start: '2026-01-01', count: 2 },
    { start: '2026-02-01', count: 0 },
    { start: '2026-03-01', count: 1 },
  ]);
});

it('shows twelve months up to today, or a calendar year', () => {
  expect(heatMapRange(undefined, '2026-11-28')).toEqual(['2025-11-29', '2026-11-28']);
  expect(heatMapRange(2024, '2026-11-28')).toEqual(['2024-01-01', '2024-12-31']);
});
