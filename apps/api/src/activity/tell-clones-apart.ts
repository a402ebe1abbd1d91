import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { LIMITS } from '@bookorbit/contracts';
import { lateBySeconds, LONGEST_DELAY_SECONDS, type ShownClock } from '@bookorbit/domain-progress';
import { DataSource, type EntityManager } from 'typeorm';
import { Clock } from '../clock/index.ts';
import { Transaction } from '../database/index.ts';
import { type InstallDecision, judgeInstall, type KnownInstall, markerOf, type SeenInstall } from './judge-install.ts';

const SPLIT_DIGITS = 8;

/** Finds the id under which a device's data is kept, which is not the one it sends when it is a copy of another. */
@Injectable()
export class TellClonesApart {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transaction: Transaction,
    private readonly clock: Clock,
  ) {}

  async run(
    userId: number,
    seen: SeenInstall & { readonly clock?: ShownClock },
  ): Promise<{ readonly keptAs: string; readonly lateBySeconds: number }> {
    const { manager } = this.dataSource;
    const known = await findInstalls(manager, userId, seen.deviceId);
    const decision = judgeInstall(known, seen, splitId);
    const keptAs = decision.changes.length === 0 ? decision.keptAs : await this.settle(userId, seen);
    const latest = clockOf(known.find(({ marker }) => marker === markerOf(seen)));
    if (!seen.clock) return { keptAs, lateBySeconds: 0 };
    await noteClock(manager, userId, seen.deviceId, markerOf(seen), seen.clock);
    return { keptAs, lateBySeconds: lateBySeconds(latest, seen.clock) };
  }

  private settle(userId: number, seen: SeenInstall): Promise<string> {
    return this.transaction.run(async (tx) => {
      // Two requests of one new device decide one after the other.
      await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended($1, $2))`, [seen.deviceId, userId]);
      const known = await findInstalls(tx, userId, seen.deviceId);
      const settled = judgeInstall(known, seen, splitId);
      await this.save(tx, userId, seen.deviceId, settled);
      const isSplit = settled.changes.some(({ marker }) => known.some((install) => install.marker === marker));
      if (isSplit) await doubtWhatWasSaid(tx, userId, settled.keptAs);
      else if (known.some(({ keptAs }) => keptAs === settled.keptAs)) await doubtWhoSaid(tx, userId, settled.keptAs);
      return settled.keptAs;
    });
  }

  private async save(tx: EntityManager, userId: number, deviceId: string, { changes }: InstallDecision): Promise<void> {
    await tx.query(
      `INSERT INTO device_installs (user_id, device_id, marker, kept_as, first_seen_at)
       SELECT $1, $2, c.marker, c.kept_as, $5 FROM unnest($3::text[], $4::text[]) AS c (marker, kept_as)
       ON CONFLICT (user_id, device_id, marker) DO UPDATE SET kept_as = excluded.kept_as`,
      [userId, deviceId, changes.map(({ marker }) => marker), changes.map(({ keptAs }) => keptAs), this.clock.now()],
    );
  }
}

interface InstallRow extends KnownInstall {
  readonly saidAt: string | null;
  readonly aheadSeconds: string | null;
}

function findInstalls(tx: EntityManager, userId: number, deviceId: string): Promise<InstallRow[]> {
  return tx.query(
    `SELECT marker, kept_as AS "keptAs", said_at AS "saidAt", ahead_seconds AS "aheadSeconds" FROM device_installs WHERE user_id = $1 AND device_id = $2 ORDER BY first_seen_at, marker`,
    [userId, deviceId],
  );
}

/** A fresh installation on the device, or a copy that will be told apart later: what it has may be older than what was acknowledged. */
async function doubtWhoSaid(tx: EntityManager, userId: number, deviceId: string): Promise<void> {
  await tx.query(`UPDATE annotation_devices SET acked_version = 0 WHERE user_id = $1 AND device_id = $2`, [
    userId,
    deviceId,
  ]);
}

/** What was said and acknowledged under the id may have been the copy's word: what the device has is asked for anew. */
async function doubtWhatWasSaid(tx: EntityManager, userId: number, deviceId: string): Promise<void> {
  await tx.query(
    `UPDATE annotation_devices SET base = NULL, acked_version = 0, place_version = 0, past = '{}', said_at = NULL, times_offered = 0
     WHERE user_id = $1 AND device_id = $2`,
    [userId, deviceId],
  );
  await tx.query(`DELETE FROM device_book_states WHERE user_id = $1 AND device_id = $2`, [userId, deviceId]);
}

function clockOf(install: InstallRow | undefined): ShownClock | undefined {
  if (!install || install.saidAt === null || install.aheadSeconds === null) return undefined;
  return { saidAt: Number(install.saidAt), aheadSeconds: Number(install.aheadSeconds) };
}

/** What was written before the latest, but not so long before that the clock must have been set back, is no news of the clock. */
async function noteClock(
  tx: EntityManager,
  userId: number,
  deviceId: string,
  marker: string,
  { saidAt, aheadSeconds }: ShownClock,
): Promise<void> {
  await tx.query(
    `UPDATE device_installs SET said_at = $4, ahead_seconds = $5
     WHERE user_id = $1 AND device_id = $2 AND marker = $3 AND (said_at IS NULL OR said_at < $4 OR said_at > $4 + ${LONGEST_DELAY_SECONDS})`,
    [userId, deviceId, marker, saidAt, aheadSeconds],
  );
}

function splitId(deviceId: string, marker: string): string {
  const digits = createHash('sha256').update(marker).digest('hex').slice(0, SPLIT_DIGITS);
  return `${deviceId.slice(0, LIMITS.deviceIdLength - SPLIT_DIGITS - 1)}-${digits}`;
}
