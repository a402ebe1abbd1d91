import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type StatWindow, windowParameters } from './page-stat.repository.ts';

/** A sitting as it is kept: one too short to count is kept too, so that a late row finds its neighbours. */
export interface KeptSitting {
  readonly bookFileId: number;
  readonly deviceId: string;
  /** Unix seconds. */
  readonly startTime: number;
  readonly endTime: number;
  readonly duration: number;
  readonly pages: number;
  readonly firstPage: number;
  readonly lastPage: number;
  readonly totalPages: number;
  readonly isCounted: boolean;
  /** Seconds by day, `YYYY-MM-DD`. */
  readonly days: Readonly<Record<string, number>>;
}

interface SittingRow {
  id: string;
  n: number;
  start_time: string;
  end_time: string;
  duration: number;
  pages: number;
  first_page: number;
  last_page: number;
  total_pages: number;
  is_counted: boolean;
  days: Record<string, number> | null;
}

const WINDOWS = `unnest($2::int[], $3::text[], $4::bigint[], $5::bigint[]) WITH ORDINALITY AS w (book_file_id, device_id, "from", until, n)`;
const TOUCHED = `s.user_id = $1 AND s.book_file_id = w.book_file_id AND s.device_id = w.device_id AND s.source = 'koreader'
  AND s.start_time <= w.until + $6 AND s.end_time >= w."from" - $6`;

@Injectable()
export class ReadingSessionRepository {
  /** The sittings each window touches, from as far as `gap` seconds away. */
  async findTouched(
    tx: EntityManager,
    userId: number,
    windows: readonly StatWindow[],
    gap: number,
  ): Promise<(KeptSitting & { readonly id: string })[][]> {
    const rows = await tx.query<SittingRow[]>(
      `SELECT s.id, w.n::int, s.start_time, s.end_time, s.duration, s.pages, s.first_page, s.last_page, s.total_pages, s.is_counted,
         (SELECT jsonb_object_agg(d.day::text, d.seconds) FROM reading_days d WHERE d.user_id = $1 AND d.session_id = s.id) AS days
       FROM ${WINDOWS} JOIN reading_sessions s ON ${TOUCHED}`,
      [...windowParameters(userId, windows), gap],
    );
    const groups: (KeptSitting & { id: string })[][] = windows.map(() => []);
    for (const row of rows) {
      const window = windows[row.n - 1];
      if (window) groups[row.n - 1]?.push({ id: row.id, ...sittingOf(row, window) });
    }
    return groups;
  }

  /** Replaces sittings by others, with their days, in one statement. */
  async replace(
    tx: EntityManager,
    userId: number,
    goneIds: readonly string[],
    fresh: readonly KeptSitting[],
  ): Promise<void> {
    await tx.query(
      `WITH gone AS (
         DELETE FROM reading_sessions WHERE user_id = $1 AND id = ANY ($2::bigint[])
       ),
       sent AS (
         SELECT nextval('reading_sessions_id') AS id, r.*
         FROM jsonb_to_recordset($3::jsonb) AS r ("bookFileId" int, "deviceId" text, "startTime" bigint, "endTime" bigint, duration int,
           pages int, "firstPage" int, "lastPage" int, "totalPages" int, "isCounted" boolean, days jsonb)
       ),
       made AS (
         INSERT INTO reading_sessions (user_id, id, book_file_id, source, device_id, start_time, end_time, duration, pages, first_page, last_page,
           total_pages, is_counted)
         SELECT $1, id, "bookFileId", 'koreader', "deviceId", "startTime", "endTime", duration, pages, "firstPage", "lastPage", "totalPages", "isCounted"
         FROM sent
       )
       INSERT INTO reading_days (user_id, session_id, day, seconds)
       SELECT $1, sent.id, d.key::date, d.value::int FROM sent, jsonb_each_text(sent.days) AS d`,
      [userId, goneIds, JSON.stringify(fresh)],
    );
  }

  /** Keeps the time zone from changing until the transaction ends: days made by it must not stand beside days of another. */
  async holdTimeZone(tx: EntityManager, userId: number): Promise<void> {
    await tx.query(`SELECT pg_advisory_xact_lock_shared($1, 0)`, [userId]);
  }

  /** The user's own time zone, an IANA name. */
  async findTimeZone(tx: EntityManager, userId: number): Promise<string> {
    const [row] = await tx.query<{ time_zone: string }[]>(`SELECT time_zone FROM users WHERE id = $1`, [userId]);
    return row?.time_zone ?? 'UTC';
  }
}

function sittingOf(row: SittingRow, window: StatWindow): KeptSitting {
  return {
    bookFileId: window.bookFileId,
    deviceId: window.deviceId,
    startTime: Number(row.start_time),
    endTime: Number(row.end_time),
    duration: row.duration,
    pages: row.pages,
    firstPage: row.first_page,
    lastPage: row.last_page,
    totalPages: row.total_pages,
    isCounted: row.is_counted,
    days: row.days ?? {},
  };
}
