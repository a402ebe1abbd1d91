import { Injectable } from '@nestjs/common';
import type { FileProgress, ProgressReport, Reset } from '@bookorbit/domain-progress';
import type { EntityManager } from 'typeorm';
import { type ResetRow, resetOf } from './reset.repository.ts';

/** A report as it is kept, with what only people and other dialects need of it. */
export interface StoredReport extends ProgressReport {
  readonly deviceName: string;
  /** crengine's DOM version of the book on the device. */
  readonly domVersion?: number;
  /** The document id it came under. */
  readonly document?: string;
  /** When it came, unix seconds by the server's clock. */
  readonly receivedAt: number;
}

/** A row of any table that keeps places, as Postgres gives it. */
export interface ReportRow {
  device_id: string;
  source: ProgressReport['source'];
  device_name: string;
  percentage: number;
  xpointer: string | null;
  cfi: string | null;
  kobo_span: string | null;
  page: string | null;
  dom_version: number | null;
  read_at: Date | null;
  received_at: Date;
  sequence: string;
}

/** What is known before a report of one device on one file comes in, and the number this report gets. */
export interface KnownProgress extends FileProgress {
  readonly sequence: number;
  /** A reset that still holds against the device. */
  readonly reset?: Reset;
}

/** What reports on one file changed. */
export interface FileChange {
  readonly bookFileId: number;
  readonly own: readonly StoredReport[];
  readonly shared?: StoredReport;
  readonly news: readonly StoredReport[];
}

interface KnownRow {
  sequence: string;
  shared_device_id: string | null;
  shared_source: ProgressReport['source'];
  shared_percentage: number;
  shared_read_at: Date | null;
  shared_sequence: string;
  own_source: ProgressReport['source'] | null;
  own_percentage: number;
  own_xpointer: string | null;
  own_cfi: string | null;
  own_kobo_span: string | null;
  own_page: string | null;
  own_read_at: Date | null;
  own_sequence: string;
  reset: ResetRow | null;
}

const FIND_KNOWN = `
  SELECT nextval('progress_sequence') AS sequence,
         s.device_id AS shared_device_id, s.source AS shared_source, s.percentage AS shared_percentage,
         s.read_at AS shared_read_at, s.sequence AS shared_sequence,
         o.source AS own_source, o.percentage AS own_percentage, o.xpointer AS own_xpointer, o.cfi AS own_cfi,
         o.kobo_span AS own_kobo_span, o.page AS own_page, o.read_at AS own_read_at, o.sequence AS own_sequence,
         CASE WHEN r.target IS NOT NULL AND d.is_released IS NOT TRUE THEN json_build_object('target', r.target, 'is_sent', d.is_sent,
           'percentage', d.percentage, 'xpointer', d.xpointer, 'page', d.page) END AS reset
  FROM unnest($2::int[], $3::text[]) WITH ORDINALITY AS q (book_file_id, device_id, n)
  LEFT JOIN file_progress s ON s.user_id = $1 AND s.book_file_id = q.book_file_id
  LEFT JOIN device_progress o ON o.user_id = $1 AND o.book_file_id = q.book_file_id AND o.device_id = q.device_id
  LEFT JOIN progress_resets r ON r.user_id = $1 AND r.book_file_id = q.book_file_id
  LEFT JOIN progress_reset_devices d ON d.user_id = $1 AND d.book_file_id = q.book_file_id AND d.device_id = q.device_id
  ORDER BY q.n`;

const RECORD = `book_file_id int, device_id text, source text, device_name text, document text, percentage float8, xpointer text, cfi text,
  kobo_span text, page text, dom_version int, read_at float8, received_at float8, sequence bigint`;
const PLACE_COLUMNS = `device_id, source, device_name, percentage, xpointer, cfi, kobo_span, page, dom_version, read_at, received_at, sequence`;
const PLACE_VALUES = `r.device_id, r.source, r.device_name, r.percentage, r.xpointer, r.cfi, r.kobo_span, r.page, r.dom_version,
  to_timestamp(r.read_at), to_timestamp(r.received_at), r.sequence`;

// One statement for everything reports change, so that its cost does not depend on their number.
const SAVE = `
  WITH news AS (
    INSERT INTO progress_history (user_id, book_file_id, document, ${PLACE_COLUMNS})
    SELECT $1, r.book_file_id, r.document, ${PLACE_VALUES}
    FROM jsonb_to_recordset($2::jsonb) AS r (${RECORD})
  ), own AS (
    INSERT INTO device_progress (user_id, book_file_id, document, ${PLACE_COLUMNS})
    SELECT $1, r.book_file_id, r.document, ${PLACE_VALUES} FROM jsonb_to_recordset($3::jsonb) AS r (${RECORD})
    ON CONFLICT (user_id, book_file_id, device_id) DO UPDATE SET
      source = excluded.source, document = excluded.document, device_name = excluded.device_name, percentage = excluded.percentage,
      xpointer = excluded.xpointer, cfi = excluded.cfi, kobo_span = excluded.kobo_span, page = excluded.page,
      dom_version = excluded.dom_version, read_at = excluded.read_at, received_at = excluded.received_at, sequence = excluded.sequence
  )
  INSERT INTO file_progress (user_id, book_file_id, ${PLACE_COLUMNS})
  SELECT $1, r.book_file_id, ${PLACE_VALUES} FROM jsonb_to_recordset($4::jsonb) AS r (${RECORD})
  ON CONFLICT (user_id, book_file_id) DO UPDATE SET
    device_id = excluded.device_id, source = excluded.source, device_name = excluded.device_name, percentage = excluded.percentage,
    xpointer = excluded.xpointer, cfi = excluded.cfi, kobo_span = excluded.kobo_span, page = excluded.page,
    dom_version = excluded.dom_version, read_at = excluded.read_at, received_at = excluded.received_at, sequence = excluded.sequence`;

const SHARE_NEWEST = `
  INSERT INTO file_progress (user_id, book_file_id, ${PLACE_COLUMNS})
  SELECT user_id, book_file_id, ${PLACE_COLUMNS} FROM device_progress p
  WHERE user_id = $1 AND book_file_id = $2 AND (source = 'web' OR NOT EXISTS (
    SELECT 1 FROM progress_resets r
    LEFT JOIN progress_reset_devices d ON d.user_id = $1 AND d.book_file_id = $2 AND d.device_id = p.device_id
    WHERE r.user_id = $1 AND r.book_file_id = $2 AND d.is_released IS NOT TRUE))
  ORDER BY read_at DESC NULLS LAST, sequence DESC LIMIT 1`;

@Injectable()
export class ProgressRepository {
  /** What is known for each of `asked`, in their order. */
  async findKnown(
    tx: EntityManager,
    userId: number,
    asked: readonly { readonly bookFileId: number; readonly deviceId: string }[],
  ): Promise<KnownProgress[]> {
    const rows = await tx.query<KnownRow[]>(FIND_KNOWN, [
      userId,
      asked.map(({ bookFileId }) => bookFileId),
      asked.map(({ deviceId }) => deviceId),
    ]);
    return rows.map((row, n) => knownOf(row, asked[n]?.deviceId ?? ''));
  }

  async save(tx: EntityManager, userId: number, changes: readonly FileChange[]): Promise<void> {
    const records = (pick: (change: FileChange) => readonly StoredReport[]) =>
      JSON.stringify(changes.flatMap((change) => pick(change).map((report) => recordOf(change.bookFileId, report))));
    await tx.query(SAVE, [
      userId,
      records(({ news }) => news),
      records(({ own }) => own),
      records(({ shared }) => (shared ? [shared] : [])),
    ]);
  }

  /** The newest place in a file, of whatever source. */
  async findShared(tx: EntityManager, userId: number, bookFileId: number): Promise<StoredReport | undefined> {
    const [row] = await tx.query<ReportRow[]>(
      `SELECT ${PLACE_COLUMNS} FROM file_progress WHERE user_id = $1 AND book_file_id = $2`,
      [userId, bookFileId],
    );
    return row && reportOf(row);
  }

  /** The newest place in each file that has one, by file id. */
  async findSharedOf(
    tx: EntityManager,
    userId: number,
    bookFileIds: readonly number[],
  ): Promise<ReadonlyMap<number, StoredReport>> {
    const rows = await tx.query<(ReportRow & { book_file_id: number })[]>(
      `SELECT book_file_id, ${PLACE_COLUMNS} FROM file_progress WHERE user_id = $1 AND book_file_id = ANY ($2::int[])`,
      [userId, bookFileIds],
    );
    return new Map(rows.map((row) => [row.book_file_id, reportOf(row)]));
  }

  /** Where a source is in a file. */
  async findOwn(
    tx: EntityManager,
    userId: number,
    bookFileId: number,
    deviceId: string,
  ): Promise<StoredReport | undefined> {
    const [row] = await tx.query<ReportRow[]>(
      `SELECT ${PLACE_COLUMNS} FROM device_progress WHERE user_id = $1 AND book_file_id = $2 AND device_id = $3`,
      [userId, bookFileId, deviceId],
    );
    return row && reportOf(row);
  }

  /** An entry of the history, by its number. */
  async findHistoryEntry(
    tx: EntityManager,
    userId: number,
    sequence: number,
  ): Promise<(StoredReport & { readonly bookFileId: number }) | undefined> {
    const [row] = await tx.query<(ReportRow & { book_file_id: number })[]>(
      `SELECT * FROM progress_history WHERE user_id = $1 AND sequence = $2`,
      [userId, sequence],
    );
    return row && { ...reportOf(row), bookFileId: row.book_file_id };
  }

  /**
   * Takes away what devices reported under a document, for another home. Each of them is then where it was before under another, and the
   * shared place, if it went too, is the newest of what is left, but for devices that a reset still holds against.
   */
  async takeOutDocument(
    tx: EntityManager,
    userId: number,
    bookFileId: number,
    document: string,
  ): Promise<StoredReport[]> {
    const [rows] = await tx.query<[ReportRow[], number]>(
      `DELETE FROM device_progress WHERE user_id = $1 AND book_file_id = $2 AND document = $3 RETURNING ${PLACE_COLUMNS}`,
      [userId, bookFileId, document],
    );
    const gone = rows.map(reportOf);
    const sequences = gone.map(({ sequence }) => sequence);
    await tx.query(
      `DELETE FROM progress_history WHERE user_id = $1 AND book_file_id = $2 AND (document = $3 OR sequence = ANY ($4::bigint[]))`,
      [userId, bookFileId, document, sequences],
    );
    await tx.query(
      `INSERT INTO device_progress (user_id, book_file_id, document, ${PLACE_COLUMNS})
       SELECT DISTINCT ON (device_id) user_id, book_file_id, document, ${PLACE_COLUMNS} FROM progress_history
       WHERE user_id = $1 AND book_file_id = $2 AND device_id = ANY ($3)
       ORDER BY device_id, read_at DESC NULLS LAST, sequence DESC`,
      [userId, bookFileId, gone.map(({ deviceId }) => deviceId)],
    );
    const [shared] = await tx.query<[unknown[], number]>(
      `DELETE FROM file_progress WHERE user_id = $1 AND book_file_id = $2 AND sequence = ANY ($3::bigint[]) RETURNING sequence`,
      [userId, bookFileId, sequences],
    );
    if (shared.length > 0) await tx.query(SHARE_NEWEST, [userId, bookFileId]);
    return gone;
  }
}

function knownOf(row: KnownRow, deviceId: string): KnownProgress {
  return {
    sequence: Number(row.sequence),
    reset: row.reset === null ? undefined : resetOf(row.reset),
    shared:
      row.shared_device_id === null
        ? undefined
        : {
            deviceId: row.shared_device_id,
            source: row.shared_source,
            percentage: row.shared_percentage,
            position: {},
            readAt: secondsOf(row.shared_read_at),
            sequence: Number(row.shared_sequence),
          },
    own:
      row.own_source === null
        ? undefined
        : {
            deviceId,
            source: row.own_source,
            percentage: row.own_percentage,
            position: {
              xpointer: row.own_xpointer ?? undefined,
              cfi: row.own_cfi ?? undefined,
              koboSpan: row.own_kobo_span ?? undefined,
              page: row.own_page ?? undefined,
            },
            readAt: secondsOf(row.own_read_at),
            sequence: Number(row.own_sequence),
          },
  };
}

/** @returns A stored place as the rules know it. */
export function reportOf(row: ReportRow): StoredReport {
  return {
    deviceId: row.device_id,
    source: row.source,
    deviceName: row.device_name,
    percentage: row.percentage,
    position: {
      xpointer: row.xpointer ?? undefined,
      cfi: row.cfi ?? undefined,
      koboSpan: row.kobo_span ?? undefined,
      page: row.page ?? undefined,
    },
    domVersion: row.dom_version ?? undefined,
    readAt: secondsOf(row.read_at),
    receivedAt: row.received_at.getTime() / 1000,
    sequence: Number(row.sequence),
  };
}

function recordOf(bookFileId: number, report: StoredReport) {
  return {
    book_file_id: bookFileId,
    device_id: report.deviceId,
    source: report.source,
    device_name: report.deviceName,
    document: report.document,
    percentage: report.percentage,
    xpointer: report.position.xpointer,
    cfi: report.position.cfi,
    kobo_span: report.position.koboSpan,
    page: report.position.page,
    dom_version: report.domVersion,
    read_at: report.readAt,
    received_at: report.receivedAt,
    sequence: report.sequence,
  };
}

function secondsOf(time: Date | null): number | undefined {
  return time === null ? undefined : Math.floor(time.getTime() / 1000);
}
