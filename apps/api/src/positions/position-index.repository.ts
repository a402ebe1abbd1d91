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

/** A file, and the rules by which its documents are indexed. */
export interface IndexedFile {
  readonly file: RecordedFile;
  readonly domRules: number;
}

/** What the indexes of a file by some rules are found under. */
export function indexedKey({ file, domRules }: IndexedFile): string {
  return `${file.bookFileId}/${domRules}`;
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

  /** Indexes of several files at once, each in the order of its spine, as many as fit into `mostBytes` for each; by {@link indexedKey}. */
  async findIndexesOf(
    tx: EntityManager,
    asked: readonly IndexedFile[],
    mostBytes: number,
  ): Promise<ReadonlyMap<string, PackedIndex[]>> {
    const rows = await tx.query<(PackedIndex & { bookFileId: number; domRules: number })[]>(
      `SELECT "bookFileId", "domRules", "spineIndex", kind, bytes FROM (
         SELECT p.book_file_id AS "bookFileId", p.dom_rules AS "domRules", p.spine_index AS "spineIndex", p.kind, p.bytes,
           sum(octet_length(p.bytes)) OVER w AS total, row_number() OVER w AS n
         FROM position_indexes p
         JOIN (SELECT DISTINCT * FROM unnest($1::int[], $2::text[], $3::int[])) AS a (book_file_id, content, dom_rules)
           USING (book_file_id, content, dom_rules)
         WHERE p.index_version = $4
         WINDOW w AS (PARTITION BY p.book_file_id, p.dom_rules ORDER BY p.spine_index)
       ) i WHERE n = 1 OR total <= $5 ORDER BY "bookFileId", "spineIndex"`,
      [
        asked.map(({ file }) => file.bookFileId),
        asked.map(({ file }) => file.content),
        asked.map(({ domRules }) => domRules),
        INDEX_VERSION,
        mostBytes,
      ],
    );
    return Map.groupBy(rows, (row) => `${row.bookFileId}/${row.domRules}`);
  }

  /** Keeps indexes and drops those of the files' former contents; keeps none of a file that has changed meanwhile. */
  async store(tx: EntityManager, built: readonly (IndexedFile & PackedIndex)[]): Promise<void> {
    await tx.query(
      `WITH built AS (
         SELECT x.* FROM unnest($1::int[], $2::text[], $3::int[], $4::int[], $5::text[], $6::bytea[])
           AS x (book_file_id, content, dom_rules, spine_index, kind, bytes)
         JOIN book_files f ON f.id = x.book_file_id AND ${contentOfFile('f')} = x.content
       ), dropped AS (
         DELETE FROM position_indexes p USING (SELECT DISTINCT book_file_id, content FROM built) b
         WHERE p.book_file_id = b.book_file_id AND (p.content <> b.content OR p.index_version < $7)
       )
       INSERT INTO position_indexes (book_file_id, content, index_version, dom_rules, spine_index, kind, bytes, built_at)
       SELECT book_file_id, content, $7, dom_rules, spine_index, kind, bytes, now() FROM built
       ON CONFLICT DO NOTHING`,
      [
        built.map(({ file }) => file.bookFileId),
        built.map(({ file }) => file.content),
        built.map(({ domRules }) => domRules),
        built.map(({ spineIndex }) => spineIndex),
        built.map(({ kind }) => kind),
        built.map(({ bytes }) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)),
        INDEX_VERSION,
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
