import { Injectable } from '@nestjs/common';
import type {
  AnnotationChange,
  AnnotationDetail,
  AnnotationFacets,
  AnnotationFilter,
  AnnotationList,
  AnnotationQuery,
  FailedAnnotation,
  HeldDeletes,
  PendingDelete,
} from '@bookorbit/contracts';
import { INDEX_VERSION } from '@bookorbit/domain-positions';
import type { EntityManager } from 'typeorm';
import { accessibleFiles } from '../libraries/index.ts';
import { DETAIL, DETAIL_FROM, detailFromRow, type DetailRow, markFromRow, type MarkRow } from './annotation-detail.ts';
import { facetsFromRows, type FacetRow } from './annotation-facets.ts';
import {
  comesAfter,
  conditionsOf,
  cursorFromPlace,
  isNarrowed,
  needsBooks,
  orderBy,
  placeInOrder,
} from './annotation-search.ts';

const DEFAULT_LIMIT = 60;
/** Texts shown of deletions that are held. */
const EXAMPLES = 3;

/** Where an annotation is, and how it is marked, in the words of an `AnnotationChange`. */
export interface FoundAnnotation extends Pick<AnnotationChange, 'style' | 'color'> {
  readonly id: number;
  readonly fileId: number;
}

type Row = DetailRow & { readonly place: string[]; readonly total: number };
/** Of a page without a row only the number of all there are. */
type Found = Row | { readonly id: null; readonly total: number };

// Retired devices and those that only send owe nothing.
const OWES = `(d.has_it OR d.offers <> '[]') AND own.retired_at IS NULL
  AND EXISTS (SELECT 1 FROM annotation_syncs s WHERE s.user_id = d.user_id AND s.book_file_id = d.book_file_id
    AND s.device_id = d.device_id AND s.kind = a.kind AND s.receives)`;

/** What people see of their annotations. Reads only. */
@Injectable()
export class AnnotationListRepository {
  async list(tx: EntityManager, userId: number, query: AnnotationQuery): Promise<AnnotationList> {
    const { offset = 0, limit = DEFAULT_LIMIT, sort = 'newest' } = query;
    const { sql: conditions, values } = conditionsOf(userId, query);
    const { sql: isAfter, values: place } = comesAfter(sort, query.after, values.length + 3);
    // What is narrowed is looked for once; all of them are counted in an index, and the first of them found in another.
    // One more than asked for says whether there are more.
    const rows = await tx.query<Found[]>(
      `WITH ${accessibleFiles('$1')},
       found AS ${isNarrowed(query) ? '' : 'NOT'} MATERIALIZED (
         SELECT a.user_id, a.id, f.book_id, a.pageno, a.color, a.web_color, a.created_at, a.updated_at
         FROM annotations a JOIN accessible_files f ON f.id = a.book_file_id WHERE ${conditions}
       ),
       page AS MATERIALIZED (
         SELECT a.user_id, a.id, row_number() OVER (ORDER BY ${orderBy(sort)}) AS n, ${placeInOrder(sort)} AS place
         FROM found a ${needsBooks(sort) ? 'JOIN books b ON b.id = a.book_id' : ''}
         WHERE ${isAfter} ORDER BY ${orderBy(sort)} LIMIT $${values.length + 1} OFFSET $${values.length + 2}
       )
       SELECT counted.total, shown.*
       FROM (SELECT count(*)::int AS total FROM found) AS counted
       LEFT JOIN (SELECT ${DETAIL}, page.place, page.n ${DETAIL_FROM} JOIN page ON page.user_id = a.user_id AND page.id = a.id) AS shown ON true
       ORDER BY shown.n`,
      [...values, limit + 1, offset, ...place],
    );
    const there = rows.filter(isRow);
    const last = there.length > limit ? there[limit - 1] : undefined;
    return {
      annotations: there.slice(0, limit).map(detailFromRow),
      total: rows[0]?.total ?? 0,
      offset,
      ...(last && { next: cursorFromPlace(last.place) }),
    };
  }

  /** Everything a filter finds, by file. */
  async findAll(tx: EntityManager, userId: number, filter: AnnotationFilter): Promise<FoundAnnotation[]> {
    const { sql: conditions, values } = conditionsOf(userId, filter);
    const rows = await tx.query<(MarkRow & { id: string; book_file_id: number })[]>(
      `WITH ${accessibleFiles('$1')}
       SELECT a.id, a.book_file_id, a.drawer, a.color, a.web_style, a.web_color
       FROM annotations a JOIN accessible_files f ON f.id = a.book_file_id WHERE ${conditions} ORDER BY a.book_file_id, a.id`,
      [...values],
    );
    return rows.map((row) => ({ id: Number(row.id), fileId: row.book_file_id, ...markFromRow(row) }));
  }

  /** What annotations of a kind can be narrowed by. */
  async findFacets(
    tx: EntityManager,
    userId: number,
    { kind = 'highlight', state = 'active' }: Pick<AnnotationQuery, 'kind' | 'state'>,
  ): Promise<AnnotationFacets> {
    const rows = await tx.query<FacetRow[]>(
      `WITH ${accessibleFiles('$1')},
       -- Of very many there are few kinds; only these are looked up.
       counted AS MATERIALIZED (
         SELECT a.book_file_id, a.color, a.device_id, a.source, count(*) AS number FROM annotations a
         WHERE a.user_id = $1 AND a.kind = $2 AND a.deleted_at IS ${state === 'trash' ? 'NOT NULL' : 'NULL'} AND a.purged_at IS NULL
         GROUP BY a.book_file_id, a.color, a.device_id, a.source
       ),
       found AS (
         SELECT b.id AS book_id, b.title, b.sort_title, lower(a.color) AS color, a.device_id, a.source, a.number,
           coalesce(dev.given_name, nullif(dev.name, '')) AS device_name
         FROM counted a JOIN accessible_files f ON f.id = a.book_file_id JOIN books b ON b.id = f.book_id
         LEFT JOIN devices dev ON dev.user_id = $1 AND dev.device_id = a.device_id
       )
       SELECT book_id, title, color, device_id, device_name, source, coalesce(sum(number), 0)::int AS count,
         grouping(book_id, color, device_id, source) = 15 AS is_total
       FROM found GROUP BY GROUPING SETS ((book_id, title, sort_title), (color), (device_id, device_name), (source), ())
       ORDER BY sort_title, book_id, sum(number) DESC, color, device_id, source`,
      [userId, kind],
    );
    return facetsFromRows(rows);
  }

  /** Those of `ids` the user may see, in no order. */
  async findMany(tx: EntityManager, userId: number, ids: readonly number[]): Promise<AnnotationDetail[]> {
    const rows = await tx.query<DetailRow[]>(
      `WITH ${accessibleFiles('$1')} SELECT ${DETAIL} ${DETAIL_FROM} WHERE a.user_id = $1 AND a.id = ANY ($2::bigint[]) AND a.purged_at IS NULL`,
      [userId, ids],
    );
    return rows.map(detailFromRow);
  }

  /** @returns Nothing when the user has no such annotation, or may not read its book any more. */
  async find(tx: EntityManager, userId: number, id: number): Promise<AnnotationDetail | undefined> {
    const [row] = await tx.query<DetailRow[]>(
      `WITH ${accessibleFiles('$1')} SELECT ${DETAIL} ${DETAIL_FROM} WHERE a.user_id = $1 AND a.id = $2 AND a.purged_at IS NULL`,
      [userId, id],
    );
    return row && detailFromRow(row);
  }

  async listFailed(tx: EntityManager, userId: number): Promise<FailedAnnotation[]> {
    const rows = await tx.query<
      (DetailRow & { failed_device: string; failed_name: string; failed_reason: string; failed_at: Date })[]
    >(
      `WITH ${accessibleFiles('$1')}
       SELECT ${DETAIL}, d.device_id AS failed_device, coalesce(own.given_name, own.name) AS failed_name, d.failed_reason, d.failed_at ${DETAIL_FROM}
       JOIN annotation_devices d ON d.user_id = a.user_id AND d.annotation_id = a.id AND d.failed_version = a.version
        AND d.failed_at > f.content_changed_at AND coalesce(d.failed_by, 0) = ${INDEX_VERSION}
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
       SELECT ${DETAIL}, owing.devices AS owing ${DETAIL_FROM}
       JOIN LATERAL (
         SELECT json_agg(json_build_object('deviceId', own.device_id, 'deviceName', coalesce(own.given_name, own.name)) ORDER BY own.name, own.device_id) AS devices
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
       SELECT d.device_id AS "deviceId", coalesce(own.given_name, own.name) AS "deviceName", f.id AS "fileId", b.id AS "bookId", b.title AS "bookTitle", a.kind,
         count(*)::int AS count, min(d.held_at) AS "heldAt",
         (array_agg(coalesce(a.text, a.note, a.chapter, '') ORDER BY a.id))[1:${EXAMPLES}] AS examples
       FROM annotations a
       JOIN accessible_files f ON f.id = a.book_file_id
       JOIN books b ON b.id = f.book_id
       JOIN annotation_devices d ON d.user_id = a.user_id AND d.annotation_id = a.id AND d.held_at IS NOT NULL
       JOIN devices own ON own.user_id = d.user_id AND own.device_id = d.device_id
       WHERE a.user_id = $1 AND a.deleted_at IS NULL
       GROUP BY d.device_id, own.given_name, own.name, f.id, b.id, b.title, a.kind ORDER BY min(d.held_at) DESC, f.id`,
      [userId],
    );
    return rows.map((row) => ({ ...row, heldAt: row.heldAt.toISOString() }));
  }
}

function isRow(row: Found): row is Row {
  return row.id !== null;
}
