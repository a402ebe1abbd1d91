import { Injectable } from '@nestjs/common';
import type {
  DeviceDetail,
  DeviceSummary,
  SyncFeed as SyncFeedPage,
  SyncFeedEntry,
  SyncFeedQuery,
  SyncOutcome,
} from '@bookorbit/contracts';
import type { EntityManager } from 'typeorm';
import { accessibleFiles } from '../libraries/index.ts';

interface FeedRow extends Pick<SyncFeedEntry, 'came' | 'went' | 'refused' | 'exchange' | 'milliseconds'> {
  id: string;
  happened_at: Date;
  device_id: string;
  device_name: string | null;
  books: SyncFeedEntry['books'] | null;
}

type DetailRow = Omit<DeviceDetail, keyof DeviceSummary | 'counts' | 'lastSweep'> &
  DeviceDetail['counts'] & {
    swept_at: Date | null;
    books_matched: number;
    page_stats_uploaded: number;
    annotations_upserted: number;
  };

const PAGE = 50;

// The books something was about are counted among what came.
const WITH_OUTCOME: Readonly<Record<SyncOutcome, string>> = {
  came: `came - 'books' <> '{}'`,
  went: `went <> '{}'`,
  refused: `refused <> '[]'`,
};

/** What devices did, for people to read. */
@Injectable()
export class FeedRepository {
  async findPage(
    tx: EntityManager,
    userId: number,
    { before, deviceId, outcome }: SyncFeedQuery,
  ): Promise<SyncFeedPage> {
    const rows = await tx.query<FeedRow[]>(
      `WITH ${accessibleFiles('$1')},
       page AS MATERIALIZED (
         SELECT * FROM sync_feed WHERE user_id = $1 AND ($2::bigint IS NULL OR id < $2)
           AND ($3::text IS NULL OR device_id = $3) AND ${outcome === undefined ? 'true' : WITH_OUTCOME[outcome]} ORDER BY id DESC LIMIT ${PAGE + 1}
       )
       SELECT p.*, coalesce(d.given_name, nullif(d.name, '')) AS device_name,
         (SELECT json_agg(DISTINCT jsonb_build_object('bookId', b.id, 'title', b.title))
          FROM unnest(p.documents) AS k (document)
          JOIN LATERAL (
            SELECT book_file_id AS id FROM file_identities WHERE fingerprint = k.document::bpchar
            UNION SELECT book_file_id FROM document_links WHERE user_id = $1 AND document = k.document
          ) hit ON true
          JOIN accessible_files f ON f.id = hit.id JOIN books b ON b.id = f.book_id) AS books
       FROM page p LEFT JOIN devices d ON d.user_id = $1 AND d.device_id = p.device_id
       ORDER BY p.id DESC`,
      [userId, before ?? null, deviceId ?? null],
    );
    const entries = rows.slice(0, PAGE).map(entryOf);
    const last = entries.at(-1);
    return { entries, ...(rows.length > PAGE && last && { next: last.id }) };
  }

  /** What the list of devices does not tell. */
  async findDetail(
    tx: EntityManager,
    userId: number,
    deviceId: string,
  ): Promise<Omit<DeviceDetail, keyof DeviceSummary> | undefined> {
    const [row] = await tx.query<DetailRow[]>(
      `SELECT d.name AS model, d.given_name AS "givenName", s.swept_at, s.books_matched,
         s.page_stats_uploaded, s.annotations_upserted,
         (SELECT count(DISTINCT book_file_id)::int FROM device_progress WHERE user_id = $1 AND device_id = $2) AS books,
         (SELECT count(*)::int FROM page_stats WHERE user_id = $1 AND device_id = $2) AS "pageStats",
         (SELECT count(*)::int FROM reading_sessions WHERE user_id = $1 AND device_id = $2 AND is_counted) AS sessions
       FROM devices d LEFT JOIN device_sweeps s ON s.user_id = $1 AND s.device_id = $2
       WHERE d.user_id = $1 AND d.device_id = $2`,
      [userId, deviceId],
    );
    return row && detailOf(row);
  }

  /** @returns How many entries were older. */
  async removeBefore(tx: EntityManager, time: Date): Promise<number> {
    const [, count] = await tx.query<[unknown[], number]>(`DELETE FROM sync_feed WHERE happened_at < $1`, [time]);
    return count;
  }
}

function entryOf(row: FeedRow): SyncFeedEntry {
  return {
    id: Number(row.id),
    happenedAt: row.happened_at.toISOString(),
    deviceId: row.device_id,
    deviceName: row.device_name ?? 'KOReader',
    exchange: row.exchange,
    milliseconds: row.milliseconds,
    books: row.books ?? [],
    came: row.came,
    went: row.went,
    refused: row.refused,
  };
}

function detailOf(row: DetailRow): Omit<DeviceDetail, keyof DeviceSummary> {
  return {
    model: row.model,
    givenName: row.givenName ?? undefined,
    counts: { books: row.books, pageStats: row.pageStats, sessions: row.sessions },
    ...(row.swept_at && {
      lastSweep: {
        sweptAt: row.swept_at.toISOString(),
        booksMatched: row.books_matched,
        pageStatsUploaded: row.page_stats_uploaded,
        annotationsUpserted: row.annotations_upserted,
      },
    }),
  };
}
