import type { ReadingStatistics } from '@bookorbit/contracts';
import { timeChart } from './statistics-charts.ts';

const reading = (...days: string[]): ReadingStatistics => ({
  timeZone: 'UTC',
  today: '2026-03-01',
  days: days.map((day) => ({ day, seconds: 600, books: 1 })),
  totals: { seconds: 0, sessions: 0, books: 0, days: 0, finished: 0 },
  streak: { current: 0, longest: 0 },
  hours: [],
  weekdays: [],
  devices: [],
  books: [],
  finished: [],
});

describe('The chart of time read', () => {
  it('names each day or week of more than a year once in its table', () => {
    const { table } = timeChart(reading('2025-02-24', '2026-03-01'), 'week', '2026-03-01');
    const names = table.rows.map(([name]) => name);
    expect(new Set(names).size).toBe(names.length);
    expect([names[0], names.at(-1)]).toEqual(['Feb 24, 2025', 'Feb 23, 2026']);
  });

  it('says that earlier ones are left out only where some are', () => {
    // 53 weeks fill it exactly.
    expect(timeChart(reading('2025-02-24', '2026-03-01'), 'week', '2026-03-01').isCut).toBe(false);
    expect(timeChart(reading('2025-02-23', '2026-03-01'), 'week', '2026-03-01').isCut).toBe(true);
  });
});
