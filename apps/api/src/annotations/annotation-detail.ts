import type { AnnotationDetail, AnnotationQuality, AnnotationStyle } from '@bookorbit/contracts';
import { INDEX_VERSION } from '@bookorbit/domain-positions';
import { type Drawer, hexFromKoreader, styleFromDrawer } from '@bookorbit/domain-annotations';

// A device that was retired, or an attempt on an older version of the file or by an older translator, says nothing of now.
const FAILURE = `SELECT d.failed_reason FROM annotation_devices d
    JOIN devices own ON own.user_id = d.user_id AND own.device_id = d.device_id AND own.retired_at IS NULL
    WHERE d.user_id = a.user_id AND d.annotation_id = a.id AND d.failed_version = a.version AND d.failed_at > f.content_changed_at
      AND coalesce(d.failed_by, 0) = ${INDEX_VERSION}`;

/**
 * Whether a device `d` has it at other pointers. They are compared as devices spell them, newer ones with every `[1]`, and only where both
 * count the book's parts alike. Nearly always they are the same letters, which costs least to see and so comes first.
 */
const IS_ELSEWHERE = `d.has_it AND d.place_version = a.place_version
      AND d.base #>> '{place,pos0}' IS DISTINCT FROM a.xpointer AND d.base #>> '{place,pos0}' IS DISTINCT FROM a.pdf
      AND coalesce((d.base #>> '{place,domVersion}')::int, a.dom_version, 0) = coalesce(a.dom_version, (d.base #>> '{place,domVersion}')::int, 0)
      AND replace(d.base #>> '{place,pos0}', '[1]', '') <> replace(CASE d.base #>> '{place,format}' WHEN 'pdf' THEN a.pdf ELSE a.xpointer END, '[1]', '')`;

const FOUND_ELSEWHERE = `EXISTS (SELECT 1 FROM annotation_devices d
    WHERE d.user_id = a.user_id AND d.annotation_id = a.id AND ${IS_ELSEWHERE})`;

const IS_PLACELESS = `(a.xpointer IS NULL AND a.pdf IS NULL)`;
const IS_NEAR = `(a.outdated_positions <> '{}' OR (a.kind = 'highlight' AND ((a.xpointer IS NOT NULL AND a.xpointer_end IS NULL) OR (a.xpointer IS NULL AND a.pdf ~ '^[0-9]+$'))))`;

/** An `AnnotationQuality` of row `a` in file `f`. */
export const QUALITY = `CASE
  WHEN ${IS_PLACELESS} OR EXISTS (${FAILURE}) THEN 'failed'
  WHEN ${IS_NEAR} THEN 'near'
  WHEN ${FOUND_ELSEWHERE} THEN 'repaired'
  ELSE 'exact' END`;

// Of all annotations of user $1 at once: to look at the devices of one after the other takes many times as long.
const FAILING = `SELECT d.annotation_id FROM annotation_devices d
    JOIN devices own ON own.user_id = d.user_id AND own.device_id = d.device_id AND own.retired_at IS NULL
    JOIN annotations a ON a.user_id = d.user_id AND a.id = d.annotation_id
    JOIN book_files f ON f.id = a.book_file_id
    WHERE d.user_id = $1 AND d.failed_version IS NOT NULL AND d.failed_version = a.version AND d.failed_at > f.content_changed_at
      AND coalesce(d.failed_by, 0) = ${INDEX_VERSION}`;
const ELSEWHERE = `SELECT d.annotation_id FROM annotation_devices d
    JOIN annotations a ON a.user_id = d.user_id AND a.id = d.annotation_id WHERE d.user_id = $1 AND ${IS_ELSEWHERE}`;
const IS_FAILED = `(${IS_PLACELESS} OR a.id IN (${FAILING}))`;
const IS_SURE = `NOT ${IS_FAILED} AND NOT ${IS_NEAR}`;

/** Conditions for the annotations `a` of user `$1` whose {@link QUALITY} is such. */
export const HAS_QUALITY: Readonly<Record<AnnotationQuality, string>> = {
  failed: IS_FAILED,
  near: `NOT ${IS_FAILED} AND ${IS_NEAR}`,
  repaired: `${IS_SURE} AND a.id IN (${ELSEWHERE})`,
  exact: `${IS_SURE} AND a.id NOT IN (${ELSEWHERE})`,
};

/** Columns of a `DetailRow`; needs {@link DETAIL_FROM}. */
export const DETAIL = `a.id, a.kind, b.id AS book_id, b.title, b.authors, a.book_file_id, a.source, a.device_id,
  coalesce(dev.given_name, nullif(dev.name, '')) AS device_name, a.drawer, a.color, a.web_style, a.web_color, a.text, a.note, a.chapter, a.pageno,
  a.xpointer, a.xpointer_end, a.cfi, a.kobo_span, a.kobo_span_end, a.pdf, a.pdf_end, a.created_at, a.updated_at, a.version, a.deleted_at,
  ${QUALITY} AS quality, (${FAILURE} ORDER BY d.failed_at DESC LIMIT 1) AS failure`;

/** Needs the subquery `accessible_files`. */
export const DETAIL_FROM = `FROM annotations a
  JOIN accessible_files f ON f.id = a.book_file_id
  JOIN books b ON b.id = f.book_id
  LEFT JOIN devices dev ON dev.user_id = a.user_id AND dev.device_id = a.device_id`;

/** Columns that say how it is marked. */
export interface MarkRow {
  readonly drawer: Drawer | null;
  readonly color: string | null;
  readonly web_style: AnnotationStyle | null;
  readonly web_color: string | null;
}

export interface DetailRow extends MarkRow {
  readonly id: string;
  readonly kind: 'highlight' | 'bookmark';
  readonly book_id: number;
  readonly title: string;
  readonly authors: string[];
  readonly book_file_id: number;
  readonly source: AnnotationDetail['source'];
  readonly device_id: string;
  readonly device_name: string | null;
  readonly text: string | null;
  readonly note: string | null;
  readonly chapter: string | null;
  readonly pageno: number | null;
  readonly xpointer: string | null;
  readonly xpointer_end: string | null;
  readonly cfi: string | null;
  readonly kobo_span: string | null;
  readonly kobo_span_end: string | null;
  readonly pdf: string | null;
  readonly pdf_end: string | null;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly version: number;
  readonly deleted_at: Date | null;
  readonly quality: AnnotationQuality;
  readonly failure: string | null;
}

/** How it is marked, as a change on the web would say it. */
export function markFromRow(row: MarkRow): { readonly style?: AnnotationStyle; readonly color?: string } {
  return {
    style: row.web_style ?? (row.drawer ? styleFromDrawer(row.drawer) : undefined),
    color: row.web_color ?? row.color ?? undefined,
  };
}

export function detailFromRow(row: DetailRow): AnnotationDetail {
  const isHighlight = row.kind === 'highlight';
  return {
    id: Number(row.id),
    kind: row.kind,
    bookId: row.book_id,
    bookTitle: row.title,
    bookAuthors: row.authors,
    fileId: row.book_file_id,
    source: row.source,
    deviceId: row.device_id || undefined,
    deviceName: row.device_name ?? undefined,
    style: markFromRow(row).style,
    color: isHighlight ? (row.web_color ?? hexFromKoreader(row.color ?? undefined)) : undefined,
    colorName: row.color ?? undefined,
    text: row.text ?? undefined,
    note: row.note ?? undefined,
    chapter: row.chapter ?? undefined,
    page: row.pageno ?? undefined,
    positions: {
      xpointer: row.xpointer ?? undefined,
      xpointerEnd: row.xpointer_end ?? undefined,
      cfi: row.cfi ?? undefined,
      koboSpan: row.kobo_span ?? undefined,
      koboSpanEnd: row.kobo_span_end ?? undefined,
      pdf: row.pdf ?? undefined,
      pdfEnd: row.pdf_end ?? undefined,
    },
    quality: row.quality,
    failure: row.failure || undefined,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    version: row.version,
    deletedAt: row.deleted_at?.toISOString(),
  };
}
