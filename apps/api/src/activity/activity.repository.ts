import { Injectable } from '@nestjs/common';
import type { DeviceKeySummary, DeviceSummary, KoreaderAccountState, KoreaderCounts } from '@bookorbit/contracts';
import type { EntityManager } from 'typeorm';
import { accessibleFiles } from '../libraries/index.ts';
import { SYNCED_FILES } from './plugin-activity.repository.ts';

interface DeviceRow {
  device_id: string;
  name: string;
  plugin_version: string | null;
  retired_at: Date | null;
  split_from: string | null;
  first_seen_at: Date;
  last_seen_at: Date;
  book_id: number | null;
  title: string;
  percentage: number;
  /** null: it reported no place. */
  received_at: Date | null;
}

/** What the settings page shows: reads only. */
@Injectable()
export class ActivityRepository {
  async findAccount(tx: EntityManager, userId: number): Promise<KoreaderAccountState | undefined> {
    const [row] = await tx.query<
      { username: string; is_sync_enabled: boolean; created_at: Date; last_sync_at: Date | null }[]
    >(
      `SELECT a.username, a.is_sync_enabled, a.created_at,
              (SELECT max(d.last_seen_at) FROM devices d WHERE d.user_id = a.user_id AND d.kind = 'koreader') AS last_sync_at
       FROM koreader_accounts a WHERE a.user_id = $1`,
      [userId],
    );
    return (
      row && {
        username: row.username,
        isSyncEnabled: row.is_sync_enabled,
        createdAt: row.created_at.toISOString(),
        lastSyncAt: row.last_sync_at?.toISOString(),
      }
    );
  }

  async count(tx: EntityManager, userId: number): Promise<KoreaderCounts> {
    const [row] = await tx.query<KoreaderCounts[]>(
      `WITH ${accessibleFiles('$1')}, ${SYNCED_FILES}
       SELECT (SELECT count(*)::int FROM devices WHERE user_id = $1 AND kind = 'koreader') AS devices,
              (SELECT count(DISTINCT f.book_id)::int FROM synced s JOIN accessible_files f ON f.id = s.book_file_id) AS "matchedBooks",
              (SELECT count(*)::int FROM unmatched_documents WHERE user_id = $1 AND dismissed_at IS NULL) AS "unmatchedBooks"`,
      [userId],
    );
    return row ?? { devices: 0, matchedBooks: 0, unmatchedBooks: 0 };
  }

  /** Newest first, each with the last place it reported in a book the user may read, or in a document that matches none. */
  async listDevices(tx: EntityManager, userId: number): Promise<DeviceSummary[]> {
    const rows = await tx.query<DeviceRow[]>(
      `WITH ${accessibleFiles('$1')},
       last AS (
         SELECT DISTINCT ON (device_id) * FROM (
           SELECT p.device_id, f.book_id, b.title, p.percentage, p.received_at, p.sequence
           FROM device_progress p JOIN accessible_files f ON f.id = p.book_file_id JOIN books b ON b.id = f.book_id
           WHERE p.user_id = $1
           UNION ALL
           SELECT p.device_id, NULL, coalesce(nullif(u.title, ''), nullif(u.filename, ''), p.document), p.percentage, p.received_at, p.sequence
           FROM parked_progress p LEFT JOIN unmatched_documents u ON u.user_id = $1 AND u.document = p.document
           WHERE p.user_id = $1
         ) p ORDER BY device_id, received_at DESC, sequence DESC
       )
       SELECT d.device_id, coalesce(d.given_name, d.name) AS name, d.plugin_version, d.retired_at, c.split_from, d.first_seen_at, d.last_seen_at, l.book_id, l.title, l.percentage, l.received_at
       FROM devices d LEFT JOIN last l ON l.device_id = d.device_id
       LEFT JOIN (SELECT kept_as, min(device_id) AS split_from FROM device_installs WHERE user_id = $1 AND device_id <> kept_as GROUP BY 1) c
         ON c.kept_as = d.device_id
       WHERE d.user_id = $1 AND d.kind = 'koreader' ORDER BY d.retired_at IS NOT NULL, d.last_seen_at DESC, d.device_id`,
      [userId],
    );
    return rows.map((row) => ({
      deviceId: row.device_id,
      name: row.name || 'KOReader',
      pluginVersion: row.plugin_version ?? undefined,
      isRetired: row.retired_at !== null,
      splitFrom: row.split_from ?? undefined,
      firstSeenAt: row.first_seen_at.toISOString(),
      lastSeenAt: row.last_seen_at.toISOString(),
      ...(row.received_at !== null && {
        lastProgress: {
          ...(row.book_id !== null && { bookId: row.book_id }),
          title: row.title,
          percentage: row.percentage,
          receivedAt: row.received_at.toISOString(),
        },
      }),
    }));
  }

  /** Newest first. */
  async listDeviceKeys(tx: EntityManager, userId: number): Promise<DeviceKeySummary[]> {
    const rows = await tx.query<
      { id: number; created_at: Date; last_used_at: Date | null; revoked_at: Date | null; devices: string[] }[]
    >(
      `SELECT k.id, k.created_at, k.last_used_at, k.revoked_at,
              ARRAY(SELECT coalesce(d.given_name, nullif(d.name, ''), 'KOReader') FROM devices d
                    WHERE d.user_id = $1 AND d.device_key_id = k.id ORDER BY d.last_seen_at DESC) AS devices
       FROM device_keys k
       WHERE k.user_id = $1 ORDER BY k.revoked_at IS NOT NULL, k.id DESC`,
      [userId],
    );
    return rows.map((row) => ({
      id: row.id,
      createdAt: row.created_at.toISOString(),
      lastUsedAt: row.last_used_at?.toISOString(),
      devices: row.devices,
      isRevoked: row.revoked_at !== null,
    }));
  }
}
