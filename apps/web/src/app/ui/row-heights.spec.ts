import fc from 'fast-check';
import { rowsWithin } from './row-heights.ts';

const heights = fc.array(fc.integer({ min: 1, max: 500 }), { maxLength: 60 });
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

describe('rowsWithin', () => {
  it('draws every row that shows, and none that does not', () =>
    fc.assert(
      fc.property(
        heights,
        fc.integer({ min: -500, max: 30_000 }),
        fc.integer({ min: 1, max: 2000 }),
        (all, top, size) => {
          const { first, end } = rowsWithin(all, top, top + size);
          for (let row = 0; row < all.length; row++) {
            const start = sum(all.slice(0, row));
            const shows = start < top + size && start + (all[row] ?? 0) > top;
            expect(row >= first && row < end).toBe(shows);
          }
        },
      ),
    ));

  it('keeps the list as long as it is, whatever is drawn', () =>
    fc.assert(
      fc.property(heights, fc.integer({ min: -500, max: 30_000 }), (all, top) => {
        const { first, end, before, after } = rowsWithin(all, top, top + 700);
        expect(before).toBe(sum(all.slice(0, first)));
        expect(after).toBe(sum(all.slice(end)));
      }),
    ));
});
