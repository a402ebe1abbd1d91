import { Injectable } from '@nestjs/common';
import type {
  AnnotationDetail,
  AnnotationList,
  AnnotationQuery,
  AnnotationSort,
  AnnotationStyle,
  FailedAnnotation,
  HeldDeletes,
  PendingDelete,
} from '@bookorbit/contracts';
import { type Drawer, drawerFromStyle, hexFromKoreader, styleFromDrawer } from '@bookorbit/domain-annotations';
import type { EntityManager } from 'typeorm';
import { accessibleFiles } from '../libraries/index.ts';

const DEFAULT_LIMIT = 60;
/** Texts shown of deletions that are held. */
const EXAMPLES = 3;

const ORDER: Readonly<Record<AnnotationSort, string>> = {
  newest: 'a.created_at DESC, a.id DESC',
  oldest: 'a.created_at, a.id',
  updated: 'a.updated_at DESC, a.id DESC',
  page: 'b.sort_title, b.id, a.pageno NULLS LAST, a.created_at, a.id',
};

const DETAIL = `a.id, a.kind, b.id AS book_id, b.title, b.authors, a.book_file_id, a.source, a.device_id, dev.name AS device_name, a.drawer,
  a.color, a.web_style, a.web_color, a.text, a.note, a.chapter, a.pageno, a.xpointer, a.xpointer_end, a.cfi, a.kobo_span, a.kobo_span_end, a.pdf,
  a.pdf_end, a.created_at, a.updated_at, a.version, a.deleted_at`;

const FROM = `FROM annotations a
  JOIN accessible_files f ON f.id = a.book_file_id
  JOIN books b ON b.id = f.book_id
  LEFT JOIN devices dev ON dev.user_id = a.user_id AND dev.device_id = a.device_id`;

const MATCHES = `a.user_id = $1
  AND ($2::int IS NULL OR b.id = $2) AND ($3::int IS NULL OR f.id = $3) AND a.kind = $4
  AND NOT EXISTS (SELECT 1 FROM unnest($5::text[]) AS word WHERE position(lower(word) IN lower(concat_ws(' ', a.text, a.note, a.chapter))) = 0)
  AND ($6::text IS NULL OR lower(a.color) = lower($6))
  AND ($7::text IS NULL OR (a.drawer = $7 AND coalesce(a.web_style, '') = $8))
  AND ($9::text IS NULL OR a.device_id = $9) AND ($10::text IS NULL OR a.source = $10)
  AND ($11::boolean IS NULL OR (coalesce(a.note, '') <> '') = $11)
  AND (a.deleted_at IS NOT NULL) = $12`;

// Retired devices and those that only send owe nothing.
const OWES = `(d.has_it OR d.offers <> '[]') AND own.retired_at IS NULL
  AND EXISTS (SELECT 1 FROM annotation_syncs s WHERE s.user_id = d.user_id AND s.book_file_id = d.book_file_id
    AND s.device_id = d.device_id AND s.kind = a.kind AND s.receives)`;

interface DetailRow {
  readonly id: string;
  readonly kind: 'highlight' | 'bookmark';
  readonly book_id: number;
  readonly title: string;
  readonly authors: string[];
  readonly book_file_id: number;
  readonly source: AnnotationDetail['source'];
  readonly device_id: string;
  readonly device_name: string | null;
  readonly drawer: Drawer | null;
  readonly color: string | null;
  readonly web_style: AnnotationStyle | null;
  readonly web_color: string | null;
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
}

/** What people see of their annotations. Reads only. */
@Injectable()
export class AnnotationListRepository {
  async list(tx: EntityManager, userId: number, query: AnnotationQuery): Promise<AnnotationList> {
    const { offset = 0, limit = DEFAULT_LIMIT, sort = 'newest' } = query;
    const values = matchValues(userId, query);
    const rows = await tx.query<DetailRow[]>(
      `WITH ${accessibleFiles('$1')} SELECT ${DETAIL} ${FROM} WHERE ${MATCHES} ORDER BY ${ORDER[sort]} LIMIT $13 OFFSET $14`,
      [...values, limit, offset],
    );
    const [count] = await tx.query<{ total: number }[]>(
      `WITH ${accessibleFiles('$1')} SELECT count(*)::int AS total ${FROM} WHERE ${MATCHES}`,
      values,
    );
    return { annotations: rows.map(detailFromRow), total: count?.total ?? 0, offset };
  }

  /** @returns Nothing when the user has no such annotation, or may not read its book any more. */
  async find(tx: EntityManager, userId: number, id: number): Promise<AnnotationDetail | undefined> {
    const [row] = await tx.query<DetailRow[]>(
      `WITH ${accessibleFiles('$1')} SELECT ${DETAIL} ${FROM} WHERE a.user_id = $1 AND a.id = $2`,
      [userId, id],
    );
    return row && detailFromRow(row);
  }

  async listFailed(tx: EntityManager, userId: number): Promise<FailedAnnotation[]> {
    const rows = await tx.query<
      (DetailRow & { failed_device: string; failed_name: string; failed_reason: string; failed_at: Date })[]
    >(
      `WITH ${accessibleFiles('$1')}
       SELECT ${DETAIL}, d.device_id AS failed_device, own.name AS failed_name, d.failed_reason, d.failed_at ${FROM}
       JOIN annotation_devices d ON d.user_id = a.user_id AND d.annotation_id = a.id AND d.failed_version = a.version
        AND d.failed_at > f.content_changed_at
       JOIN devices own ON own.user_id = d.user_id AND own.device_id = d.device_id
       WHERE a.user_id = $1 ORDER BY d.failed_at DESC, a.id`,
      [userId],
    );
    return rows.map((row) => ({
      annotation: detailFromRow(row),
      deviceId: row.failed_device,
      deviceName: row.failed_name,
      reason: row.failed_reason,
      failedAt: row.failed_at.toISOString(),
    }));
  }

  async listPendingDeletes(tx: EntityManager, userId: number): Promise<PendingDelete[]> {
    const rows = await tx.query<(DetailRow & { owing: PendingDelete['devices'] })[]>(
      `WITH ${accessibleFiles('$1')}
       SELECT ${DETAIL}, owing.devices AS owing ${FROM}
       JOIN LATERAL (
         SELECT json_agg(json_build_object('deviceId', own.device_id, 'deviceName', own.name) ORDER BY own.name, own.device_id) AS devices
         FROM annotation_devices d JOIN devices own ON own.user_id = d.user_id AND own.device_id = d.device_id
         WHERE d.user_id = a.user_id AND d.annotation_id = a.id AND ${OWES}
       ) AS owing ON owing.devices IS NOT NULL
       WHERE a.user_id = $1 AND a.deleted_at IS NOT NULL ORDER BY a.deleted_at DESC, a.id`,
      [userId],
    );
    return rows.map((row) => ({ annotation: detailFromRow(row), devices: row.owing }));
  }

  async listHeld(tx: EntityManager, userId: number): Promise<HeldDeletes[]> {
    const rows = await tx.query<(Omit<HeldDeletes, 'heldAt'> & { heldAt: Date })[]>(
      `WITH ${accessibleFiles('$1')}
       SELECT d.device_id AS "deviceId", own.name AS "deviceName", f.id AS "fileId", b.id AS "bookId", b.title AS "bookTitle", a.kind,
         count(*)::int AS count, min(d.held_at) AS "heldAt",
         (array_agg(coalesce(a.text, a.note, a.chapter, '') ORDER BY a.id))[1:${EXAMPLES}] AS examples
       FROM annotations a
       JOIN accessible_files f ON f.id = a.book_file_id
       JOIN books b ON b.id = f.book_id
       JOIN annotation_devices d ON d.user_id = a.user_id AND d.annotation_id = a.id AND d.held_at IS NOT NULL
       JOIN devices own ON own.user_id = d.user_id AND own.device_id = d.device_id
       WHERE a.user_id = $1 AND a.deleted_at IS NULL
       GROUP BY d.device_id, own.name, f.id, b.id, b.title, a.kind ORDER BY min(d.held_at) DESC, f.id`,
      [userId],
    );
    return rows.map((row) => ({ ...row, heldAt: row.heldAt.toISOString() }));
  }
}

function matchValues(userId: number, query: AnnotationQuery): unknown[] {
  const { style } = query;
  return [
    userId,
    query.bookId ?? null,
    query.fileId ?? null,
    query.kind ?? 'highlight',
    (query.q ?? '').split(/\s+/).filter((word) => word !== ''),
    query.color ?? null,
    style === undefined ? null : drawerFromStyle(style),
    style === 'squiggly' ? style : '',
    query.deviceId ?? null,
    query.source ?? null,
    query.hasNote ?? null,
    query.state === 'trash',
  ];
}

function detailFromRow(row: DetailRow): AnnotationDetail {
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
    style: row.web_style ?? (row.drawer ? styleFromDrawer(row.drawer) : undefined),
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
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    version: row.version,
    deletedAt: row.deleted_at?.toISOString(),
  };
}
