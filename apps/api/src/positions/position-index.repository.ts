import { Injectable } from '@nestjs/common';
import type { BookFormat } from '@bookorbit/contracts';
import { INDEX_VERSION } from '@bookorbit/domain-positions';
import type { EntityManager } from 'typeorm';
import type { FilePlace } from '../libraries/index.ts';

/**
 * SQL that names the bytes of a file on record. The fingerprint alone does not tell: it samples so little that a file can change
 * without it.
 *
 * @param file Alias of `book_files` in the statement.
 */
export function contentOfFile(file: string): string {
  return `concat_ws('-', ${file}.fingerprint, ${file}.size, ${file}.mtime_ms)`;
}

/** A file as it is on record. */
export interface RecordedFile extends FilePlace {
  readonly bookFileId: number;
  readonly format: BookFormat;
  readonly pageCount: number | null;
  /** Bytes. */
  readonly size: number;
  readonly mtimeMs: number;
  /** Changes whenever the file does. */
  readonly content: string;
  readonly isMissing: boolean;
}

/** The index of one spine document, packed. */
export interface PackedIndex {
  readonly spineIndex: number;
  readonly kind: 'document' | 'svg' | 'placeholder';
  readonly bytes: Uint8Array;
}

/** Files as they are on record, and the indexes built of them. */
@Injectable()
export class PositionIndexRepository {
  /** Those of the files that exist. */
  findFiles(tx: EntityManager, bookFileIds: readonly number[]): Promise<RecordedFile[]> {
    return tx.query(
      `SELECT f.id AS "bookFileId", f.format, f.page_count AS "pageCount", f.size::float8 AS size, f.mtime_ms::float8 AS "mtimeMs",
         ${contentOfFile('f')} AS content, f.missing_since IS NOT NULL AS "isMissing",
         f.folder_id AS "folderId", d.path AS "folderPath", f.path
       FROM book_files f JOIN library_folders d ON d.id = f.folder_id WHERE f.id = ANY ($1::int[])`,
      [bookFileIds],
    );
  }

  /**
   * Indexes of a file's content, in the order of the spine, as many as fit into `mostBytes`; at least one if there is any.
   *
   * @param spineIndexes Undefined for all.
   */
  async findIndexes(
    tx: EntityManager,
    { bookFileId, content }: RecordedFile,
    domRules: number,
    spineIndexes: readonly number[] | undefined,
    mostBytes: number,
  ): Promise<PackedIndex[]> {
    return tx.query(
      `SELECT "spineIndex", kind, bytes FROM (
         SELECT spine_index AS "spineIndex", kind, bytes, sum(octet_length(bytes)) OVER w AS total, row_number() OVER w AS n
         FROM position_indexes
         WHERE book_file_id = $1 AND content = $2 AND index_version = $3 AND dom_rules = $4
           AND ($5::int[] IS NULL OR spine_index = ANY ($5))
         WINDOW w AS (ORDER BY spine_index)
       ) p WHERE n = 1 OR total <= $6 ORDER BY "spineIndex"`,
      [bookFileId, content, INDEX_VERSION, domRules, spineIndexes ?? null, mostBytes],
    );
  }

  /** Keeps indexes and drops those of the file's former contents; keeps none of a file that has changed meanwhile. */
  async store(
    tx: EntityManager,
    { bookFileId, content }: RecordedFile,
    domRules: number,
    indexes: readonly PackedIndex[],
  ): Promise<void> {
    await tx.query(
      `WITH current AS (
         SELECT f.id FROM book_files f WHERE f.id = $1 AND ${contentOfFile('f')} = $2
       ), dropped AS (
         DELETE FROM position_indexes p USING current c WHERE p.book_file_id = c.id AND (p.content <> $2 OR p.index_version < $3)
       )
       INSERT INTO position_indexes (book_file_id, content, index_version, dom_rules, spine_index, kind, bytes, built_at)
       SELECT c.id, $2, $3, $4, x.spine_index, x.kind, x.bytes, now()
       FROM current c, unnest($5::int[], $6::text[], $7::bytea[]) AS x (spine_index, kind, bytes)
       ON CONFLICT DO NOTHING`,
      [
        bookFileId,
        content,
        INDEX_VERSION,
        domRules,
        indexes.map(({ spineIndex }) => spineIndex),
        indexes.map(({ kind }) => kind),
        indexes.map(({ bytes }) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)),
      ],
    );
  }

  /** Drops what no file on disk has any more. Looks at every row: for a job, never for a request. */
  async dropStale(tx: EntityManager): Promise<number> {
    const [, count] = await tx.query<[unknown, number]>(
      `DELETE FROM position_indexes p USING book_files f
       WHERE f.id = p.book_file_id
         AND (p.content <> ${contentOfFile('f')} OR p.index_version < $1 OR f.missing_since < now() - interval '7 days')`,
      [INDEX_VERSION],
    );
    return count;
  }
}
