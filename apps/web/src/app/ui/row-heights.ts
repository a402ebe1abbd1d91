/** How high rows were, by id, when they were drawn at a width; kept apart from their list, they are still known on the way back to it. */
export class KnownHeights {
  width = 0;
  readonly byId = new Map<number, number>();
}

/** Rows to draw of many, from `first` up to before `end`, and how high those left out before and after them are, in pixels. */
export interface RowRange {
  readonly first: number;
  readonly end: number;
  readonly before: number;
  readonly after: number;
}

/**
 * Which rows of unlike heights lie in a view.
 *
 * @param heights Of each row, in pixels; all above 0.
 * @param top Of the view, in pixels from the top of the first row; may lie before it.
 * @param bottom Of the view.
 */
export function rowsWithin(heights: ArrayLike<number>, top: number, bottom: number): RowRange {
  const { length } = heights;
  let first = 0;
  let before = 0;
  while (first < length && before + at(heights, first) <= top) before += at(heights, first++);
  let end = first;
  let reached = before;
  while (end < length && reached < bottom) reached += at(heights, end++);
  let after = 0;
  for (let row = end; row < length; row++) after += at(heights, row);
  return { first, end, before, after };
}

function at(heights: ArrayLike<number>, row: number): number {
  return heights[row] ?? 0;
}
