import { Injectable } from '@nestjs/common';
import type { ReadingLog, ReadingLogEntry, ReadingSource } from '@bookorbit/contracts';
import type { EntityManager } from 'typeorm';
import type { UserPrincipal } from '../auth/index.ts';
import { accessibleFiles } from '../libraries/index.ts';

interface SessionRow {
  id: string;
  book_id: number;
  book_file_id: number;
  title: string;
  source: ReadingSource;
  device_id: string;
  device_name: string | null;
  start_time: string;
  end_time: string;
  duration: number;
  pages: number;
  first_page: number;
  last_page: number;
  total_pages: number;
}

/** A place in the log from which to go on: sittings before this one. */
export interface LogPosition {
  /** Unix seconds. */
  readonly startTime: number;
  readonly id: number;
}

/** A sitting somebody wrote down by hand, with what it gives to each day. */
export interface ManualSession {
  readonly bookFileId: number;
  /** Unix seconds. */
  readonly startTime: number;
  readonly seconds: number;
  readonly pages: number;
  readonly days: Readonly<Record<string, number>>;
}

const COLUMNS = `s.id, f.book_id, s.book_file_id, b.title, s.source, s.device_id, coalesce(d.given_name, nullif(d.name, '')) AS device_name,
  s.start_time, s.end_time, s.duration, s.pages, s.first_page, s.last_page, s.total_pages`;

/** What may be seen of sittings: without `koreader_sync` nothing of KOReader's. */
export function visibleSessions(user: UserPrincipal, alias = 's'): string {
  return user.permissions.includes('koreader_sync') ? 'true' : `${alias}.source <> 'koreader'`;
}

@Injectable()
export class ReadingLogRepository {
  /** Sittings in books the user may read, newest first. */
  async find(
    tx: EntityManager,
    user: UserPrincipal,
    options: { readonly bookId?: number; readonly before?: LogPosition; readonly limit: number },
  ): Promise<ReadingLogEntry[]> {
    const rows = await tx.query<SessionRow[]>(
      `WITH ${accessibleFiles('$1')}
       SELECT ${COLUMNS} FROM reading_sessions s
       JOIN accessible_files f ON f.id = s.book_file_id JOIN books b ON b.id = f.book_id
       LEFT JOIN devices d ON d.user_id = $1 AND d.device_id = s.device_id
       WHERE s.user_id = $1 AND s.is_counted AND ${visibleSessions(user)} AND ($2::int IS NULL OR f.book_id = $2)
         AND ($3::bigint IS NULL OR (s.start_time, s.id) < ($3, $4))
       ORDER BY s.start_time DESC, s.id DESC LIMIT $5`,
      [
        user.userId,
        options.bookId ?? null,
        options.before?.startTime ?? null,
        options.before?.id ?? null,
        options.limit,
      ],
    );
    return rows.map(entryOf);
  }

  /** All that `find` would tell, page after page. */
  async count(tx: EntityManager, user: UserPrincipal, bookId: number | undefined): Promise<ReadingLog['total']> {
    const [row] = await tx.query<{ sessions: string; seconds: string }[]>(
      `WITH ${accessibleFiles('$1')}
       SELECT count(*) AS sessions, coalesce(sum(s.duration), 0) AS seconds
       FROM reading_sessions s JOIN accessible_files f ON f.id = s.book_file_id
       WHERE s.user_id = $1 AND s.is_counted AND ${visibleSessions(user)} AND ($2::int IS NULL OR f.book_id = $2)`,
      [user.userId, bookId ?? null],
    );
    return { sessions: Number(row?.sessions), seconds: Number(row?.seconds) };
  }

  /** @returns Its id. */
  async addManual(tx: EntityManager, userId: number, session: ManualSession): Promise<number> {
    const [row] = await tx.query<{ id: string }[]>(
      `WITH made AS (
         INSERT INTO reading_sessions (user_id, book_file_id, source, start_time, end_time, duration, pages, first_page, last_page, total_pages, is_counted)
         VALUES ($1, $2, 'manual', $3::bigint, $3::bigint + $4::int, $4::int, $5, 0, 0, 0, true) RETURNING user_id, id
       ), days AS (
         INSERT INTO reading_days (user_id, session_id, day, seconds)
         SELECT made.user_id, made.id, d.key::date, d.value::int FROM made, jsonb_each_text($6::jsonb) AS d
       )
       SELECT id FROM made`,
      [userId, session.bookFileId, session.startTime, session.seconds, session.pages, JSON.stringify(session.days)],
    );
    return Number(row?.id);
  }

  /** @returns Whether there was such an entry: only those made by hand can be taken back, others come from a device. */
  async removeManual(tx: EntityManager, userId: number, id: number): Promise<boolean> {
    const [rows] = await tx.query<[unknown[], number]>(
      `DELETE FROM reading_sessions WHERE user_id = $1 AND id = $2 AND source = 'manual' RETURNING id`,
      [userId, id],
    );
    return rows.length > 0;
  }
}

function entryOf(row: SessionRow): ReadingLogEntry {
  return {
    id: Number(row.id),
    bookId: row.book_id,
    bookFileId: row.book_file_id,
    title: row.title,
    source: row.source,
    ...(row.device_id !== '' && { deviceId: row.device_id }),
    ...(row.device_name !== null && { deviceName: row.device_name }),
    startedAt: new Date(Number(row.start_time) * 1000).toISOString(),
    endedAt: new Date(Number(row.end_time) * 1000).toISOString(),
    seconds: row.duration,
    pages: row.pages,
    ...(row.total_pages > 0 && { totalPages: row.total_pages, ...spanOf(row) }),
  };
}

/** Pages as shares of the book, from before the first to after the last. KOReader counts from 1, and pages outgrow a total that shrank. */
function spanOf({ first_page, last_page, total_pages }: SessionRow): Pick<ReadingLogEntry, 'from' | 'until'> {
  const until = Math.min(1, Math.max(0, last_page / total_pages));
  return { from: Math.min(until, Math.max(0, (first_page - 1) / total_pages)), until };
}
