import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { RecomputeSessions } from './recompute-sessions.ts';

/** Reading of a file that counts. */
export interface FileReading {
  readonly sessions: number;
  readonly seconds: number;
}

/** What imports need of a file's page stats besides taking them in. Callers hold the file's lock. */
@Injectable()
export class ImportedPageStats {
  constructor(private readonly recomputeSessions: RecomputeSessions) {}

  async reading(tx: EntityManager, userId: number, bookFileId: number): Promise<FileReading> {
    const [row] = await tx.query<FileReading[]>(
      `SELECT count(*)::int AS sessions, coalesce(sum(duration), 0)::float8 AS seconds FROM reading_sessions
       WHERE user_id = $1 AND book_file_id = $2 AND is_counted`,
      [userId, bookFileId],
    );
    return row ?? { sessions: 0, seconds: 0 };
  }

  /**
   * Takes back the page stats that only this import brought: those a device reports too are the device's.
   *
   * @returns How many went.
   */
  async takeBack(tx: EntityManager, userId: number, deviceId: string, bookFileId: number): Promise<number> {
    const parameters = [userId, deviceId, bookFileId];
    const [gone] = await tx.query<{ count: number; from: string | null; until: string | null }[]>(
      `WITH gone AS (
         DELETE FROM page_stats WHERE user_id = $1 AND device_id = $2 AND book_file_id = $3 RETURNING start_time, start_time + duration AS until
       )
       SELECT count(*)::int AS count, min(start_time) AS "from", max(until) AS until FROM gone`,
      parameters,
    );
    await tx.query(
      `DELETE FROM page_stat_uploads WHERE user_id = $1 AND device_id = $2 AND book_file_id = $3`,
      parameters,
    );
    if (!gone || gone.count === 0) return 0;
    const window = { bookFileId, deviceId, from: Number(gone.from), until: Number(gone.until) };
    await this.recomputeSessions.run(tx, userId, [window]);
    return gone.count;
  }
}
