import { Injectable } from '@nestjs/common';
import type { PageStat } from '@bookorbit/domain-reading-sessions';
import type { EntityManager } from 'typeorm';
import { integerArray } from '../database/index.ts';
import type { StatRows } from './check-page-stats.ts';

/** Page stats of one file. */
export interface StatsOfFile {
  readonly bookFileId: number;
  readonly stats: StatRows;
}

/** What a device uploaded for a file so far. */
export interface UploadState {
  readonly bookFileId: number;
  /** Unix seconds. */
  readonly watermark: number;
  readonly rowCount?: number;
  /** Unix seconds. */
  readonly firstStart?: number;
}

/** What is known of a file before an upload. */
export interface KnownFile {
  readonly upload?: UploadState;
  /** A device whose rows this one would take over has sittings there. */
  readonly isContested: boolean;
}

/** A stretch of time in which a device's stats of a file changed. */
export interface StatWindow {
  readonly bookFileId: number;
  readonly deviceId: string;
  /** Unix seconds. */
  readonly from: number;
  readonly until: number;
}

/** What an upload stored. */
export interface StoredStats {
  readonly windows: readonly StatWindow[];
  /** New rows, by file. */
  readonly acceptedByFile: ReadonlyMap<number, number>;
}

const SENT = `sent AS (
    SELECT DISTINCT ON (book_file_id, start_time, page) *
    FROM unnest($2::int[], $3::bigint[], $4::int[], $5::int[], $6::int[]) AS s (book_file_id, start_time, page, duration, total_pages)
    ORDER BY book_file_id, start_time, page, duration DESC, total_pages DESC
  )`;

// Ids are compared by the collation of their columns, "C", the order of `mergePageStat` in every database.
// A row of several devices belongs to the smallest device id, has the largest duration, then the largest number of pages.
const STORE = `
  WITH ${SENT},
  stored AS (
    INSERT INTO page_stats AS p (user_id, book_file_id, start_time, page, duration, total_pages, device_id)
    SELECT $1, book_file_id, start_time, page, duration, total_pages, $7 FROM sent
    ON CONFLICT (user_id, book_file_id, start_time, page) DO UPDATE SET
      device_id = least(p.device_id, excluded.device_id),
      duration = greatest(p.duration, excluded.duration),
      total_pages = CASE WHEN p.duration > excluded.duration THEN p.total_pages
                         WHEN p.duration < excluded.duration THEN excluded.total_pages
                         ELSE greatest(p.total_pages, excluded.total_pages) END
    WHERE excluded.device_id < p.device_id OR excluded.duration > p.duration
       OR (excluded.duration = p.duration AND excluded.total_pages > p.total_pages)
    RETURNING p.book_file_id, p.device_id, p.start_time, p.start_time + p.duration AS until, (xmax = 0) AS is_new
  )
  SELECT book_file_id, device_id, min(start_time) AS "from", max(until) AS until, count(*) FILTER (WHERE is_new)::int AS accepted
  FROM stored GROUP BY book_file_id, device_id`;

const FIND_TAKEN_OVER = `
  WITH ${SENT}
  SELECT p.book_file_id, p.device_id, min(p.start_time) AS "from", max(p.start_time + p.duration) AS until
  FROM sent s JOIN page_stats p ON p.user_id = $1 AND p.book_file_id = s.book_file_id AND p.start_time = s.start_time AND p.page = s.page
  WHERE p.device_id > $7 GROUP BY p.book_file_id, p.device_id`;

const FIND_KNOWN = `
  SELECT f.id AS book_file_id, u.watermark, u.row_count, u.first_start,
    EXISTS (SELECT 1 FROM reading_sessions s
      WHERE s.user_id = $1 AND s.book_file_id = f.id AND s.device_id > $3 AND s.source = 'koreader') AS is_contested
  FROM (SELECT DISTINCT unnest($2::int[])) AS f (id)
  LEFT JOIN page_stat_uploads u ON u.user_id = $1 AND u.book_file_id = f.id AND u.device_id = $3`;

interface WindowRow {
  book_file_id: number;
  device_id: string;
  from: string;
  until: string;
}

/** Page stats as KOReader measured them, each once. */
@Injectable()
export class PageStatRepository {
  /** What is known of each file before the device uploads. Whoever read there has sittings, even a device that is forgotten. */
  async findKnown(
    tx: EntityManager,
    userId: number,
    deviceId: string,
    bookFileIds: readonly number[],
  ): Promise<ReadonlyMap<number, KnownFile>> {
    const rows = await tx.query<
      {
        book_file_id: number;
        watermark: string | null;
        row_count: number | null;
        first_start: string | null;
        is_contested: boolean;
      }[]
    >(FIND_KNOWN, [userId, bookFileIds, deviceId]);
    return new Map(
      rows.map((row) => [
        row.book_file_id,
        {
          isContested: row.is_contested,
          upload:
            row.watermark === null
              ? undefined
              : {
                  bookFileId: row.book_file_id,
                  watermark: Number(row.watermark),
                  rowCount: row.row_count ?? undefined,
                  firstStart: row.first_start === null ? undefined : Number(row.first_start),
                },
        },
      ]),
    );
  }

  /** Stretches whose rows another device holds now and will lose to this one. */
  async findTakenOver(
    tx: EntityManager,
    userId: number,
    deviceId: string,
    files: readonly StatsOfFile[],
  ): Promise<StatWindow[]> {
    const rows = await tx.query<WindowRow[]>(FIND_TAKEN_OVER, parameters(userId, deviceId, files));
    return rows.map(windowOf);
  }

  async store(
    tx: EntityManager,
    userId: number,
    deviceId: string,
    files: readonly StatsOfFile[],
  ): Promise<StoredStats> {
    const rows = await tx.query<(WindowRow & { accepted: number })[]>(STORE, parameters(userId, deviceId, files));
    const acceptedByFile = new Map<number, number>();
    for (const row of rows)
      acceptedByFile.set(row.book_file_id, (acceptedByFile.get(row.book_file_id) ?? 0) + row.accepted);
    return { windows: rows.map(windowOf), acceptedByFile };
  }

  /** The caller holds the locks of the files and has read what was there: a watermark may go down again. */
  async saveUploads(
    tx: EntityManager,
    userId: number,
    deviceId: string,
    uploads: readonly UploadState[],
  ): Promise<void> {
    await tx.query(
      `INSERT INTO page_stat_uploads AS u (user_id, book_file_id, device_id, watermark, row_count, first_start)
       SELECT $1, r.id, $3, r.watermark, r.row_count, r.first_start
       FROM unnest($2::int[], $4::bigint[], $5::int[], $6::bigint[]) AS r (id, watermark, row_count, first_start)
       ON CONFLICT (user_id, book_file_id, device_id) DO UPDATE SET
         watermark = excluded.watermark, row_count = coalesce(excluded.row_count, u.row_count),
         first_start = coalesce(excluded.first_start, u.first_start)`,
      [
        userId,
        uploads.map(({ bookFileId }) => bookFileId),
        deviceId,
        uploads.map(({ watermark }) => watermark),
        uploads.map(({ rowCount }) => rowCount ?? null),
        uploads.map(({ firstStart = Infinity }) => (Number.isFinite(firstStart) ? firstStart : null)),
      ],
    );
  }

  /** Stats that begin within the windows, which do not overlap for one file and device; grouped as the windows are. */
  async findInWindows(tx: EntityManager, userId: number, windows: readonly StatWindow[]): Promise<PageStat[][]> {
    // A text for each window: a row for each of a hundred thousand stats would cost the driver more than all the rest.
    const rows = await tx.query<{ n: number; stats: string }[]>(
      `SELECT w.n::int, string_agg(p.start_time || ',' || p.page || ',' || p.duration || ',' || p.total_pages, ',') AS stats
       FROM unnest($2::int[], $3::text[], $4::bigint[], $5::bigint[]) WITH ORDINALITY AS w (book_file_id, device_id, "from", until, n)
       JOIN page_stats p ON p.user_id = $1 AND p.book_file_id = w.book_file_id AND p.device_id = w.device_id
        AND p.start_time BETWEEN w."from" AND w.until
       GROUP BY w.n`,
      windowParameters(userId, windows),
    );
    const groups: PageStat[][] = windows.map(() => []);
    for (const { n, stats } of rows) groups[n - 1] = statsOf(stats);
    return groups;
  }
}

const NUMBERS_A_STAT = 4;

function statsOf(text: string): PageStat[] {
  const numbers = JSON.parse(`[${text}]`) as number[];
  const field = (at: number) => numbers[at] ?? 0;
  return Array.from({ length: numbers.length / NUMBERS_A_STAT }, (_, n) => {
    const at = n * NUMBERS_A_STAT;
    return { startTime: field(at), page: field(at + 1), duration: field(at + 2), totalPages: field(at + 3) };
  });
}

function parameters(userId: number, deviceId: string, files: readonly StatsOfFile[]): unknown[] {
  const column = (name: keyof StatRows) => integerArray(files.map(({ stats }) => stats[name]));
  const fileIds = integerArray(
    files.map(({ bookFileId, stats }) => new Int32Array(stats.pages.length).fill(bookFileId)),
  );
  return [userId, fileIds, column('startTimes'), column('pages'), column('durations'), column('totalPages'), deviceId];
}

/** Placeholders of a statement over windows: `$2` files, `$3` devices, `$4` from, `$5` until. */
export function windowParameters(userId: number, windows: readonly StatWindow[]): unknown[] {
  return [
    userId,
    windows.map(({ bookFileId }) => bookFileId),
    windows.map(({ deviceId }) => deviceId),
    windows.map(({ from }) => from),
    windows.map(({ until }) => until),
  ];
}

function windowOf(row: WindowRow): StatWindow {
  return { bookFileId: row.book_file_id, deviceId: row.device_id, from: Number(row.from), until: Number(row.until) };
}
