import { Injectable } from '@nestjs/common';
import type { CurrentBook } from '@bookorbit/contracts';
import type { EntityManager } from 'typeorm';
import type { UserPrincipal } from '../auth/index.ts';
import { accessibleBooks } from '../libraries/index.ts';
import { ChapterNames } from '../positions/index.ts';

/** A shelf of these is enough to go on from. */
const MOST = 12;

interface CurrentRow {
  readonly book_id: number;
  readonly title: string;
  readonly authors: string[];
  readonly cover_version: number;
  readonly book_file_id: number;
  readonly percentage: number;
  readonly xpointer: string | null;
  readonly dom_version: number | null;
  readonly source: CurrentBook['source'];
  readonly device_name: string;
  readonly read_at: Date;
}

/** The books somebody is in the middle of. Reads only; without `koreader_sync` KOReader's places count for nothing. */
@Injectable()
export class CurrentBooks {
  constructor(private readonly chapters: ChapterNames) {}

  /** The one read last first. A status that was set says whether a book is being read; without one, its place does. */
  async find(tx: EntityManager, user: UserPrincipal): Promise<CurrentBook[]> {
    const maySeeKoreader = user.permissions.includes('koreader_sync');
    const rows = await tx.query<CurrentRow[]>(
      `WITH ${accessibleBooks('$1')},
       place AS (
         SELECT DISTINCT ON (f.book_id) f.book_id, p.book_file_id, p.percentage, p.xpointer, p.dom_version, p.source, p.device_id, p.device_name,
           coalesce(p.read_at, p.received_at) AS read_at
         FROM ${maySeeKoreader ? 'file_progress' : 'device_progress'} p JOIN book_files f ON f.id = p.book_file_id
         WHERE p.user_id = $1 ${maySeeKoreader ? '' : `AND p.source <> 'koreader'`}
         ORDER BY f.book_id, p.read_at DESC NULLS LAST, p.sequence DESC
       )
       SELECT b.id AS book_id, b.title, b.authors, b.cover_version, p.book_file_id, p.percentage, p.xpointer, p.dom_version, p.source,
         coalesce(d.given_name, p.device_name) AS device_name, p.read_at
       FROM place p JOIN accessible_books b ON b.id = p.book_id
       LEFT JOIN devices d ON d.user_id = $1 AND d.device_id = p.device_id
       LEFT JOIN book_states s ON s.user_id = $1 AND s.book_id = b.id
       WHERE CASE WHEN s.status_set_by IS NULL THEN p.percentage > 0 AND p.percentage < 1 ELSE s.status IN ('reading', 'rereading') END
       ORDER BY p.read_at DESC, b.id LIMIT ${MOST}`,
      [user.userId],
    );
    const chapters = await this.chapters.find(
      tx,
      rows.map(({ book_file_id, xpointer, dom_version }) => ({
        bookFileId: book_file_id,
        xpointer: xpointer ?? undefined,
        domVersion: dom_version ?? undefined,
      })),
    );
    return rows.map((row, n) => ({
      bookId: row.book_id,
      title: row.title,
      authors: row.authors,
      ...(row.cover_version > 0 && { coverUrl: `/api/v1/books/${row.book_id}/cover?v=${row.cover_version}` }),
      percentage: row.percentage,
      chapter: chapters[n],
      source: row.source,
      deviceName: row.device_name || undefined,
      readAt: row.read_at.toISOString(),
    }));
  }
}
