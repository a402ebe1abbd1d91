import { lastWeek } from './reading-week.ts';

it('has seven days with today last, over the turn of a month, and leaves out what is older', () => {
  const week = lastWeek({
    today: '2026-12-02',
    days: [
      { day: '2026-11-25', seconds: 9_000, books: 1 },
      { day: '2026-11-30', seconds: 1_800, books: 1 },
      { day: '2026-12-02', seconds: 3_600, books: 2 },
    ],
  });
  expect(week.map(({ day, seconds }) => `${day} ${seconds}`)).toEqual([
    '2026-11-26 0',
    '2026-11-27 0',
    '2026-11-28 0',
    '2026-11-29 0',
    '2026-11-30 1800',
    '2026-12-01 0',
    '2026-12-02 3600',
  ]);
  expect(week.map(({ share }) => share)).toEqual([0, 0, 0, 0, 0.5, 0, 1]);
  expect(week.filter(({ isToday }) => isToday)).toHaveLength(1);
});
