import { Injectable } from '@nestjs/common';
import { INDEX_VERSION, type TextQuote } from '@bookorbit/domain-positions';
import type { EntityManager } from 'typeorm';
import { contentOfFile } from '../positions/index.ts';

/** An annotation whose pointers in other dialects, or whose words, are to be looked up in its file as it is now. */
export interface Unanchored {
  readonly userId: number;
  readonly id: number;
  readonly bookFileId: number;
  readonly kind: 'highlight' | 'bookmark';
  readonly text: string | null;
  readonly xpointer: string | null;
  readonly xpointerEnd: string | null;
  readonly domVersion: number | null;
  readonly cfi: string | null;
  readonly quote: TextQuote | null;
  readonly placeVersion: number;
  /** Of the file now. */
  readonly content: string;
  /** Whether the file is another than when the place was looked up, or, before that, than when it was made. */
  readonly isRewritten: boolean;
  readonly hasOutdated: boolean;
}

/** What was found of an annotation. */
export interface Anchor {
  readonly annotation: Unanchored;
  /** Version of the place this is of. */
  readonly placeVersion: number;
  /** Absent where nothing certain was found. */
  readonly cfi?: string;
  readonly koboSpan?: string;
  readonly koboSpanEnd?: string;
  readonly quote?: TextQuote;
  /** Whether it is worth looking again though nothing has changed. */
  readonly isUnread: boolean;
  /** Whether what is kept of other dialects belongs to a former content, and there is nothing newer. */
  readonly isLost: boolean;
}

/** Files that changed in this time are looked at again; those that were passed over meanwhile come with the next version. */
const RECENTLY = `interval '3 days'`;

/** What is looked up behind annotations. */
@Injectable()
export class AnnotationAnchorRepository {
  /** @param only Annotations of one user in some files; those of everybody unless told. */
  findUnanchored(
    tx: EntityManager,
    limit: number,
    only?: { readonly userId: number; readonly bookFileIds: readonly number[] },
  ): Promise<Unanchored[]> {
    const columns = `SELECT a.user_id AS "userId", a.id::float8 AS id, a.book_file_id AS "bookFileId", a.kind, a.text, a.xpointer, a.xpointer_end AS "xpointerEnd",
         a.dom_version AS "domVersion", a.cfi, a.quote, a.place_version AS "placeVersion", ${contentOfFile('f')} AS content,
         CASE WHEN a.anchored_content IS NULL THEN a.created_at < f.content_changed_at ELSE a.anchored_content <> ${contentOfFile('f')} END AS "isRewritten",
         a.outdated_positions <> '{}' AS "hasOutdated"
       FROM annotations a JOIN book_files f ON f.id = a.book_file_id
       WHERE f.format IN ('epub', 'kepub') AND f.missing_since IS NULL AND a.deleted_at IS NULL AND coalesce(a.xpointer, a.cfi) IS NOT NULL`;
    if (only)
      return tx.query(
        `${columns} AND a.user_id = $2 AND a.book_file_id = ANY ($3::int[])
           AND (a.anchored_by < ${INDEX_VERSION} OR a.anchored_content IS DISTINCT FROM ${contentOfFile('f')})
         ORDER BY a.id LIMIT $1`,
        [limit, only.userId, only.bookFileIds],
      );
    return tx.query(
      `${columns} AND a.anchored_by < ${INDEX_VERSION}
       UNION ALL
       ${columns} AND a.anchored_by >= ${INDEX_VERSION} AND f.content_changed_at > now() - ${RECENTLY} AND a.anchored_content <> ${contentOfFile('f')}
       ORDER BY "bookFileId", id LIMIT $1`,
      [limit],
    );
  }

  /** Keeps what was found, unless an annotation was moved meanwhile. Callers hold the lock of the file. */
  async keep(tx: EntityManager, userId: number, anchors: readonly Anchor[]): Promise<void> {
    await tx.query(
      `UPDATE annotations a SET cfi = coalesce(r.cfi, a.cfi), kobo_span = coalesce(r.kobo_span, a.kobo_span),
         kobo_span_end = CASE WHEN r.kobo_span IS NULL THEN a.kobo_span_end ELSE r.kobo_span_end END, quote = coalesce(r.quote, a.quote),
         outdated_positions = CASE WHEN r.is_lost THEN array_remove(ARRAY[CASE WHEN a.cfi IS NOT NULL THEN 'cfi' END,
           CASE WHEN a.kobo_span IS NOT NULL THEN 'koboSpan' END], NULL) ELSE '{}' END,
         anchored_content = r.content, anchored_by = ${INDEX_VERSION}
       FROM jsonb_to_recordset($2::jsonb) AS r (id bigint, place_version int, cfi text, kobo_span text, kobo_span_end text, quote jsonb,
         is_lost boolean, content text)
       WHERE a.user_id = $1 AND a.id = r.id AND a.place_version = r.place_version`,
      [userId, JSON.stringify(anchors.map(recordOf))],
    );
  }
}

function recordOf({ annotation, placeVersion, cfi, koboSpan, koboSpanEnd, quote, isUnread, isLost }: Anchor) {
  return {
    id: annotation.id,
    place_version: placeVersion,
    cfi,
    kobo_span: koboSpan,
    kobo_span_end: koboSpanEnd,
    quote,
    is_lost: isLost,
    ...(!isUnread && { content: annotation.content }),
  };
}
