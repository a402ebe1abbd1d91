import { Injectable } from '@nestjs/common';
import type { Place, Reset } from '@bookorbit/domain-progress';
import type { EntityManager } from 'typeorm';

/** What a device's report changed in how far it follows a reset. */
export interface ResetFollowing {
  readonly bookFileId: number;
  readonly deviceId: string;
  readonly isReleased: boolean;
  readonly firstPlace?: Place;
}

/** A reset and how far a device follows it, as Postgres gives it. */
export interface ResetRow {
  target: number;
  is_sent: boolean | null;
  percentage: number | null;
  xpointer: string | null;
  page: string | null;
}

/** Places users set by hand, and which devices have not followed yet. */
@Injectable()
export class ResetRepository {
  async saveFollowing(tx: EntityManager, userId: number, following: readonly ResetFollowing[]): Promise<void> {
    const records = following.map(({ bookFileId, deviceId, isReleased, firstPlace }) => ({
      book_file_id: bookFileId,
      device_id: deviceId,
      is_released: isReleased,
      percentage: firstPlace?.percentage,
      xpointer: firstPlace?.position.xpointer,
      page: firstPlace?.position.page,
    }));
    await tx.query(
      `INSERT INTO progress_reset_devices AS d (user_id, book_file_id, device_id, is_released, percentage, xpointer, page)
       SELECT $1, r.* FROM jsonb_to_recordset($2::jsonb) AS r (book_file_id int, device_id text, is_released boolean, percentage float8, xpointer text, page text)
       ON CONFLICT (user_id, book_file_id, device_id) DO UPDATE SET
         is_released = excluded.is_released, percentage = excluded.percentage, xpointer = excluded.xpointer, page = excluded.page`,
      [userId, JSON.stringify(records)],
    );
  }

  /** Sets a reset on each file; it holds against every device anew. */
  async set(
    tx: EntityManager,
    userId: number,
    bookFileIds: readonly number[],
    target: number,
    now: Date,
  ): Promise<void> {
    await tx.query(`DELETE FROM progress_resets WHERE user_id = $1 AND book_file_id = ANY ($2::int[])`, [
      userId,
      bookFileIds,
    ]);
    await tx.query(
      `INSERT INTO progress_resets (user_id, book_file_id, target, set_at) SELECT $1, id, $3, $4 FROM unnest($2::int[]) AS f (id)`,
      [userId, bookFileIds, target, now],
    );
  }

  /** Writes down that a device was told the place of these files. */
  async noteSent(tx: EntityManager, userId: number, deviceId: string, bookFileIds: readonly number[]): Promise<void> {
    await tx.query(
      `INSERT INTO progress_reset_devices AS d (user_id, book_file_id, device_id, is_sent)
       SELECT user_id, book_file_id, $3, true FROM progress_resets WHERE user_id = $1 AND book_file_id = ANY ($2::int[])
       ON CONFLICT (user_id, book_file_id, device_id) DO UPDATE SET is_sent = true WHERE NOT d.is_sent`,
      [userId, bookFileIds, deviceId],
    );
  }

  /** The same where the device does not say who it is: it is one of those that came with this key. */
  async noteSentByKey(
    tx: EntityManager,
    userId: number,
    deviceKeyId: number | undefined,
    bookFileId: number,
  ): Promise<void> {
    await tx.query(
      `INSERT INTO progress_reset_devices AS d (user_id, book_file_id, device_id, is_sent)
       SELECT r.user_id, r.book_file_id, v.device_id, true
       FROM progress_resets r JOIN devices v ON v.user_id = r.user_id AND v.device_key_id IS NOT DISTINCT FROM $3
       WHERE r.user_id = $1 AND r.book_file_id = $2
       ON CONFLICT (user_id, book_file_id, device_id) DO UPDATE SET is_sent = true WHERE NOT d.is_sent`,
      [userId, bookFileId, deviceKeyId ?? null],
    );
  }
}

/** @returns What tells apart the devices and files of a request. */
export function resetKey(bookFileId: number, deviceId: string): string {
  return `${bookFileId} ${deviceId}`;
}

/** @returns A stored reset as the rules know it. */
export function resetOf(row: ResetRow): Reset {
  return {
    target: row.target,
    isSent: row.is_sent ?? false,
    firstPlace:
      row.percentage === null
        ? undefined
        : {
            percentage: row.percentage,
            position: { xpointer: row.xpointer ?? undefined, page: row.page ?? undefined },
          },
  };
}
