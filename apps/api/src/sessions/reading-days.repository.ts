import { Injectable } from '@nestjs/common';
import type { PageStat } from '@bookorbit/domain-reading-sessions';
import type { EntityManager } from 'typeorm';

/** What a sitting gives to each day, `YYYY-MM-DD`. */
export interface SessionDays {
  readonly id: string;
  readonly days: Readonly<Record<string, number>>;
}

/** A sitting that counts, as it is kept. */
export interface KnownSession {
  readonly id: string;
  readonly source: string;
  readonly deviceId: string;
  /** Unix seconds. */
  readonly startTime: number;
  readonly duration: number;
}

/** Seconds by day of a user's time zone, made anew when that changes. */
@Injectable()
export class ReadingDaysRepository {
  /** Waits for whoever makes days by the time zone as it was, and makes others wait. File 0 of a user stands for all of it. */
  async lockTimeZone(tx: EntityManager, userId: number): Promise<void> {
    await tx.query(`SELECT pg_advisory_xact_lock($1, 0)`, [userId]);
  }

  async setTimeZone(tx: EntityManager, userId: number, timeZone: string): Promise<void> {
    await tx.query(`UPDATE users SET time_zone = $2 WHERE id = $1`, [userId, timeZone]);
  }

  async removeAll(tx: EntityManager, userId: number): Promise<void> {
    await tx.query(`DELETE FROM reading_days WHERE user_id = $1`, [userId]);
  }

  /** Files with sittings. */
  async findFiles(tx: EntityManager, userId: number): Promise<number[]> {
    const rows = await tx.query<{ id: number }[]>(
      `SELECT DISTINCT book_file_id AS id FROM reading_sessions WHERE user_id = $1 ORDER BY 1`,
      [userId],
    );
    return rows.map(({ id }) => id);
  }

  async findSessions(tx: EntityManager, userId: number, bookFileId: number): Promise<KnownSession[]> {
    const rows = await tx.query<
      { id: string; source: string; device_id: string; start_time: string; duration: number }[]
    >(
      `SELECT id, source, device_id, start_time, duration FROM reading_sessions WHERE user_id = $1 AND book_file_id = $2 AND is_counted`,
      [userId, bookFileId],
    );
    return rows.map((row) => ({
      id: row.id,
      source: row.source,
      deviceId: row.device_id,
      startTime: Number(row.start_time),
      duration: row.duration,
    }));
  }

  /** Page stats of a file, by device. */
  async findStats(tx: EntityManager, userId: number, bookFileId: number): Promise<ReadonlyMap<string, PageStat[]>> {
    const rows = await tx.query<
      { device_id: string; page: number; start_time: string; duration: number; total_pages: number }[]
    >(
      `SELECT device_id, page, start_time, duration, total_pages FROM page_stats WHERE user_id = $1 AND book_file_id = $2`,
      [userId, bookFileId],
    );
    const byDevice = new Map<string, PageStat[]>();
    for (const { device_id: deviceId, page, start_time: startTime, duration, total_pages: totalPages } of rows) {
      const stats = byDevice.get(deviceId) ?? [];
      stats.push({ page, startTime: Number(startTime), duration, totalPages });
      byDevice.set(deviceId, stats);
    }
    return byDevice;
  }

  async add(tx: EntityManager, userId: number, sessions: readonly SessionDays[]): Promise<void> {
    await tx.query(
      `INSERT INTO reading_days (user_id, session_id, day, seconds)
       SELECT $1, s.id, d.key::date, d.value::int FROM jsonb_to_recordset($2::jsonb) AS s (id bigint, days jsonb), jsonb_each_text(s.days) AS d`,
      [userId, JSON.stringify(sessions)],
    );
  }
}
