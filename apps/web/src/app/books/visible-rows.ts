/** Lengths in CSS pixels. */
export interface GridGeometry {
  readonly columns: number;
  readonly rowHeight: number;
  /** From the top of the document to the first row. */
  readonly top: number;
}

export interface ScrollView {
  readonly scrollTop: number;
  readonly height: number;
}

/** Rows of a grid from `first` up to before `end`. */
export interface Rows {
  readonly first: number;
  readonly end: number;
}

/** Rows drawn beyond each edge of the view, so that Tab and a quick scroll always find one. */
export const OVERSCAN_ROWS = 2;

/** The rows of which something is in view, and as many beyond each edge as `overscan` says. */
export function visibleRows(geometry: GridGeometry, view: ScrollView, rowCount: number, overscan: number): Rows {
  const above = view.scrollTop - geometry.top;
  const first = Math.floor(above / geometry.rowHeight) - overscan;
  const end = Math.ceil((above + view.height) / geometry.rowHeight) + overscan;
  return { first: within(first, rowCount), end: within(end, rowCount) };
}

/**
 * The rows to draw next on the way from `drawn` to `wanted`: those that are drawn and still wanted, and one more, which is in `view` as long as
 * any of the view is missing. All at once would hold up a quick scroll.
 */
export function nextRows(drawn: Rows, wanted: Rows, view: Rows): Rows {
  const first = Math.max(drawn.first, wanted.first);
  const end = Math.min(drawn.end, wanted.end);
  if (first >= end) {
    const start = Math.min(Math.max(view.first, wanted.first), Math.max(wanted.first, wanted.end - 1));
    return { first: start, end: Math.min(start + 1, wanted.end) };
  }
  if (end < Math.min(view.end, wanted.end)) return { first, end: end + 1 };
  if (first > Math.max(view.first, wanted.first)) return { first: first - 1, end };
  if (end < wanted.end) return { first, end: end + 1 };
  if (first > wanted.first) return { first: first - 1, end };
  return { first, end };
}

/** Whether they are the same rows. */
export function areSameRows(one: Rows, other: Rows): boolean {
  return one.first === other.first && one.end === other.end;
}

function within(row: number, rowCount: number): number {
  return Math.min(rowCount, Math.max(0, row));
}
