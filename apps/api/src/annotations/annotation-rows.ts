import type { Annotation, AnnotationFields, Drawer, Holding, Offer, Place } from '@bookorbit/domain-annotations';

/** A row of `annotations`, as far as the rules need it. */
export interface AnnotationRow {
  readonly id: string;
  readonly book_file_id: number;
  readonly kind: 'highlight' | 'bookmark';
  readonly datetime: string;
  readonly drawer: Drawer | null;
  readonly color: string | null;
  readonly text: string | null;
  readonly note: string | null;
  readonly chapter: string | null;
  readonly pageno: number | null;
  readonly xpointer: string | null;
  readonly xpointer_end: string | null;
  readonly dom_version: number | null;
  readonly pdf: string | null;
  readonly pdf_end: string | null;
  readonly field_times: Annotation['fieldTimes'];
  readonly keys: readonly string[];
  readonly former: readonly string[];
  readonly created_at: Date;
  readonly version: number;
  readonly place_version: number;
  readonly deleted_at: Date | null;
}

export const ANNOTATION_COLUMNS = `id, book_file_id, kind, datetime, drawer, color, text, note, chapter, pageno, xpointer, xpointer_end, dom_version,
  pdf, pdf_end, field_times, keys, former, created_at, version, place_version, deleted_at`;

/** A row of `annotation_devices`. */
export interface HoldingRow {
  readonly annotation_id: string;
  readonly book_file_id: number;
  readonly device_id: string;
  readonly has_it: boolean;
  readonly is_own: boolean;
  readonly key: string | null;
  readonly datetime: string;
  readonly base: AnnotationFields | null;
  readonly acked_version: number;
  readonly place_version: number;
  readonly offers: readonly Offer[] | null;
  readonly is_delete_offered: boolean;
  readonly times_offered: number;
  readonly held_at: Date | null;
  readonly failed_version: number | null;
  readonly failed_reason: string | null;
  readonly failed_at: Date | null;
  readonly past: readonly string[];
  readonly said_at: string | null;
}

export function annotationFromRow(row: AnnotationRow): Annotation {
  return {
    id: Number(row.id),
    kind: row.kind,
    datetime: row.datetime,
    fields: {
      drawer: row.drawer ?? undefined,
      color: row.color ?? undefined,
      text: row.text ?? undefined,
      note: row.note ?? undefined,
      chapter: row.chapter ?? undefined,
      place: placeFromRow(row),
    },
    fieldTimes: row.field_times,
    keys: row.keys,
    former: row.former,
    createdAt: secondsOf(row.created_at),
    version: row.version,
    placeVersion: row.place_version,
    deletedAt: row.deleted_at ? secondsOf(row.deleted_at) : undefined,
    pageno: row.pageno ?? undefined,
  };
}

export function holdingFromRow(row: HoldingRow): Holding {
  return {
    annotationId: Number(row.annotation_id),
    deviceId: row.device_id,
    hasIt: row.has_it,
    isOwn: row.is_own,
    key: row.key ?? undefined,
    datetime: row.datetime,
    base: row.base ?? undefined,
    ackedVersion: row.acked_version,
    placeVersion: row.place_version,
    offers: row.offers ?? [],
    isDeleteOffered: row.is_delete_offered,
    timesOffered: row.times_offered,
    heldAt: row.held_at ? secondsOf(row.held_at) : undefined,
    failure:
      row.failed_version !== null && row.failed_at
        ? { version: row.failed_version, reason: row.failed_reason ?? '', at: secondsOf(row.failed_at) }
        : undefined,
    past: row.past,
    saidAt: row.said_at === null ? undefined : Number(row.said_at),
  };
}

/** @returns The annotation as `jsonb_to_recordset` reads it. */
export function recordFromAnnotation(annotation: Annotation, bookFileId: number): Record<string, unknown> {
  const { fields } = annotation;
  const xpointer = fields.place?.format === 'xpointer' ? fields.place : undefined;
  const pdf = fields.place?.format === 'pdf' ? fields.place : undefined;
  return {
    id: annotation.id,
    book_file_id: bookFileId,
    kind: annotation.kind,
    datetime: annotation.datetime,
    drawer: fields.drawer,
    color: fields.color,
    text: fields.text,
    note: fields.note,
    chapter: fields.chapter,
    pageno: annotation.pageno,
    xpointer: xpointer?.pos0,
    xpointer_end: xpointer?.pos1,
    dom_version: xpointer?.domVersion,
    pdf: pdf?.pos0,
    pdf_end: pdf?.pos1,
    field_times: annotation.fieldTimes,
    keys: annotation.keys,
    former: annotation.former,
    created_at: annotation.createdAt,
    version: annotation.version,
    place_version: annotation.placeVersion,
    deleted_at: annotation.deletedAt,
  };
}

/** @returns The holding as `jsonb_to_recordset` reads it. */
export function recordFromHolding(holding: Holding, bookFileId: number): Record<string, unknown> {
  return {
    annotation_id: holding.annotationId,
    book_file_id: bookFileId,
    device_id: holding.deviceId,
    has_it: holding.hasIt,
    is_own: holding.isOwn ?? false,
    key: holding.key,
    datetime: holding.datetime,
    base: holding.base,
    acked_version: holding.ackedVersion,
    place_version: holding.placeVersion,
    offers: holding.offers,
    is_delete_offered: holding.isDeleteOffered,
    times_offered: holding.timesOffered,
    held_at: holding.heldAt,
    failed_version: holding.failure?.version,
    failed_reason: holding.failure?.reason,
    failed_at: holding.failure?.at,
    past: holding.past,
    said_at: holding.saidAt,
  };
}

function placeFromRow(row: AnnotationRow): Place | undefined {
  if (row.xpointer !== null) {
    return {
      format: 'xpointer',
      pos0: row.xpointer,
      pos1: row.xpointer_end ?? undefined,
      domVersion: row.dom_version ?? undefined,
    };
  }
  return row.pdf === null ? undefined : { format: 'pdf', pos0: row.pdf, pos1: row.pdf_end ?? undefined };
}

function secondsOf(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}
