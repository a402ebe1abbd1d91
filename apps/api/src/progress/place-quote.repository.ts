import { Injectable } from '@nestjs/common';
import type { Dialect, TextQuote } from '@bookorbit/domain-positions';
import type { EntityManager } from 'typeorm';
import { contentOfFile } from '../positions/index.ts';

/** A stored place whose words were not looked up yet. */
export interface UnquotedPlace {
  readonly table: 'device_progress' | 'file_progress';
  readonly userId: number;
  readonly bookFileId: number;
  readonly deviceId: string;
  readonly domVersion: number | null;
  readonly dialect: Dialect;
  readonly pointer: string;
  /** Of the file now. */
  readonly content: string;
}

/** What is known of the newest place in a file besides the place. */
export interface PlaceBackground {
  /** The words at the place, if they were looked up for it. */
  readonly quote?: TextQuote;
  /** Whether the file's content is another than when the words were looked up. */
  readonly isRewritten: boolean;
  /** The document id the place came under, where its device has not reported another place since. */
  readonly document?: string;
  /** The DOM version of the user's KOReader that last told one of this file. */
  readonly domVersion?: number;
}

/** How many of the newest reports are looked at: what is older has had its turn. */
const NEWEST_REPORTS = 5_000;

const POINTER = `coalesce(p.xpointer, p.cfi, p.kobo_span)`;
const DIALECT = `CASE WHEN p.xpointer IS NOT NULL THEN 'xpointer' WHEN p.cfi IS NOT NULL THEN 'cfi' ELSE 'kobospan' END`;

/** SQL that tells whether the file of a place was rewritten since its words were looked up. */
export function isRewritten(place: string, file: string): string {
  return `(${place}.quote IS NOT NULL AND ${place}.quote_pointer = coalesce(${place}.xpointer, ${place}.cfi, ${place}.kobo_span)
    AND ${place}.quote_content <> ${contentOfFile(file)})`;
}

/** Words kept with places. */
@Injectable()
export class PlaceQuoteRepository {
  /** Places of the newest reports that lack their words, those of one file together. */
  findUnquoted(tx: EntityManager, limit: number): Promise<UnquotedPlace[]> {
    const unquoted = (table: UnquotedPlace['table']) => `
      SELECT '${table}' AS table, p.user_id AS "userId", p.book_file_id AS "bookFileId", p.device_id AS "deviceId", p.dom_version AS "domVersion",
             ${DIALECT} AS dialect, ${POINTER} AS pointer, ${contentOfFile('f')} AS content
      FROM recent r
      JOIN ${table} p ON p.user_id = r.user_id AND p.book_file_id = r.book_file_id
      JOIN book_files f ON f.id = p.book_file_id AND f.format IN ('epub', 'kepub')
      WHERE ${POINTER} IS NOT NULL AND p.quote_pointer IS DISTINCT FROM ${POINTER}`;
    return tx.query(
      `WITH recent AS MATERIALIZED (
         SELECT DISTINCT user_id, book_file_id FROM progress_history
         WHERE sequence > (SELECT last_value FROM progress_sequence) - ${NEWEST_REPORTS}
       )
       ${unquoted('file_progress')} UNION ALL ${unquoted('device_progress')}
       ORDER BY "bookFileId", "domVersion" LIMIT $1`,
      [limit],
    );
  }

  /** Keeps the words of a place, unless another place has come meanwhile. One row a statement: who pushes now waits for one row at most. */
  async keep(tx: EntityManager, place: UnquotedPlace, quote: TextQuote | undefined): Promise<void> {
    const ofDevice = place.table === 'device_progress' ? 'AND p.device_id = $7' : 'AND $7::text IS NOT NULL';
    await tx.query(
      `UPDATE ${place.table} p SET quote = $4::jsonb, quote_pointer = $3, quote_content = $5
       WHERE p.user_id = $1 AND p.book_file_id = $2 AND ${POINTER} = $3 AND ${DIALECT} = $6 ${ofDevice}`,
      [
        place.userId,
        place.bookFileId,
        place.pointer,
        quote ? JSON.stringify(quote) : null,
        place.content,
        place.dialect,
        place.deviceId,
      ],
    );
  }

  /** What is known of the newest place in each of the files besides the place, by file id. */
  async findBackgrounds(
    tx: EntityManager,
    userId: number,
    bookFileIds: readonly number[],
  ): Promise<ReadonlyMap<number, PlaceBackground>> {
    const rows = await tx.query<BackgroundRow[]>(
      `SELECT p.book_file_id, CASE WHEN p.quote_pointer = ${POINTER} THEN p.quote END AS quote, ${isRewritten('p', 'f')} AS is_rewritten, d.document,
              (SELECT k.dom_version FROM device_progress k
               WHERE k.user_id = $1 AND k.book_file_id = p.book_file_id AND k.dom_version IS NOT NULL
               ORDER BY k.sequence DESC LIMIT 1) AS dom_version
       FROM file_progress p JOIN book_files f ON f.id = p.book_file_id
       LEFT JOIN device_progress d ON d.user_id = p.user_id AND d.book_file_id = p.book_file_id AND d.device_id = p.device_id
         AND d.sequence = p.sequence
       WHERE p.user_id = $1 AND p.book_file_id = ANY ($2::int[])`,
      [userId, bookFileIds],
    );
    return new Map(
      rows.map((row) => [
        row.book_file_id,
        {
          quote: row.quote ?? undefined,
          isRewritten: row.is_rewritten,
          document: row.document ?? undefined,
          domVersion: row.dom_version ?? undefined,
        },
      ]),
    );
  }

  /** What is known of the newest place in a file besides the place. */
  async findBackground(tx: EntityManager, userId: number, bookFileId: number): Promise<PlaceBackground> {
    const found = await this.findBackgrounds(tx, userId, [bookFileId]);
    return found.get(bookFileId) ?? { isRewritten: false };
  }
}

interface BackgroundRow {
  book_file_id: number;
  quote: TextQuote | null;
  is_rewritten: boolean;
  document: string | null;
  dom_version: number | null;
}
