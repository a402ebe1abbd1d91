import { Injectable } from '@nestjs/common';
import type { FileProgress, ProgressReport } from '@bookorbit/domain-progress';
import type { StatusState, StatusThresholds } from '@bookorbit/domain-book-state';
import { DirectQuery } from '../database/index.ts';
import { accessibleFiles } from '../libraries/index.ts';
import { isRewritten } from './place-quote.repository.ts';
import { reportOf, type ReportRow, type StoredReport } from './progress.repository.ts';

/** A document that is one file beyond doubt, and has nothing waiting: no parked progress, no question to the user. */
export interface SettledFile {
  readonly bookFileId: number;
}

/** What a push into a settled file meets. */
export interface SettledPush extends SettledFile, FileProgress {
  /** The device as it was last written down; seen at unix seconds. */
  readonly device?: { readonly name: string; readonly keyId?: number; readonly lastSeenAt: number };
  readonly status?: StatusState;
  /** Of the file's library; absent: the usual ones. */
  readonly thresholds: Partial<StatusThresholds>;
}

interface PushRow {
  id: number;
  is_waiting: boolean;
  shared_device_id: string | null;
  shared_sequence: string;
  own_percentage: number | null;
  own_xpointer: string | null;
  own_page: string | null;
  device_name: string | null;
  device_key_id: number | null;
  last_seen_at: number;
  status: StatusState['status'] | null;
  status_set_by: StatusState['setBy'];
  status_at: number;
  status_chosen_at: number | null;
  reading_from: number | null;
  finished_from: number | null;
}

// Files that could be the document, for whatever reason; the rules decide between them, here it only matters whether it is one.
const SETTLED = `
  WITH ${accessibleFiles('$1')},
  hits AS (
    SELECT book_file_id AS id FROM file_identities WHERE fingerprint = $2::text::bpchar
    UNION SELECT book_file_id FROM document_links WHERE user_id = $1 AND document = $2::text
    UNION SELECT id FROM book_files WHERE name_md5 = $2::text::bpchar
  )`;
const IS_WAITING = `EXISTS (SELECT 1 FROM parked_progress w WHERE w.user_id = $1 AND w.document = $2::text)
  OR EXISTS (SELECT 1 FROM unmatched_documents w WHERE w.user_id = $1 AND w.document = $2::text)
  OR EXISTS (SELECT 1 FROM refused_matches w WHERE w.user_id = $1 AND w.document = $2::text)
  OR EXISTS (SELECT 1 FROM progress_resets w JOIN hits ON hits.id = w.book_file_id WHERE w.user_id = $1) AS is_waiting`;

const FIND_PUSH = `${SETTLED}
  SELECT f.id, ${IS_WAITING},
         s.device_id AS shared_device_id, s.sequence AS shared_sequence,
         o.percentage AS own_percentage, o.xpointer AS own_xpointer, o.page AS own_page,
         d.name AS device_name, d.device_key_id, extract(epoch FROM d.last_seen_at)::float8 AS last_seen_at,
         b.status, b.status_set_by, extract(epoch FROM b.status_at)::float8 AS status_at,
         extract(epoch FROM b.status_chosen_at)::float8 AS status_chosen_at, t.reading AS reading_from, t.finished AS finished_from
  FROM hits h JOIN accessible_files f ON f.id = h.id
  LEFT JOIN file_progress s ON s.user_id = $1 AND s.book_file_id = f.id
  LEFT JOIN device_progress o ON o.user_id = $1 AND o.book_file_id = f.id AND o.device_id = $3
  LEFT JOIN devices d ON d.user_id = $1 AND d.device_id = $3
  LEFT JOIN book_states b ON b.user_id = $1 AND b.book_id = f.book_id
  LEFT JOIN library_status_thresholds t ON t.library_id = f.library_id
  LIMIT 2`;

const FIND_PULL = `${SETTLED}
  SELECT f.id, ${IS_WAITING}, s.device_id, s.source, s.device_name, s.percentage, s.xpointer, s.cfi, s.kobo_span, s.page, s.dom_version,
         s.read_at, s.received_at, s.sequence, ${isRewritten('s', 'f')} AS is_rewritten
  FROM hits h JOIN accessible_files f ON f.id = h.id
  LEFT JOIN file_progress s ON s.user_id = $1 AND s.book_file_id = f.id
  LIMIT 2`;

// One statement is one transaction. The lock is that of every other way in; what was read before it was taken must still hold.
const SAVE = `
  WITH locked AS MATERIALIZED (SELECT pg_advisory_xact_lock($1::int, $2::int)),
  numbered AS MATERIALIZED (SELECT nextval('progress_sequence') AS sequence FROM locked),
  shared AS (
    INSERT INTO file_progress AS p (user_id, book_file_id, device_id, source, device_name, percentage, xpointer, page, read_at, received_at, sequence)
    SELECT $1, $2, $3, 'koreader', $4, $5, $6, $7, to_timestamp($8), to_timestamp($8), sequence FROM numbered
    ON CONFLICT (user_id, book_file_id) DO UPDATE SET
      device_id = excluded.device_id, source = excluded.source, device_name = excluded.device_name, percentage = excluded.percentage,
      xpointer = excluded.xpointer, cfi = NULL, kobo_span = NULL, page = excluded.page, dom_version = NULL,
      read_at = excluded.read_at, received_at = excluded.received_at, sequence = excluded.sequence
    WHERE p.sequence = $9
    RETURNING sequence
  ), own AS (
    INSERT INTO device_progress (user_id, book_file_id, device_id, source, device_name, document, percentage, xpointer, page, read_at, received_at, sequence)
    SELECT $1, $2, $3, 'koreader', $4, $10, $5, $6, $7, to_timestamp($8), to_timestamp($8), sequence FROM shared
    ON CONFLICT (user_id, book_file_id, device_id) DO UPDATE SET
      source = excluded.source, device_name = excluded.device_name, document = excluded.document, percentage = excluded.percentage,
      xpointer = excluded.xpointer, cfi = NULL, kobo_span = NULL, page = excluded.page, dom_version = NULL,
      read_at = excluded.read_at, received_at = excluded.received_at, sequence = excluded.sequence
  ), news AS (
    INSERT INTO progress_history (user_id, book_file_id, device_id, source, device_name, document, percentage, xpointer, page, read_at, received_at, sequence)
    SELECT $1, $2, $3, 'koreader', $4, $10, $5, $6, $7, to_timestamp($8), to_timestamp($8), sequence FROM shared WHERE $11
  )
  SELECT 1 FROM shared`;

/**
 * Progress of settled files, in as few statements as there can be: most of what stock devices ask is about the one book they have open,
 * and nothing about it is in doubt. Whatever is answers undefined, and goes the long way.
 */
@Injectable()
export class SettledProgressRepository {
  constructor(private readonly direct: DirectQuery) {}

  async findForPush(userId: number, document: string, deviceId: string): Promise<SettledPush | undefined> {
    const [row, another] = await this.direct.rows<PushRow>(FIND_PUSH, [userId, document, deviceId]);
    return !row || another || row.is_waiting ? undefined : pushOf(row, deviceId);
  }

  /** @returns The file's newest place, if there is one, and whether the file was rewritten since. */
  async findForPull(
    userId: number,
    document: string,
  ): Promise<(SettledFile & { readonly shared?: StoredReport; readonly isRewritten: boolean }) | undefined> {
    const [row, another] = await this.direct.rows<PullRow>(FIND_PULL, [userId, document]);
    if (!row || another || row.is_waiting) return undefined;
    const shared = hasPlace(row) ? reportOf(row) : undefined;
    return { bookFileId: row.id, shared, isRewritten: row.is_rewritten ?? false };
  }

  /**
   * Saves a report that counts as it arrives.
   *
   * @param known What the decision was made on.
   * @returns False when something else came in between: nothing is saved then.
   */
  async save(userId: number, known: SettledPush, report: StoredReport, isNews: boolean): Promise<boolean> {
    const rows = await this.direct.rows(SAVE, [
      userId,
      known.bookFileId,
      report.deviceId,
      report.deviceName,
      report.percentage,
      report.position.xpointer ?? null,
      report.position.page ?? null,
      report.receivedAt,
      known.shared?.sequence ?? null,
      report.document,
      isNews,
    ]);
    return rows.length > 0;
  }
}

type Nullable<Row> = { [Column in keyof Row]: Row[Column] | null };

type PullRow = Nullable<ReportRow> & {
  readonly id: number;
  readonly is_waiting: boolean;
  readonly is_rewritten: boolean | null;
};

function hasPlace(row: Nullable<ReportRow>): row is ReportRow {
  return row.device_id !== null;
}

function pushOf(row: PushRow, deviceId: string): SettledPush {
  return {
    bookFileId: row.id,
    shared: row.shared_device_id === null ? undefined : sharedOf(row, row.shared_device_id),
    own: row.own_percentage === null ? undefined : ownOf(row, deviceId, row.own_percentage),
    device:
      row.device_name === null
        ? undefined
        : { name: row.device_name, keyId: row.device_key_id ?? undefined, lastSeenAt: row.last_seen_at },
    status:
      row.status === null
        ? undefined
        : {
            status: row.status,
            setBy: row.status_set_by,
            setAt: row.status_at,
            chosenAt: row.status_chosen_at ?? undefined,
          },
    thresholds: { reading: row.reading_from ?? undefined, finished: row.finished_from ?? undefined },
  };
}

/** Of the shared place the rules for arrivals look only at whose it is. */
function sharedOf(row: PushRow, deviceId: string): ProgressReport {
  return { deviceId, source: 'koreader', percentage: 0, position: {}, sequence: Number(row.shared_sequence) };
}

function ownOf(row: PushRow, deviceId: string, percentage: number): ProgressReport {
  return {
    deviceId,
    source: 'koreader',
    percentage,
    position: { xpointer: row.own_xpointer ?? undefined, page: row.own_page ?? undefined },
    // The rules for arrivals ask where the device was, not since when.
    sequence: 0,
  };
}
