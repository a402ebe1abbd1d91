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

/** Rows drawn beyond each edge of the view, so that Tab and a quick scroll always find one. */
const OVERSCAN_ROWS = 2;

/** The rows to draw, from `first` up to before `end`. */
export function visibleRows(
  geometry: GridGeometry,
  view: ScrollView,
  rowCount: number,
): { readonly first: number; readonly end: number } {
  const above = view.scrollTop - geometry.top;
  const first = Math.floor(above / geometry.rowHeight) - OVERSCAN_ROWS;
  const end = Math.ceil((above + view.height) / geometry.rowHeight) + OVERSCAN_ROWS;
  return { first: within(first, rowCount), end: within(end, rowCount) };
}

function within(row: number, rowCount: number): number {
  return Math.min(rowCount, Math.max(0, row));
}
