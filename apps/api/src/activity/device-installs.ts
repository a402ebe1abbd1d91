import { type ClockRecord, LONGEST_DELAY_SECONDS, type ShownClock } from '@bookorbit/domain-progress';
import type { EntityManager } from 'typeorm';
import type { KnownInstall } from './judge-install.ts';

/** What is kept of an installation. */
export interface InstallRow extends KnownInstall {
  readonly saidAt: string | null;
  readonly aheadSeconds: string | null;
  readonly clocks: ClockRecord | null;
  /** The marker of the original, of a copy that only its clock tells from it. */
  readonly copyOf: string | null;
}

/** Keeps others from deciding about the same device until the transaction ends. */
export async function lockDevice(tx: EntityManager, userId: number, deviceId: string): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended($1, $2))`, [deviceId, userId]);
}

/** @returns Those that call themselves by the id, oldest first. */
export function findInstalls(tx: EntityManager, userId: number, deviceId: string): Promise<InstallRow[]> {
  return tx.query(
    `SELECT marker, kept_as AS "keptAs", said_at AS "saidAt", ahead_seconds AS "aheadSeconds", clocks, clock_of AS "copyOf"
     FROM device_installs WHERE user_id = $1 AND device_id = $2 ORDER BY first_seen_at, marker`,
    [userId, deviceId],
  );
}

export async function saveInstalls(
  tx: EntityManager,
  userId: number,
  deviceId: string,
  changes: readonly KnownInstall[],
  now: Date,
): Promise<void> {
  await tx.query(
    `INSERT INTO device_installs (user_id, device_id, marker, kept_as, first_seen_at)
     SELECT $1, $2, c.marker, c.kept_as, $5 FROM unnest($3::text[], $4::text[]) AS c (marker, kept_as)
     ON CONFLICT (user_id, device_id, marker) DO UPDATE SET kept_as = excluded.kept_as`,
    [userId, deviceId, changes.map(({ marker }) => marker), changes.map(({ keptAs }) => keptAs), now],
  );
}

/** Adds a copy that only its clock tells from the original. Whose the latest clock was is not known: each begins anew. */
export async function saveCopy(
  tx: EntityManager,
  userId: number,
  deviceId: string,
  copy: KnownInstall,
  original: { readonly marker: string; readonly clocks: ClockRecord },
  now: Date,
): Promise<void> {
  await tx.query(
    `INSERT INTO device_installs (user_id, device_id, marker, kept_as, clock_of, first_seen_at) VALUES ($1, $2, $3, $4, $5, $6)`,
    [userId, deviceId, copy.marker, copy.keptAs, original.marker, now],
  );
  await tx.query(
    `UPDATE device_installs SET clocks = $4, said_at = NULL, ahead_seconds = NULL WHERE user_id = $1 AND device_id = $2 AND marker = $3`,
    [userId, deviceId, original.marker, JSON.stringify(original.clocks)],
  );
}

/**
 * What was written before the latest, but not so long before that the clock must have been set back, is no news of the clock.
 *
 * @param marker Of the installation whose clock it is: the original, or a copy that only its clock tells from it.
 * @param record The clocks of the original; what another process wrote meanwhile stays.
 */
export async function noteClock(
  tx: EntityManager,
  userId: number,
  deviceId: string,
  marker: string,
  { saidAt, aheadSeconds }: ShownClock,
  record: { readonly marker: string; readonly before: ClockRecord | null; readonly after: ClockRecord | undefined },
): Promise<void> {
  const isLatest = `(marker = $4 AND (said_at IS NULL OR said_at < $5 OR said_at > $5 + ${LONGEST_DELAY_SECONDS}))`;
  const hasNews = `(marker = $3 AND $8::jsonb IS NOT NULL AND clocks IS NOT DISTINCT FROM $7::jsonb)`;
  await tx.query(
    `UPDATE device_installs SET
       said_at = CASE WHEN ${isLatest} THEN $5 ELSE said_at END,
       ahead_seconds = CASE WHEN ${isLatest} THEN $6 ELSE ahead_seconds END,
       clocks = CASE WHEN ${hasNews} THEN $8 ELSE clocks END
     WHERE user_id = $1 AND device_id = $2 AND (${isLatest} OR ${hasNews})`,
    [userId, deviceId, record.marker, marker, saidAt, aheadSeconds, record.before, record.after ?? null],
  );
}

/** A fresh installation on the device, or a copy that will be told apart later: what it has may be older than what was acknowledged. */
export async function doubtWhoSaid(tx: EntityManager, userId: number, deviceId: string): Promise<void> {
  await tx.query(`UPDATE annotation_devices SET acked_version = 0 WHERE user_id = $1 AND device_id = $2`, [
    userId,
    deviceId,
  ]);
}

/** What was said and acknowledged under the id may have been the copy's word: what the device has is asked for anew. */
export async function doubtWhatWasSaid(tx: EntityManager, userId: number, deviceId: string): Promise<void> {
  await tx.query(
    `UPDATE annotation_devices SET base = NULL, acked_version = 0, place_version = 0, past = '{}', said_at = NULL, times_offered = 0
     WHERE user_id = $1 AND device_id = $2`,
    [userId, deviceId],
  );
  await tx.query(`DELETE FROM device_book_states WHERE user_id = $1 AND device_id = $2`, [userId, deviceId]);
}
