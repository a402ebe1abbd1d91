import type { AnnotationDetail, AnnotationFacets } from '@bookorbit/contracts';
import { hexFromKoreader } from '@bookorbit/domain-annotations';

/** A count of one grouping set; the columns of the others are null. */
export interface FacetRow {
  readonly book_id: number | null;
  readonly title: string | null;
  readonly color: string | null;
  readonly device_id: string | null;
  readonly device_name: string | null;
  readonly source: AnnotationDetail['source'] | null;
  readonly is_total: boolean;
  readonly count: number;
}

/** Sorts the counts to what they count; annotations without a colour or a device are in no such list. */
export function facetsFromRows(rows: readonly FacetRow[]): AnnotationFacets {
  return {
    total: rows.find((row) => row.is_total)?.count ?? 0,
    books: rows.flatMap(({ book_id: bookId, title, count }) =>
      bookId === null ? [] : [{ bookId, title: title ?? '', count }],
    ),
    colors: rows.flatMap(({ color, count }) =>
      color === null ? [] : [{ name: color, hex: hexFromKoreader(color), count }],
    ),
    devices: rows.flatMap(({ device_id: deviceId, device_name: name, count }) =>
      deviceId ? [{ deviceId, name: name ?? 'KOReader', count }] : [],
    ),
    sources: rows.flatMap(({ source, count }) => (source === null ? [] : [{ source, count }])),
  };
}
