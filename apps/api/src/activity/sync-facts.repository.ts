import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { accessibleFiles } from '../libraries/index.ts';
import type { SyncFacts } from './judge-sync.ts';

/** A device in use, as the table has it. */
export interface DeviceFacts {
  readonly name: string;
  readonly pluginVersion: string | null;
  readonly lastSeenAt: string;
  readonly hasWrongClock: boolean;
  /** null: it never exchanged highlights. */
  readonly receivesHighlights: boolean | null;
}

/** What the tables tell of why devices sync or do not. */
export interface StoredSyncFacts extends Pick<
  SyncFacts,
  | 'unusedKeys'
  | 'revokedKeys'
  | 'matchableFiles'
  | 'unmatchedBooks'
  | 'booksWithoutSessions'
  | 'owingDevices'
  | 'booksWithoutNativePlace'
> {
  readonly devices: readonly DeviceFacts[];
}

/** Names shown of what is concerned. */
const MOST = 10;

@Injectable()
export class SyncFactsRepository {
  /** Everything at once: the check is asked for rarely, and one moment is easier to understand than several. */
  async find(tx: EntityManager, userId: number): Promise<StoredSyncFacts> {
    const [row] = await tx.query<StoredSyncFacts[]>(
      `WITH ${accessibleFiles('$1')},
       in_use AS (
         SELECT d.*, coalesce(d.given_name, nullif(d.name, ''), 'KOReader') AS said FROM devices d WHERE d.user_id = $1 AND d.kind = 'koreader' AND d.retired_at IS NULL
       )
       SELECT
         (SELECT coalesce(json_agg(json_build_object(
            'name', d.said, 'pluginVersion', d.plugin_version, 'lastSeenAt', d.last_seen_at,
            'hasWrongClock', EXISTS (SELECT 1 FROM device_progress p WHERE p.user_id = $1 AND p.device_id = d.device_id
              AND p.source = 'koreader' AND p.read_at IS NULL AND p.received_at > d.last_seen_at - interval '7 days'),
            'receivesHighlights', (SELECT y.receives FROM annotation_syncs y WHERE y.user_id = $1 AND y.device_id = d.device_id
              AND y.kind = 'highlight' ORDER BY y.synced_at DESC LIMIT 1)
          ) ORDER BY d.last_seen_at DESC, d.device_id), '[]') FROM in_use d) AS devices,
         (SELECT count(*)::int FROM device_keys k WHERE k.user_id = $1 AND k.revoked_at IS NULL AND k.last_used_at IS NULL) AS "unusedKeys",
         (SELECT count(*)::int FROM device_keys k WHERE k.user_id = $1 AND k.revoked_at IS NOT NULL) AS "revokedKeys",
         (SELECT count(*)::int FROM accessible_files f WHERE f.fingerprint IS NOT NULL) AS "matchableFiles",
         ARRAY(SELECT coalesce(nullif(u.title, ''), nullif(u.filename, ''), u.document) FROM unmatched_documents u
            WHERE u.user_id = $1 AND u.dismissed_at IS NULL ORDER BY u.last_seen_at DESC LIMIT ${MOST}) AS "unmatchedBooks",
         (SELECT coalesce(json_agg(json_build_object('title', w.title, 'devices', w.devices) ORDER BY w.received_at DESC), '[]') FROM (
            SELECT b.title, max(p.received_at) AS received_at,
              json_agg(json_build_object('name', d.said, 'hasPlugin', d.plugin_version IS NOT NULL) ORDER BY d.last_seen_at DESC, d.device_id) AS devices
            FROM books b JOIN accessible_files f ON f.book_id = b.id
            JOIN device_progress p ON p.user_id = $1 AND p.book_file_id = f.id AND p.source = 'koreader' AND p.percentage > 0
            JOIN in_use d ON d.device_id = p.device_id
            WHERE NOT EXISTS (SELECT 1 FROM page_stats s JOIN book_files o ON o.id = s.book_file_id
              WHERE s.user_id = $1 AND o.book_id = b.id)
            GROUP BY b.id, b.title ORDER BY max(p.received_at) DESC LIMIT ${MOST}) w) AS "booksWithoutSessions",
         ARRAY(SELECT DISTINCT own.said FROM in_use own
            JOIN annotation_devices d ON d.user_id = $1 AND d.device_id = own.device_id AND (d.has_it OR d.offers <> '[]')
            JOIN annotations a ON a.user_id = $1 AND a.id = d.annotation_id AND a.deleted_at IS NOT NULL
            JOIN accessible_files f ON f.id = a.book_file_id
            JOIN annotation_syncs y ON y.user_id = $1 AND y.book_file_id = d.book_file_id AND y.device_id = d.device_id
              AND y.kind = a.kind AND y.receives
            LIMIT ${MOST}) AS "owingDevices",
         ARRAY(SELECT b.title FROM file_progress p JOIN accessible_files f ON f.id = p.book_file_id JOIN books b ON b.id = f.book_id
            WHERE p.user_id = $1 AND p.source <> 'koreader' AND p.xpointer IS NULL AND p.page IS NULL AND NOT EXISTS (
              SELECT 1 FROM device_progress o WHERE o.user_id = $1 AND o.book_file_id = f.id AND o.source = 'koreader')
            ORDER BY p.received_at DESC LIMIT ${MOST}) AS "booksWithoutNativePlace"`,
      [userId],
    );
    if (!row) throw new Error('a question without a table has one row');
    return row;
  }
}
