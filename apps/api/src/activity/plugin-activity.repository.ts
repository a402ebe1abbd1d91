import { Injectable } from '@nestjs/common';
import type { LastSweep, MatchedBook, PluginActivity } from '@bookorbit/contracts';
import { INDEX_VERSION } from '@bookorbit/domain-positions';
import type { EntityManager } from 'typeorm';
import { accessibleFiles } from '../libraries/index.ts';

/** What devices brought, as numbers. */
export type BroughtCounts = Pick<
  PluginActivity,
  | 'matchedBooks'
  | 'readingEvents'
  | 'highlights'
  | 'trashedHighlights'
  | 'pendingDeletes'
  | 'failedPositions'
  | 'heldDeletes'
>;

/** A device in use that has our plugin. */
export interface PluginInstall {
  readonly deviceId: string;
  readonly deviceName: string;
  readonly pluginVersion: string;
}

const MOST_BOOKS = 500;

/** Subquery `synced`: files of which a device of user `$1` ever said something, each once for every device. */
export const SYNCED_FILES = `synced AS (
  SELECT book_file_id, device_id FROM device_progress WHERE user_id = $1 AND source = 'koreader'
  UNION SELECT book_file_id, device_id FROM page_stat_uploads WHERE user_id = $1
  UNION SELECT book_file_id, device_id FROM annotation_syncs WHERE user_id = $1
)`;

// The same as the lists of annotations say; a spec holds them together.
const OWES = `(d.has_it OR d.offers <> '[]') AND own.retired_at IS NULL
  AND EXISTS (SELECT 1 FROM annotation_syncs s WHERE s.user_id = d.user_id AND s.book_file_id = d.book_file_id
    AND s.device_id = d.device_id AND s.kind = a.kind AND s.receives)`;

/** What the plugin of a user's devices did in all. Reads only. */
@Injectable()
export class PluginActivityRepository {
  async count(tx: EntityManager, userId: number): Promise<BroughtCounts> {
    const [row] = await tx.query<BroughtCounts[]>(
      `WITH ${accessibleFiles('$1')}, ${SYNCED_FILES},
       own_annotations AS (
         SELECT a.*, f.content_changed_at FROM annotations a JOIN accessible_files f ON f.id = a.book_file_id WHERE a.user_id = $1
       )
       SELECT
         (SELECT count(DISTINCT f.book_id)::int FROM synced s JOIN accessible_files f ON f.id = s.book_file_id) AS "matchedBooks",
         (SELECT count(*)::int FROM page_stats p JOIN accessible_files f ON f.id = p.book_file_id WHERE p.user_id = $1) AS "readingEvents",
         (SELECT count(*)::int FROM own_annotations WHERE kind = 'highlight' AND source = 'koreader' AND deleted_at IS NULL) AS highlights,
         (SELECT count(*)::int FROM own_annotations WHERE kind = 'highlight' AND source = 'koreader' AND deleted_at IS NOT NULL AND purged_at IS NULL)
           AS "trashedHighlights",
         (SELECT count(*)::int FROM own_annotations a WHERE a.deleted_at IS NOT NULL AND EXISTS (
           SELECT 1 FROM annotation_devices d JOIN devices own ON own.user_id = d.user_id AND own.device_id = d.device_id
           WHERE d.user_id = a.user_id AND d.annotation_id = a.id AND ${OWES})) AS "pendingDeletes",
         (SELECT count(*)::int FROM own_annotations a JOIN annotation_devices d ON d.user_id = a.user_id AND d.annotation_id = a.id
           AND d.failed_version = a.version AND d.failed_at > a.content_changed_at
           AND coalesce(d.failed_by, 0) = ${INDEX_VERSION}) AS "failedPositions",
         (SELECT count(*)::int FROM own_annotations a JOIN annotation_devices d ON d.user_id = a.user_id AND d.annotation_id = a.id
           AND d.held_at IS NOT NULL WHERE a.deleted_at IS NULL) AS "heldDeletes"`,
      [userId],
    );
    if (!row) throw new Error('a count has one row');
    return row;
  }

  async findLastSweep(tx: EntityManager, userId: number): Promise<LastSweep | undefined> {
    const [row] = await tx.query<
      {
        device_id: string;
        device_name: string;
        swept_at: Date;
        books_matched: number;
        plugin_version: string | null;
      }[]
    >(
      `SELECT s.device_id, coalesce(d.given_name, nullif(d.name, ''), 'KOReader') AS device_name, s.swept_at, s.books_matched, s.plugin_version
       FROM device_sweeps s JOIN devices d ON d.user_id = s.user_id AND d.device_id = s.device_id
       WHERE s.user_id = $1 ORDER BY s.swept_at DESC, s.device_id LIMIT 1`,
      [userId],
    );
    return (
      row && {
        deviceId: row.device_id,
        deviceName: row.device_name,
        sweptAt: row.swept_at.toISOString(),
        booksMatched: row.books_matched,
        pluginVersion: row.plugin_version ?? undefined,
      }
    );
  }

  findInstalls(tx: EntityManager, userId: number): Promise<PluginInstall[]> {
    return tx.query(
      `SELECT device_id AS "deviceId", coalesce(given_name, nullif(name, ''), 'KOReader') AS "deviceName", plugin_version AS "pluginVersion"
       FROM devices WHERE user_id = $1 AND kind = 'koreader' AND retired_at IS NULL AND plugin_version IS NOT NULL ORDER BY 2, 1`,
      [userId],
    );
  }

  /** What devices brought for each book, the one synced last first. */
  async listMatchedBooks(tx: EntityManager, userId: number): Promise<MatchedBook[]> {
    const rows = await tx.query<(Omit<MatchedBook, 'lastSyncAt'> & { lastSyncAt: Date })[]>(
      `WITH ${accessibleFiles('$1')}, ${SYNCED_FILES},
       matched AS (
         SELECT f.book_id, array_agg(DISTINCT f.id) AS files,
           array_agg(DISTINCT coalesce(d.given_name, nullif(d.name, ''), 'KOReader')) FILTER (WHERE d.device_id IS NOT NULL) AS devices
         FROM synced s JOIN accessible_files f ON f.id = s.book_file_id
         LEFT JOIN devices d ON d.user_id = $1 AND d.device_id = s.device_id GROUP BY f.book_id
       )
       SELECT b.id AS "bookId", b.title, b.authors, coalesce(m.devices, '{}') AS devices,
         (SELECT count(*)::int FROM page_stats p WHERE p.user_id = $1 AND p.book_file_id = ANY (m.files)) AS "readingEvents",
         (SELECT count(*)::int FROM reading_sessions r WHERE r.user_id = $1 AND r.book_file_id = ANY (m.files) AND r.source = 'koreader'
           AND r.is_counted) AS sessions,
         (SELECT count(*)::int FROM annotations a WHERE a.user_id = $1 AND a.book_file_id = ANY (m.files) AND a.kind = 'highlight'
           AND a.source = 'koreader' AND a.deleted_at IS NULL) AS highlights,
         coalesce(greatest(
           (SELECT max(p.received_at) FROM device_progress p WHERE p.user_id = $1 AND p.book_file_id = ANY (m.files) AND p.source = 'koreader'),
           (SELECT max(y.synced_at) FROM annotation_syncs y WHERE y.user_id = $1 AND y.book_file_id = ANY (m.files)),
           (SELECT to_timestamp(max(u.watermark)) FROM page_stat_uploads u WHERE u.user_id = $1 AND u.book_file_id = ANY (m.files))
         ), to_timestamp(0)) AS "lastSyncAt"
       FROM matched m JOIN books b ON b.id = m.book_id ORDER BY "lastSyncAt" DESC, b.id LIMIT ${MOST_BOOKS}`,
      [userId],
    );
    return rows.map((row) => ({ ...row, lastSyncAt: row.lastSyncAt.toISOString() }));
  }
}
