import { Injectable } from '@nestjs/common';
import type { DocumentLink, MatchCandidate, UnmatchedDocument } from '@bookorbit/contracts';
import type { EntityManager } from 'typeorm';
import { accessibleFiles } from '../libraries/index.ts';

interface UnmatchedRow {
  id: number;
  document: string;
  reason: UnmatchedDocument['reason'];
  title: string | null;
  authors: string | null;
  filename: string | null;
  device_name: string | null;
  percentage: number | null;
  first_seen_at: Date;
  last_seen_at: Date;
  dismissed_at: Date | null;
  candidates: MatchCandidate[] | null;
}

/** More than these nobody corrects by hand; the newest come first. */
const MOST_LISTED = 500;

const LIST_UNMATCHED = `
  WITH ${accessibleFiles('$1')}
  SELECT u.id, u.document, u.reason, u.title, u.authors, u.filename, u.first_seen_at, u.last_seen_at, u.dismissed_at,
         coalesce(d.given_name, nullif(d.name, ''), p.device_name) AS device_name, p.percentage,
         (SELECT json_agg(json_build_object('bookId', b.id, 'bookFileId', f.id, 'title', b.title, 'authors', b.authors, 'fileName', f.name) ORDER BY f.id)
            FROM accessible_files f JOIN books b ON b.id = f.book_id WHERE f.id = ANY (u.candidate_file_ids)) AS candidates
  FROM unmatched_documents u
  LEFT JOIN devices d ON d.user_id = u.user_id AND d.device_id = u.device_id
  LEFT JOIN LATERAL (
    SELECT percentage, device_name FROM parked_progress p
    WHERE p.user_id = u.user_id AND p.document = u.document ORDER BY read_at DESC NULLS LAST, sequence DESC LIMIT 1
  ) p ON true
  WHERE u.user_id = $1
  ORDER BY u.dismissed_at IS NOT NULL, u.last_seen_at DESC, u.id DESC
  LIMIT ${MOST_LISTED}`;

/** Documents without a file, and the links that gave some of them one. */
@Injectable()
export class UnmatchedRepository {
  async list(tx: EntityManager, userId: number): Promise<UnmatchedDocument[]> {
    const rows = await tx.query<UnmatchedRow[]>(LIST_UNMATCHED, [userId]);
    return rows.map((row) => ({
      id: row.id,
      document: row.document,
      reason: row.reason,
      title: row.title ?? undefined,
      authors: row.authors ?? undefined,
      filename: row.filename ?? undefined,
      deviceName: row.device_name ?? undefined,
      percentage: row.percentage ?? undefined,
      firstSeenAt: row.first_seen_at.toISOString(),
      lastSeenAt: row.last_seen_at.toISOString(),
      isDismissed: row.dismissed_at !== null,
      candidates: row.candidates ?? [],
    }));
  }

  /** @returns The document id of an entry of this user. */
  async findDocument(tx: EntityManager, userId: number, id: number): Promise<string | undefined> {
    const [row] = await tx.query<{ document: string }[]>(
      `SELECT document FROM unmatched_documents WHERE user_id = $1 AND id = $2`,
      [userId, id],
    );
    return row?.document;
  }

  async setDismissed(tx: EntityManager, userId: number, id: number, dismissedAt: Date | null): Promise<void> {
    await tx.query(`UPDATE unmatched_documents SET dismissed_at = $3 WHERE user_id = $1 AND id = $2`, [
      userId,
      id,
      dismissedAt,
    ]);
  }

  async remove(tx: EntityManager, userId: number, documents: readonly string[]): Promise<void> {
    await tx.query(`DELETE FROM unmatched_documents WHERE user_id = $1 AND document = ANY ($2)`, [userId, documents]);
  }

  /** A link by hand stands above everything else that is known. */
  async linkByHand(tx: EntityManager, userId: number, document: string, bookFileId: number, now: Date): Promise<void> {
    await tx.query(
      `INSERT INTO document_links (user_id, document, book_file_id, origin, created_at) VALUES ($1, $2, $3, 'manual', $4)
       ON CONFLICT (user_id, document) DO UPDATE SET book_file_id = excluded.book_file_id, origin = 'manual', created_at = excluded.created_at`,
      [userId, document, bookFileId, now],
    );
    await tx.query(`DELETE FROM refused_matches WHERE user_id = $1 AND document = $2 AND book_file_id = $3`, [
      userId,
      document,
      bookFileId,
    ]);
  }

  /** What the content told is not believed again where the user said otherwise. */
  async refuse(tx: EntityManager, userId: number, document: string, bookFileId: number, now: Date): Promise<void> {
    await tx.query(
      `INSERT INTO refused_matches (user_id, document, book_file_id, refused_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
      [userId, document, bookFileId, now],
    );
  }

  /** @returns What the link tied together, and who did. */
  async unlink(
    tx: EntityManager,
    userId: number,
    id: number,
  ): Promise<{ document: string; bookFileId: number; origin: DocumentLink['origin'] } | undefined> {
    const [rows] = await tx.query<
      [{ document: string; book_file_id: number; origin: DocumentLink['origin'] }[], number]
    >(`DELETE FROM document_links WHERE user_id = $1 AND id = $2 RETURNING document, book_file_id, origin`, [
      userId,
      id,
    ]);
    const [row] = rows;
    return row && { document: row.document, bookFileId: row.book_file_id, origin: row.origin };
  }

  async listLinks(tx: EntityManager, userId: number): Promise<DocumentLink[]> {
    const rows = await tx.query<(Omit<DocumentLink, 'createdAt'> & { created_at: Date })[]>(
      `WITH ${accessibleFiles('$1')}
       SELECT l.id, l.document, l.origin, b.id AS "bookId", f.id AS "bookFileId", b.title, f.name AS "fileName", l.created_at
       FROM document_links l JOIN accessible_files f ON f.id = l.book_file_id JOIN books b ON b.id = f.book_id
       WHERE l.user_id = $1 ORDER BY l.created_at DESC, l.id DESC LIMIT ${MOST_LISTED}`,
      [userId],
    );
    return rows.map(({ created_at, ...link }) => ({ ...link, createdAt: created_at.toISOString() }));
  }
}
