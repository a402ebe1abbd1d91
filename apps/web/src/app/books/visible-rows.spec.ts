import { layoutFor } from './book-grid.ts';
import fc from 'fast-check';
import { areSameRows, nextRows, OVERSCAN_ROWS, type Rows, visibleRows } from './visible-rows.ts';

const GRID = { columns: 5, rowHeight: 300, top: 200 };

describe('visibleRows', () => {
  it('starts with the first row at the top of the page', () => {
    expect(visibleRows(GRID, { scrollTop: 0, height: 900 }, 4000, OVERSCAN_ROWS)).toEqual({ first: 0, end: 5 });
  });

  it('draws a handful of rows wherever the view is, and every row in it', () => {
    for (let scrollTop = 0; scrollTop < 1_200_000; scrollTop += 997) {
      const { first, end } = visibleRows(GRID, { scrollTop, height: 900 }, 4000, OVERSCAN_ROWS);
      expect(end - first).toBeLessThanOrEqual(9);
      const topOfFirst = GRID.top + first * GRID.rowHeight;
      const bottomOfLast = GRID.top + end * GRID.rowHeight;
      expect(topOfFirst <= scrollTop || first === 0).toBe(true);
      expect(bottomOfLast >= scrollTop + 900 || end === 4000).toBe(true);
    }
  });

  it('knows the rows in view alone', () => {
    expect(visibleRows(GRID, { scrollTop: 3050, height: 900 }, 4000, 0)).toEqual({ first: 9, end: 13 });
  });

  it('draws nothing past the last row', () => {
    expect(visibleRows(GRID, { scrollTop: 100_000, height: 900 }, 10, OVERSCAN_ROWS)).toEqual({ first: 10, end: 10 });
  });
});

describe('nextRows', () => {
  const rows = fc.tuple(fc.nat(60), fc.nat(12)).map(([first, count]): Rows => ({ first, end: first + count }));
  const isIn = (row: number, { first, end }: Rows): boolean => row >= first && row < end;
  const listed = ({ first, end }: Rows): number[] => Array.from({ length: end - first }, (_, n) => first + n);
  const freshOf = (before: Rows, after: Rows): number[] => listed(after).filter((row) => !isIn(row, before));

  it('comes to what is wanted by one row at a time, and keeps what is drawn of it', () => {
    fc.assert(
      fc.property(rows, rows, rows, (drawn, wanted, view) => {
        let at = drawn;
        for (let step = 0; step <= wanted.end - wanted.first; step++) {
          const next = nextRows(at, wanted, view);
          expect(freshOf(at, next).length).toBeLessThanOrEqual(1);
          expect(listed(at).filter((row) => isIn(row, wanted) && !isIn(row, next))).toEqual([]);
          at = next;
        }
        expect(listed(at)).toEqual(listed(wanted));
        expect(listed(nextRows(at, wanted, view))).toEqual(listed(wanted));
      }),
    );
  });

  it('draws what is in view before what lies beyond its edges', () => {
    const view = { first: 10, end: 13 };
    const wanted = { first: 8, end: 15 };
    const fresh: number[] = [];
    for (let at: Rows = { first: 0, end: 3 }; !areSameRows(at, wanted);) {
      const next = nextRows(at, wanted, view);
      fresh.push(...freshOf(at, next));
      at = next;
    }
    expect(fresh).toEqual([10, 11, 12, 13, 14, 9, 8]);
  });
});

describe('layoutFor', () => {
  it('has two columns on the narrowest phone, and tiles that fill any width', () => {
    expect(layoutFor(328, 16).columns).toBe(2);
    for (const width of [328, 480, 700, 1000, 1344]) {
      const { columns, gap, rowHeight } = layoutFor(width, 16);
      const tileWidth = (width - gap * (columns - 1)) / columns;
      expect(tileWidth).toBeGreaterThan(130);
      expect(rowHeight).toBeGreaterThan(tileWidth * 1.5);
    }
  });
});
