import { Injectable } from '@nestjs/common';
import { type StatusThresholds, USUAL_THRESHOLDS } from '@bookorbit/domain-book-state';
import type { EntityManager } from 'typeorm';

/** From where on progress says something about the status, library by library. */
@Injectable()
export class StatusThresholdsRepository {
  /** @returns undefined when there is no such library. */
  async find(tx: EntityManager, libraryId: number): Promise<StatusThresholds | undefined> {
    const [row] = await tx.query<{ reading: number | null; finished: number | null }[]>(
      `SELECT t.reading, t.finished FROM libraries l LEFT JOIN library_status_thresholds t ON t.library_id = l.id
       WHERE l.id = $1 AND l.deleted_at IS NULL`,
      [libraryId],
    );
    if (!row) return undefined;
    return { reading: row.reading ?? USUAL_THRESHOLDS.reading, finished: row.finished ?? USUAL_THRESHOLDS.finished };
  }

  /** @returns Whether there is such a library. */
  async save(tx: EntityManager, libraryId: number, thresholds: StatusThresholds): Promise<boolean> {
    const rows = await tx.query<unknown[]>(
      `INSERT INTO library_status_thresholds (library_id, reading, finished)
       SELECT l.id, $2, $3 FROM libraries l WHERE l.id = $1 AND l.deleted_at IS NULL
       ON CONFLICT (library_id) DO UPDATE SET reading = excluded.reading, finished = excluded.finished RETURNING library_id`,
      [libraryId, thresholds.reading, thresholds.finished],
    );
    return rows.length > 0;
  }
}
