import { Injectable } from '@nestjs/common';
import type { MatchCandidate } from '@bookorbit/domain-fingerprint';
import type { EntityManager } from 'typeorm';
import { accessibleFiles } from '../libraries/index.ts';

/** A file that could be one of the documents asked for. */
export interface FileCandidate extends MatchCandidate {
  readonly nameMd5: string;
  /** Documents the user, or an agreeing content, tied to this file, and those the user said are not this file. */
  readonly links: readonly { readonly document: string; readonly origin: 'manual' | 'content' | 'refused' }[];
  /** Documents the user has been asked about with this file among the answers. */
  readonly openQuestions: readonly string[];
}

/** What is looked up for a batch of documents. */
export interface CandidateQuery {
  /** Document ids as devices send them; fingerprints in lower case. */
  readonly documents: readonly string[];
  /** Fingerprints: the documents' own and those they are also known by. */
  readonly fingerprints: readonly string[];
  /** Entries of content signatures. */
  readonly contentParts: readonly string[];
}

/** A document without a file, to be shown to the user. */
export interface LooseDocument {
  readonly document: string;
  readonly reason: 'unknown' | 'ambiguous';
  readonly title?: string;
  readonly authors?: string;
  readonly filename?: string;
  readonly candidateFileIds: readonly number[];
}

interface CandidateRow {
  id: number;
  book_id: number;
  fingerprint: string | null;
  name_md5: string;
  content_signature: string[] | null;
  size: string;
  is_primary: boolean;
  title: string;
  authors: string[];
  identities: string[];
  links: FileCandidate['links'] | null;
  open_questions: string[];
  last_read_at: Date | null;
}

// The one look across into the progress table: which copy of a book the user read last.
const FIND_CANDIDATES = `
  WITH ${accessibleFiles('$1')},
  hits AS (
    SELECT book_file_id AS id FROM file_identities WHERE fingerprint = ANY ($3)
    UNION SELECT book_file_id FROM document_links WHERE user_id = $1 AND document = ANY ($2)
    UNION SELECT id FROM book_files WHERE name_md5 = ANY ($2)
    UNION SELECT book_file_id FROM file_content_parts WHERE part = ANY ($4)
  ),
  links AS MATERIALIZED (
    SELECT book_file_id AS id, json_agg(json_build_object('document', document, 'origin', origin)) AS links
    FROM (SELECT book_file_id, document, origin FROM document_links WHERE user_id = $1 AND document = ANY ($2)
          UNION ALL SELECT book_file_id, document, 'refused' FROM refused_matches WHERE user_id = $1 AND document = ANY ($2)) l
    GROUP BY book_file_id
  ),
  questions AS MATERIALIZED (
    SELECT candidate.id, array_agg(u.document) AS documents
    FROM unmatched_documents u, unnest(u.candidate_file_ids) AS candidate (id)
    WHERE u.user_id = $1 AND u.document = ANY ($2) AND u.reason = 'ambiguous' GROUP BY candidate.id
  )
  SELECT f.id, f.book_id, f.fingerprint, f.name_md5, f.content_signature, f.size, f.is_primary, b.title, b.authors,
         ARRAY(SELECT i.fingerprint FROM file_identities i WHERE i.book_file_id = f.id) AS identities,
         l.links, coalesce(q.documents, '{}') AS open_questions,
         (SELECT p.read_at FROM file_progress p WHERE p.user_id = $1 AND p.book_file_id = f.id) AS last_read_at
  FROM hits h JOIN accessible_files f ON f.id = h.id JOIN books b ON b.id = f.book_id
  LEFT JOIN links l ON l.id = f.id LEFT JOIN questions q ON q.id = f.id`;

@Injectable()
export class MatchRepository {
  /** Every file the user may read that could be one of the documents, in one statement. */
  async findCandidates(tx: EntityManager, userId: number, query: CandidateQuery): Promise<FileCandidate[]> {
    const rows = await tx.query<CandidateRow[]>(FIND_CANDIDATES, [
      userId,
      query.documents,
      query.fingerprints,
      query.contentParts,
    ]);
    return rows.map(candidateOf);
  }

  /** Remembers documents recognised by their content, so that a client that sends no signature is recognised too. */
  async linkByContent(
    tx: EntityManager,
    userId: number,
    links: readonly { document: string; bookFileId: number }[],
    now: Date,
  ): Promise<void> {
    await tx.query(
      `INSERT INTO document_links (user_id, document, book_file_id, origin, created_at)
       SELECT $1, document, book_file_id, 'content', $4 FROM unnest($2::text[], $3::int[]) AS l (document, book_file_id)
       ORDER BY document ON CONFLICT (user_id, document) DO NOTHING`,
      [userId, links.map(({ document }) => document), links.map(({ bookFileId }) => bookFileId), now],
    );
  }

  /** Takes documents that have been recognised off the list of unmatched ones: questions, and those of which no place still waits to join the file. */
  async removeLoose(tx: EntityManager, userId: number, documents: readonly string[]): Promise<void> {
    await tx.query(
      `DELETE FROM unmatched_documents u WHERE user_id = $1 AND document = ANY ($2)
         AND (reason = 'ambiguous' OR NOT EXISTS (SELECT 1 FROM parked_progress p WHERE p.user_id = $1 AND p.document = u.document))`,
      [userId, documents],
    );
  }

  /** Shows documents among the unmatched ones, or again, with whatever more is known of them now. */
  async noteLoose(
    tx: EntityManager,
    userId: number,
    deviceId: string,
    documents: readonly LooseDocument[],
    now: Date,
  ): Promise<void> {
    await tx.query(
      `INSERT INTO unmatched_documents AS u
         (user_id, document, reason, title, authors, filename, candidate_file_ids, device_id, first_seen_at, last_seen_at)
       SELECT $1, d.document, d.reason, d.title, d.authors, d.filename,
              ARRAY(SELECT jsonb_array_elements_text(d.candidates)::int), $2, $3, $3
       FROM jsonb_to_recordset($4::jsonb) AS d (document text, reason text, title text, authors text, filename text, candidates jsonb)
       ORDER BY d.document
       ON CONFLICT (user_id, document) DO UPDATE SET
         reason = excluded.reason,
         title = coalesce(excluded.title, u.title),
         authors = coalesce(excluded.authors, u.authors),
         filename = coalesce(excluded.filename, u.filename),
         candidate_file_ids = excluded.candidate_file_ids,
         device_id = excluded.device_id,
         last_seen_at = greatest(excluded.last_seen_at, u.last_seen_at)`,
      [
        userId,
        deviceId,
        now,
        JSON.stringify(
          documents.map(({ candidateFileIds, ...document }) => ({ ...document, candidates: candidateFileIds })),
        ),
      ],
    );
  }
}

function candidateOf(row: CandidateRow): FileCandidate {
  return {
    bookFileId: row.id,
    bookId: row.book_id,
    fingerprint: row.fingerprint ?? '',
    formerFingerprints: row.identities.filter((identity) => identity !== row.fingerprint),
    contentSignature: row.content_signature ?? undefined,
    size: Number(row.size),
    title: row.title,
    authors: row.authors,
    isPrimary: row.is_primary,
    lastReadAt: row.last_read_at ? Math.floor(row.last_read_at.getTime() / 1000) : undefined,
    nameMd5: row.name_md5,
    links: row.links ?? [],
    openQuestions: row.open_questions,
  };
}
