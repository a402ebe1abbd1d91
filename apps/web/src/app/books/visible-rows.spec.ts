import { layoutFor } from './book-grid.ts';
import { visibleRows } from './visible-rows.ts';

const GRID = { columns: 5, rowHeight: 300, top: 200 };

describe('visibleRows', () => {
  it('starts with the first row at the top of the page', () => {
    expect(visibleRows(GRID, { scrollTop: 0, height: 900 }, 4000)).toEqual({ first: 0, end: 5 });
  });

  it('draws a handful of rows wherever the view is, and every row in it', () => {
    for (let scrollTop = 0; scrollTop < 1_200_000; scrollTop += 997) {
      const { first, end } = visibleRows(GRID, { scrollTop, height: 900 }, 4000);
      expect(end - first).toBeLessThanOrEqual(9);
      const topOfFirst = GRID.top + first * GRID.rowHeight;
      const bottomOfLast = GRID.top + end * GRID.rowHeight;
      expect(topOfFirst <= scrollTop || first === 0).toBe(true);
      expect(bottomOfLast >= scrollTop + 900 || end === 4000).toBe(true);
    }
  });

  it('draws nothing past the last row', () => {
    expect(visibleRows(GRID, { scrollTop: 100_000, height: 900 }, 10)).toEqual({ first: 10, end: 10 });
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
