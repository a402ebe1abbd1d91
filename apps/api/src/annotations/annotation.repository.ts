import { Injectable } from '@nestjs/common';
import type { Annotation, AnnotationKind, FileAnnotations, FileChange, Holding } from '@bookorbit/domain-annotations';
import { INDEX_VERSION } from '@bookorbit/domain-positions';
import type { EntityManager } from 'typeorm';
import {
  ANNOTATION_COLUMNS,
  annotationFromRow,
  type AnnotationRow,
  holdingFromRow,
  type HoldingRow,
  recordFromAnnotation,
  recordFromHolding,
} from './annotation-rows.ts';

/** What changed in one file. */
export interface FileSave {
  readonly bookFileId: number;
  readonly change: FileChange;
}

/** Who changed it: where new annotations come from, and who deleted those that are gone. */
export interface ChangedBy {
  readonly source: 'koreader' | 'web' | 'kobo';
  /** Empty for the web. */
  readonly deviceId: string;
}

/** What the web knows of an annotation and KOReader does not; what is absent stays. */
export interface WebColumns {
  readonly webStyle?: string | null;
  readonly webColor?: string | null;
  readonly cfi?: string | null;
}

/** How a device exchanges one kind of annotation of a file. */
export interface SyncMark {
  readonly bookFileId: number;
  readonly receives: boolean;
  readonly hasProtocol: boolean;
  readonly domVersion?: number;
  /** How many exchanges the device remembers, unless its request comes late. */
  readonly saidRound?: number;
}

/** The exchanges of a device and a file. */
export interface Rounds {
  readonly count: number;
  /** How many of them the device last said it remembers. */
  readonly said?: number;
}

const SAVE_ANNOTATIONS = `
  INSERT INTO annotations AS a (user_id, id, book_file_id, kind, source, device_id, datetime, drawer, color, text, note, chapter, pageno,
    xpointer, xpointer_end, dom_version, pdf, pdf_end, field_times, keys, former, created_at, updated_at, version, place_version, deleted_at, deleted_by)
  SELECT $1, id, book_file_id, kind, $3, $4, datetime, drawer, color, text, note, chapter, pageno, xpointer, xpointer_end, dom_version, pdf,
    pdf_end, field_times, keys, former, to_timestamp(created_at), $5, version, place_version, to_timestamp(deleted_at),
    CASE WHEN deleted_at IS NOT NULL THEN $4 END
  FROM jsonb_to_recordset($2::jsonb) AS r (id bigint, book_file_id int, kind text, datetime text, drawer text, color text, text text, note text,
    chapter text, pageno int, xpointer text, xpointer_end text, dom_version int, pdf text, pdf_end text, field_times jsonb, keys text[], former text[],
    created_at double precision, version int, place_version int, deleted_at double precision)
  ON CONFLICT (user_id, id) DO UPDATE SET
    web_style = CASE WHEN a.drawer IS DISTINCT FROM excluded.drawer THEN NULL ELSE a.web_style END,
    web_color = CASE WHEN a.color IS DISTINCT FROM excluded.color THEN NULL ELSE a.web_color END,
    outdated_positions = CASE WHEN a.place_version = excluded.place_version THEN a.outdated_positions ELSE array_remove(ARRAY[
      CASE WHEN a.cfi IS NOT NULL THEN 'cfi' END, CASE WHEN a.kobo_span IS NOT NULL THEN 'koboSpan' END], NULL) END,
    anchored_by = CASE WHEN a.place_version = excluded.place_version THEN a.anchored_by ELSE 0 END,
    quote = CASE WHEN a.place_version = excluded.place_version THEN a.quote END,
    drawer = excluded.drawer, color = excluded.color, text = excluded.text, note = excluded.note, chapter = excluded.chapter,
    pageno = excluded.pageno,
    xpointer = coalesce(excluded.xpointer, a.xpointer),
    xpointer_end = CASE WHEN excluded.xpointer IS NULL THEN a.xpointer_end ELSE excluded.xpointer_end END,
    dom_version = CASE WHEN excluded.xpointer IS NULL THEN a.dom_version ELSE excluded.dom_version END,
    pdf = coalesce(excluded.pdf, a.pdf),
    pdf_end = CASE WHEN excluded.pdf IS NULL THEN a.pdf_end ELSE excluded.pdf_end END,
    field_times = excluded.field_times, keys = excluded.keys, former = excluded.former,
    updated_at = CASE WHEN a.version = excluded.version THEN a.updated_at ELSE excluded.updated_at END,
    version = excluded.version, place_version = excluded.place_version, deleted_at = excluded.deleted_at,
    deleted_by = CASE WHEN excluded.deleted_at IS NULL THEN NULL ELSE coalesce(a.deleted_by, excluded.deleted_by) END`;

const SAVE_HOLDINGS = `
  INSERT INTO annotation_devices AS d (user_id, annotation_id, device_id, book_file_id, has_it, is_own, key, datetime, base, acked_version,
    place_version, offers, is_delete_offered, times_offered, held_at, failed_version, failed_reason, failed_at, failed_by, past, said_at)
  SELECT $1, annotation_id, device_id, book_file_id, has_it, is_own, key, datetime, base, acked_version, place_version, offers, is_delete_offered,
    times_offered, to_timestamp(held_at), failed_version, failed_reason, to_timestamp(failed_at),
    CASE WHEN failed_version IS NOT NULL THEN ${INDEX_VERSION} END, past, said_at
  FROM jsonb_to_recordset($2::jsonb) AS r (annotation_id bigint, device_id text, book_file_id int, has_it boolean, is_own boolean, key text, datetime text,
    base jsonb, acked_version int, place_version int, offers jsonb, is_delete_offered boolean, times_offered int, held_at double precision,
    failed_version int, failed_reason text, failed_at double precision, past text[], said_at bigint)
  ON CONFLICT (user_id, annotation_id, device_id) DO UPDATE SET
    has_it = excluded.has_it, is_own = excluded.is_own, key = excluded.key, datetime = excluded.datetime, base = excluded.base, acked_version = excluded.acked_version,
    place_version = excluded.place_version, offers = excluded.offers, is_delete_offered = excluded.is_delete_offered,
    times_offered = excluded.times_offered, held_at = excluded.held_at, failed_version = excluded.failed_version,
    failed_reason = excluded.failed_reason, failed_at = excluded.failed_at, failed_by = excluded.failed_by, past = excluded.past, said_at = excluded.said_at`;

// Of other devices only the keys matter. What failed before the file changed, or by an older translator, may go now.
const STILL_FAILED = `d.failed_at > f.content_changed_at AND coalesce(d.failed_by, 0) = ${INDEX_VERSION}`;
const FIND_HOLDINGS = `
  SELECT d.annotation_id, d.book_file_id, d.device_id, d.has_it, d.is_own, d.key, d.datetime, d.acked_version, d.place_version, d.is_delete_offered,
    d.times_offered, d.held_at, d.failed_reason, d.past, d.said_at,
    CASE WHEN d.device_id = $4 THEN d.base END AS base, CASE WHEN d.device_id = $4 THEN d.offers END AS offers,
    CASE WHEN ${STILL_FAILED} THEN d.failed_version END AS failed_version, CASE WHEN ${STILL_FAILED} THEN d.failed_at END AS failed_at
  FROM annotation_devices d
  JOIN annotations a ON a.user_id = d.user_id AND a.id = d.annotation_id AND a.kind = $3
  JOIN book_files f ON f.id = d.book_file_id
  WHERE d.user_id = $1 AND d.book_file_id = ANY ($2::int[])`;

/** Annotations of users and what their devices have of them. Callers hold the locks of the files. */
@Injectable()
export class AnnotationRepository {
  /** Everything of one kind in the files, tombstones included, by file. */
  async findFiles(
    tx: EntityManager,
    userId: number,
    deviceId: string,
    kind: AnnotationKind,
    bookFileIds: readonly number[],
  ): Promise<ReadonlyMap<number, FileAnnotations>> {
    const annotations = await tx.query<AnnotationRow[]>(
      `SELECT ${ANNOTATION_COLUMNS} FROM annotations WHERE user_id = $1 AND book_file_id = ANY ($2::int[]) AND kind = $3`,
      [userId, bookFileIds, kind],
    );
    const holdings = await tx.query<HoldingRow[]>(FIND_HOLDINGS, [userId, bookFileIds, kind, deviceId]);
    const files = new Map(
      bookFileIds.map((id) => [id, { annotations: [] as Annotation[], holdings: [] as Holding[] }]),
    );
    for (const row of annotations) files.get(row.book_file_id)?.annotations.push(annotationFromRow(row));
    for (const row of holdings) files.get(row.book_file_id)?.holdings.push(holdingFromRow(row));
    return files;
  }

  /** How many exchanges of this kind of annotation the device had of each file, which says also of which it had any. */
  async findRounds(
    tx: EntityManager,
    userId: number,
    deviceId: string,
    kind: AnnotationKind,
    bookFileIds: readonly number[],
  ): Promise<ReadonlyMap<number, Rounds>> {
    const rows = await tx.query<{ book_file_id: number; rounds: number; said_round: number | null }[]>(
      `SELECT book_file_id, rounds, said_round FROM annotation_syncs
       WHERE user_id = $1 AND device_id = $3 AND kind = $4 AND book_file_id = ANY ($2::int[])`,
      [userId, bookFileIds, deviceId, kind],
    );
    return new Map(rows.map((row) => [row.book_file_id, { count: row.rounds, said: row.said_round ?? undefined }]));
  }

  /** Saves what changed, and gives numbers to what is new. */
  async save(
    tx: EntityManager,
    userId: number,
    by: ChangedBy,
    saves: readonly FileSave[],
    now: Date,
  ): Promise<ReadonlyMap<number, number>> {
    const fresh = saves.flatMap(({ bookFileId, change }) =>
      change.annotations.filter(({ id }) => id < 0).map(({ id }) => `${bookFileId} ${id}`),
    );
    const ids = new Map<string, number>();
    if (fresh.length > 0) {
      const rows = await tx.query<{ id: string }[]>(
        `SELECT nextval('annotations_id') AS id FROM generate_series(1, $1::int)`,
        [fresh.length],
      );
      rows.forEach(({ id }, n) => ids.set(fresh[n] ?? '', Number(id)));
    }
    const idOf = (bookFileId: number, id: number) => ids.get(`${bookFileId} ${id}`) ?? id;
    const annotations = saves.flatMap(({ bookFileId, change }) =>
      change.annotations.map((each) => recordFromAnnotation({ ...each, id: idOf(bookFileId, each.id) }, bookFileId)),
    );
    const holdings = saves.flatMap(({ bookFileId, change }) =>
      change.holdings.map((each) =>
        recordFromHolding({ ...each, annotationId: idOf(bookFileId, each.annotationId) }, bookFileId),
      ),
    );
    if (annotations.length > 0) {
      await tx.query(SAVE_ANNOTATIONS, [userId, JSON.stringify(annotations), by.source, by.deviceId, now]);
    }
    if (holdings.length > 0) await tx.query(SAVE_HOLDINGS, [userId, JSON.stringify(holdings)]);
    return new Map([...ids].map(([name, id]) => [Number(name.split(' ')[1]), id]));
  }

  /** Everything in a file, of every kind, tombstones included. */
  async findAll(tx: EntityManager, userId: number, bookFileId: number): Promise<Annotation[]> {
    const rows = await tx.query<AnnotationRow[]>(
      `SELECT ${ANNOTATION_COLUMNS} FROM annotations WHERE user_id = $1 AND book_file_id = $2 ORDER BY id`,
      [userId, bookFileId],
    );
    return rows.map(annotationFromRow);
  }

  /** Which of the annotations other devices have or may have: by themselves, or because they were given them. */
  async findElsewhere(
    tx: EntityManager,
    userId: number,
    deviceId: string,
    ids: readonly number[],
  ): Promise<{ readonly own: ReadonlySet<number>; readonly given: ReadonlySet<number> }> {
    const rows = await tx.query<{ id: string; is_own: boolean }[]>(
      `SELECT annotation_id AS id, bool_or(is_own AND has_it) AS is_own FROM annotation_devices
       WHERE user_id = $1 AND device_id <> $2 AND annotation_id = ANY ($3::bigint[]) GROUP BY annotation_id`,
      [userId, deviceId, ids],
    );
    return {
      own: new Set(rows.filter(({ is_own: isOwn }) => isOwn).map(({ id }) => Number(id))),
      given: new Set(rows.map(({ id }) => Number(id))),
    };
  }

  /** Tombstones of a file that an import taken back left. */
  async findTakenBack(
    tx: EntityManager,
    userId: number,
    bookFileId: number,
  ): Promise<{ readonly kept: ReadonlySet<number>; readonly purged: ReadonlySet<number> }> {
    const rows = await tx.query<{ id: string; is_purged: boolean }[]>(
      `SELECT a.id, a.purged_at IS NOT NULL AS is_purged FROM annotations a JOIN devices d ON d.user_id = a.user_id AND d.device_id = a.deleted_by AND d.kind = 'import'
       WHERE a.user_id = $1 AND a.book_file_id = $2 AND a.deleted_at IS NOT NULL`,
      [userId, bookFileId],
    );
    const idsOf = (isPurged: boolean) =>
      new Set(rows.filter((row) => row.is_purged === isPurged).map(({ id }) => Number(id)));
    return { kept: idsOf(false), purged: idsOf(true) };
  }

  /**
   * Empties the trash of what is in it since before `before`, some of it, of everybody. One that a device in use has, or may have, waits for
   * the device. Of those a device ever had, be it one that is forgotten, where and when they were made and what devices called them is
   * kept: by that they are known should one bring them again.
   *
   * @returns How many went.
   */
  async purge(tx: EntityManager, before: Date, most: number, now: Date): Promise<number> {
    const [, gone] = await tx.query<[unknown[], number]>(
      `DELETE FROM annotations a WHERE (a.user_id, a.id) IN (
         SELECT t.user_id, t.id FROM annotations t WHERE t.deleted_at < $1 AND t.purged_at IS NULL AND t.source = 'web' AND t.keys = '{}'
           AND NOT EXISTS (SELECT 1 FROM annotation_devices d WHERE d.user_id = t.user_id AND d.annotation_id = t.id)
         LIMIT $2
       ) AND a.deleted_at < $1`,
      [before, most],
    );
    const purged = await tx.query<{ count: number }[]>(
      `WITH old AS (
         SELECT t.user_id, t.id FROM annotations t
         WHERE t.deleted_at < $1 AND t.purged_at IS NULL AND NOT EXISTS (
           SELECT 1 FROM annotation_devices d JOIN devices v ON v.user_id = d.user_id AND v.device_id = d.device_id
           WHERE d.user_id = t.user_id AND d.annotation_id = t.id AND (d.has_it OR d.offers <> '[]') AND v.retired_at IS NULL)
         LIMIT $2
       ), words AS (
         UPDATE annotations a SET purged_at = $3, color = NULL, text = NULL, note = NULL, chapter = NULL, web_color = NULL, cfi = NULL,
           kobo_span = NULL, kobo_span_end = NULL, former = '{}'
         FROM old WHERE a.user_id = old.user_id AND a.id = old.id AND a.deleted_at < $1 RETURNING a.user_id, a.id
       ), held AS (
         UPDATE annotation_devices d SET base = NULL, offers = '[]', past = '{}'
         FROM words WHERE d.user_id = words.user_id AND d.annotation_id = words.id
       )
       SELECT count(*)::int AS count FROM words`,
      [before, most, now],
    );
    return gone + (purged[0]?.count ?? 0);
  }

  /** Removes annotations for good, with what is known of them. */
  async remove(tx: EntityManager, userId: number, ids: readonly number[]): Promise<void> {
    await tx.query(`DELETE FROM annotations WHERE user_id = $1 AND id = ANY ($2::bigint[])`, [userId, ids]);
  }

  /** Forgets what a device has of a file. */
  async forgetHoldings(tx: EntityManager, userId: number, deviceId: string, bookFileId: number): Promise<void> {
    for (const table of ['annotation_devices', 'annotation_syncs']) {
      await tx.query(`DELETE FROM ${table} WHERE user_id = $1 AND device_id = $2 AND book_file_id = $3`, [
        userId,
        deviceId,
        bookFileId,
      ]);
    }
  }

  async findOne(tx: EntityManager, userId: number, id: number): Promise<Annotation | undefined> {
    const [found] = await this.findMany(tx, userId, [id]);
    return found?.annotation;
  }

  /** Those of `ids` there are, each with its file. */
  async findMany(
    tx: EntityManager,
    userId: number,
    ids: readonly number[],
  ): Promise<{ readonly bookFileId: number; readonly annotation: Annotation }[]> {
    const rows = await tx.query<AnnotationRow[]>(
      `SELECT ${ANNOTATION_COLUMNS} FROM annotations WHERE user_id = $1 AND id = ANY ($2::bigint[])`,
      [userId, ids],
    );
    return rows.map((row) => ({ bookFileId: row.book_file_id, annotation: annotationFromRow(row) }));
  }

  /** The same columns for each of `ids`. */
  async saveWebColumns(tx: EntityManager, userId: number, ids: readonly number[], columns: WebColumns): Promise<void> {
    await tx.query(
      `UPDATE annotations SET web_style = CASE WHEN $3 THEN $4 ELSE web_style END, web_color = CASE WHEN $5 THEN $6 ELSE web_color END,
         cfi = coalesce($7, cfi)
       WHERE user_id = $1 AND id = ANY ($2::bigint[])`,
      [
        userId,
        ids,
        columns.webStyle !== undefined,
        columns.webStyle ?? null,
        columns.webColor !== undefined,
        columns.webColor ?? null,
        columns.cfi ?? null,
      ],
    );
  }

  /** Devices may try again what they could not do with an annotation. */
  async forgetFailures(tx: EntityManager, userId: number, id: number): Promise<void> {
    await tx.query(
      `UPDATE annotation_devices SET failed_version = NULL, failed_reason = NULL, failed_at = NULL, times_offered = 0
       WHERE user_id = $1 AND annotation_id = $2`,
      [userId, id],
    );
  }

  /** The user's own time zone, an IANA name. */
  async findTimeZone(tx: EntityManager, userId: number): Promise<string> {
    const [row] = await tx.query<{ time_zone: string }[]>(`SELECT time_zone FROM users WHERE id = $1`, [userId]);
    return row?.time_zone ?? 'UTC';
  }

  async saveSyncs(
    tx: EntityManager,
    userId: number,
    deviceId: string,
    kind: AnnotationKind,
    marks: readonly SyncMark[],
    now: Date,
  ): Promise<void> {
    await tx.query(
      `INSERT INTO annotation_syncs AS s (user_id, book_file_id, device_id, kind, receives, has_protocol, dom_version, synced_at, rounds, said_round)
       SELECT $1, r.book_file_id, $2, $3, r.receives, r.has_protocol, r.dom_version, $5, 1, r.said_round
       FROM jsonb_to_recordset($4::jsonb) AS r (book_file_id int, receives boolean, has_protocol boolean, dom_version int, said_round int)
       ON CONFLICT (user_id, book_file_id, device_id, kind) DO UPDATE SET receives = excluded.receives,
         has_protocol = excluded.has_protocol, dom_version = coalesce(excluded.dom_version, s.dom_version), synced_at = excluded.synced_at,
         rounds = s.rounds + 1, said_round = coalesce(excluded.said_round, s.said_round)`,
      [
        userId,
        deviceId,
        kind,
        JSON.stringify(
          marks.map((mark) => ({
            book_file_id: mark.bookFileId,
            receives: mark.receives,
            has_protocol: mark.hasProtocol,
            dom_version: mark.domVersion,
            said_round: mark.saidRound,
          })),
        ),
        now,
      ],
    );
  }
}
