import { Injectable } from '@nestjs/common';
import type { DeviceChange } from '@bookorbit/contracts';
import { MOST_KEYS } from '@bookorbit/domain-annotations';
import type { EntityManager } from 'typeorm';
import { Clock } from '../clock/index.ts';
import { lockFiles, Transaction } from '../database/index.ts';
import { Refusal } from '../http/index.ts';

/** What the server remembers of a device only to go on where it stopped: what it brought stays. */
const FORGOTTEN = ['device_book_states', 'page_stat_uploads', 'device_sweeps', 'devices'] as const;

const KEEP_KEYS = `
  UPDATE annotations a SET keys = (a.keys || d.key)[greatest(1, cardinality(a.keys) + 2 - ${MOST_KEYS}):]
  FROM annotation_devices d
  WHERE d.user_id = $1 AND d.device_id = $2 AND a.user_id = $1 AND a.id = d.annotation_id AND d.key <> ALL (a.keys)`;

/** What a user does about their devices. */
@Injectable()
export class DeviceRegistry {
  constructor(
    private readonly transaction: Transaction,
    private readonly clock: Clock,
  ) {}

  async change(userId: number, deviceId: string, { name, isRetired }: DeviceChange): Promise<void> {
    await this.transaction.run(async (tx) => {
      const [rows] = await tx.query<[unknown[], number]>(
        `UPDATE devices SET
           given_name = CASE WHEN $3::text IS NULL THEN given_name ELSE nullif(trim($3), '') END,
           retired_at = CASE WHEN $4::boolean IS NULL THEN retired_at WHEN $4 THEN coalesce(retired_at, $5) END
         WHERE user_id = $1 AND device_id = $2 RETURNING device_id`,
        [userId, deviceId, name ?? null, isRetired ?? null, this.clock.now()],
      );
      if (rows.length === 0) throw new Refusal('not_found', 'There is no such device.');
    });
  }

  /**
   * Forgets a device. Places, reading time and highlights it brought stay; should it come again, it begins anew. What it called the highlights is
   * kept: by that they are known when it comes, also those that were deleted meanwhile.
   */
  async forget(userId: number, deviceId: string): Promise<void> {
    await this.transaction.run(async (tx) => {
      await lockFiles(tx, userId, await findAnnotatedFiles(tx, userId, deviceId));
      await tx.query(KEEP_KEYS, [userId, deviceId]);
      for (const table of FORGOTTEN) {
        const [rows] = await tx.query<[unknown[], number]>(
          `DELETE FROM ${table} WHERE user_id = $1 AND device_id = $2 RETURNING device_id`,
          [userId, deviceId],
        );
        if (table === 'devices' && rows.length === 0) throw new Refusal('not_found', 'There is no such device.');
      }
      await tx.query(`DELETE FROM device_installs WHERE user_id = $1 AND kept_as = $2`, [userId, deviceId]);
    });
  }
}

async function findAnnotatedFiles(tx: EntityManager, userId: number, deviceId: string): Promise<number[]> {
  const rows = await tx.query<{ id: number }[]>(
    `SELECT DISTINCT book_file_id AS id FROM annotation_devices WHERE user_id = $1 AND device_id = $2`,
    [userId, deviceId],
  );
  return rows.map(({ id }) => id);
}
