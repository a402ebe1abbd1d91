import { Injectable } from '@nestjs/common';
import type { ReadBooks, ReadingSource, ReadingStatistics } from '@bookorbit/contracts';
import type { EntityManager } from 'typeorm';
import type { UserPrincipal } from '../auth/index.ts';
import { accessibleFiles } from '../libraries/index.ts';
import { visibleSessions } from './reading-log.repository.ts';

/** Days asked for, `YYYY-MM-DD`, both included; open where undefined. */
export interface StatisticsScope {
  readonly from?: string;
  readonly to?: string;
  readonly bookId?: number;
  readonly source?: ReadingSource;
  readonly deviceId?: string;
}

/** Books named in a list of the most read. */
const MOST_BOOKS = 20;
/** Books named in answer to a search. */
const MOST_FOUND = 50;
const HOURS = 24;
const WEEKDAYS = 7;

/** Placeholders: `$1` user, `$2` from, `$3` to, `$4` book, `$5` source, `$6` device. */
function scoped(user: UserPrincipal): string {
  return `${accessibleFiles('$1')},
    scope AS (
      SELECT s.*, f.book_id, r.day, r.seconds FROM reading_sessions s
      JOIN accessible_files f ON f.id = s.book_file_id
      JOIN reading_days r ON r.user_id = s.user_id AND r.session_id = s.id
      WHERE s.user_id = $1 AND s.is_counted AND ${visibleSessions(user)}
        AND ($2::date IS NULL OR r.day >= $2) AND ($3::date IS NULL OR r.day <= $3) AND ($4::int IS NULL OR f.book_id = $4)
        AND ($5::text IS NULL OR s.source = $5) AND ($6::text IS NULL OR s.device_id = $6)
    )`;
}

/** Sums over the reading log, made by Postgres. */
@Injectable()
export class StatisticsRepository {
  findDays(
    tx: EntityManager,
    user: UserPrincipal,
    scope: StatisticsScope,
  ): Promise<ReadingStatistics['days'][number][]> {
    return tx.query(
      `WITH ${scoped(user)} SELECT day::text, sum(seconds)::float8 AS seconds, count(DISTINCT book_id)::int AS books FROM scope GROUP BY day ORDER BY day`,
      parameters(user, scope),
    );
  }

  async findTotals(
    tx: EntityManager,
    user: UserPrincipal,
    scope: StatisticsScope,
  ): Promise<{
    sessions: number;
    books: number;
    seconds: number;
    pages: number;
    countedSeconds: number;
    countedSessions: number;
  }> {
    const [row] = await tx.query<
      [
        {
          sessions: number;
          books: number;
          seconds: number;
          pages: number;
          countedSeconds: number;
          countedSessions: number;
        },
      ]
    >(
      `WITH ${scoped(user)},
       sittings AS (SELECT DISTINCT ON (id) id, book_id, pages, duration FROM scope ORDER BY id)
       SELECT count(*)::int AS sessions, count(DISTINCT book_id)::int AS books, (SELECT coalesce(sum(seconds), 0)::float8 FROM scope) AS seconds,
         coalesce(sum(pages), 0)::float8 AS pages, coalesce(sum(duration) FILTER (WHERE pages > 0), 0)::float8 AS "countedSeconds",
         (count(*) FILTER (WHERE pages > 0))::int AS "countedSessions"
       FROM sittings`,
      parameters(user, scope),
    );
    return row;
  }

  /** Seconds by hour of the day: those of a sitting spread evenly from its start to its end. */
  async findHours(tx: EntityManager, user: UserPrincipal, scope: StatisticsScope, timeZone: string): Promise<number[]> {
    const rows = await tx.query<{ hour: number; seconds: number }[]>(
      `WITH ${scoped(user)},
       sittings AS (
         SELECT DISTINCT ON (id) id, duration, end_time - start_time AS length, to_timestamp(start_time) AT TIME ZONE $7 AS start,
                (to_timestamp(start_time) AT TIME ZONE $7) + make_interval(secs => end_time - start_time) AS stop
         FROM scope WHERE end_time > start_time ORDER BY id
       )
       SELECT extract(hour FROM h)::int AS hour,
         sum(duration * extract(epoch FROM least(stop, h + interval '1 hour') - greatest(start, h)) / length)::float8 AS seconds
       FROM sittings, generate_series(date_trunc('hour', start), stop, interval '1 hour') AS h
       WHERE h < stop GROUP BY 1`,
      [...parameters(user, scope), timeZone],
    );
    return filled(
      HOURS,
      rows.map(({ hour, seconds }) => [hour, Math.round(seconds)]),
    );
  }

  async findWeekdays(tx: EntityManager, user: UserPrincipal, scope: StatisticsScope): Promise<number[]> {
    const rows = await tx.query<{ weekday: number; seconds: number }[]>(
      `WITH ${scoped(user)} SELECT extract(isodow FROM day)::int AS weekday, sum(seconds)::float8 AS seconds FROM scope GROUP BY 1`,
      parameters(user, scope),
    );
    return filled(
      WEEKDAYS,
      rows.map(({ weekday, seconds }) => [weekday - 1, seconds]),
    );
  }

  async findDevices(
    tx: EntityManager,
    user: UserPrincipal,
    scope: StatisticsScope,
  ): Promise<ReadingStatistics['devices']> {
    const rows = await tx.query<{ source: ReadingSource; device_id: string; name: string | null; seconds: number }[]>(
      `WITH ${scoped(user)},
       shares AS (SELECT source, device_id, sum(seconds)::float8 AS seconds FROM scope GROUP BY source, device_id)
       SELECT s.*, coalesce(d.given_name, nullif(d.name, '')) AS name FROM shares s
       LEFT JOIN devices d ON d.user_id = $1 AND d.device_id = s.device_id ORDER BY s.seconds DESC, s.device_id`,
      parameters(user, scope),
    );
    return rows.map(({ source, device_id: deviceId, name, seconds }) => ({
      source,
      ...(deviceId !== '' && { deviceId }),
      ...(name !== null && { name }),
      seconds,
    }));
  }

  /** The most read books, most first. */
  findBooks(tx: EntityManager, user: UserPrincipal, scope: StatisticsScope): Promise<ReadingStatistics['books']> {
    return tx.query(
      `WITH ${scoped(user)},
       shares AS (SELECT book_id, sum(seconds)::float8 AS seconds FROM scope GROUP BY book_id ORDER BY 2 DESC, 1 LIMIT ${MOST_BOOKS})
       SELECT s.book_id AS "bookId", b.title, s.seconds FROM shares s JOIN books b ON b.id = s.book_id ORDER BY s.seconds DESC, s.book_id`,
      parameters(user, scope),
    );
  }

  /** Books something was read of whose search text has all of the words, most read first. */
  async searchBooks(tx: EntityManager, user: UserPrincipal, patterns: readonly string[]): Promise<ReadBooks> {
    const rows = await tx.query<(ReadBooks['books'][number] & { readonly total: number })[]>(
      `WITH ${scoped(user)},
       shares AS (SELECT book_id, sum(seconds)::float8 AS seconds FROM scope GROUP BY book_id)
       SELECT s.book_id AS "bookId", b.title, b.authors, s.seconds, count(*) OVER ()::int AS total
       FROM shares s JOIN books b ON b.id = s.book_id
       WHERE b.search LIKE ALL ($7::text[])
       ORDER BY s.seconds DESC, s.book_id LIMIT ${MOST_FOUND}`,
      [...parameters(user, {}), patterns],
    );
    return { total: rows[0]?.total ?? 0, books: rows.map(({ total: _total, ...book }) => book) };
  }

  /** Books that were read to the end, each reading once, oldest first; whatever device it was on. */
  findFinished(
    tx: EntityManager,
    user: UserPrincipal,
    { from, to, bookId }: StatisticsScope,
    timeZone: string,
  ): Promise<ReadingStatistics['finished']> {
    return tx.query(
      `SELECT r.book_id AS "bookId", b.title, (r.ended_at AT TIME ZONE $5)::date::text AS day
       FROM book_readings r
       JOIN books b ON b.id = r.book_id
       JOIN library_access a ON a.library_id = b.library_id AND a.user_id = $1
       WHERE r.user_id = $1 AND r.outcome = 'finished' AND r.ended_at IS NOT NULL AND ($4::int IS NULL OR r.book_id = $4)
         AND ($2::date IS NULL OR (r.ended_at AT TIME ZONE $5)::date >= $2) AND ($3::date IS NULL OR (r.ended_at AT TIME ZONE $5)::date <= $3)
       ORDER BY 3, r.ended_at, 1`,
      [user.userId, from ?? null, to ?? null, bookId ?? null, timeZone],
    );
  }
}

function parameters(user: UserPrincipal, { from, to, bookId, source, deviceId }: StatisticsScope): unknown[] {
  return [user.userId, from ?? null, to ?? null, bookId ?? null, source ?? null, deviceId ?? null];
}

function filled(length: number, values: readonly (readonly [number, number])[]): number[] {
  const byPlace = new Map(values);
  return Array.from({ length }, (_, place) => byPlace.get(place) ?? 0);
}
