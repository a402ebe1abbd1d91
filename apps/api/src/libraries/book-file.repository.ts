import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { FoundFile } from './place-reading.ts';
import type { StorableFile } from './stored-file.ts';

/** A file on its way into the tables. */
export interface FileRow extends StorableFile {
  readonly fileId: number;
  readonly bookId: number;
  /** The book it belonged to until now. */
  readonly formerBookId?: number;
  readonly isNew: boolean;
  /** Its book was made of it just now. */
  readonly isFirstOfBook: boolean;
  readonly isContentNew: boolean;
}

const COLUMNS = `folder_id int, library_id int, path text, stem_key character(32), name text, name_md5 character(32),
  format text, size bigint, mtime_ms bigint, inode text, fingerprint character(32), content_signature text[], title text,
  title_from text, authors text[], identifiers text[], spine_items int, page_count int, has_cover boolean,
  problem_code text, problem_message text, reader_version int`;
const COLUMN_NAMES = COLUMNS.split(',').map((column) => column.trim().split(' ')[0] ?? '');

/** Writes of `book_files` and the tables that hang on it, many rows a statement. */
@Injectable()
export class BookFileRepository {
  async reserveIds(tx: EntityManager, count: number): Promise<number[]> {
    const rows: { id: number }[] = await tx.query(
      `SELECT nextval(pg_get_serial_sequence('book_files', 'id'))::int AS id FROM generate_series(1, $1::int)`,
      [count],
    );
    return rows.map(({ id }) => id);
  }

  /**
   * Takes rows off the paths that files were found at, and off the paths they had until now; they get their own again afterwards.
   *
   * @param claimedIds Rows that are among the found files.
   * @returns The rows that keep none: another book lies at their path.
   */
  async clearPaths(
    tx: EntityManager,
    found: readonly FoundFile[],
    claimedIds: readonly number[],
    now: Date,
  ): Promise<{ id: number; bookId: number }[]> {
    const [rows] = (await tx.query(
      `UPDATE book_files f SET missing_since = $2
       FROM jsonb_to_recordset($1::jsonb) AS x(folder_id int, path text)
       WHERE f.folder_id = x.folder_id AND md5(f.path) = md5(x.path) AND f.path = x.path AND f.missing_since IS NULL
       RETURNING f.id, f.book_id AS "bookId"`,
      [JSON.stringify(found.map(({ folderId, path }) => ({ folder_id: folderId, path }))), now],
    )) as [{ id: number; bookId: number }[], number];
    const claimed = new Set(claimedIds);
    return rows.filter(({ id }) => !claimed.has(id));
  }

  async insert(tx: EntityManager, rows: readonly FileRow[], now: Date): Promise<void> {
    if (rows.length === 0) return;
    await tx.query(
      `INSERT INTO book_files (id, book_id, is_primary, ${COLUMN_NAMES.join(', ')}, added_at, content_changed_at)
       OVERRIDING SYSTEM VALUE
       SELECT x.id, x.book_id, x.is_primary, ${COLUMN_NAMES.map((name) => `x.${name}`).join(', ')}, $2, $2
       FROM jsonb_to_recordset($1::jsonb) AS x(id int, book_id int, is_primary boolean, ${COLUMNS})`,
      [recordset(rows), now],
    );
  }

  async update(tx: EntityManager, rows: readonly FileRow[], now: Date): Promise<void> {
    if (rows.length === 0) return;
    await tx.query(
      `UPDATE book_files f SET book_id = x.book_id, ${COLUMN_NAMES.map((name) => `${name} = x.${name}`).join(', ')},
         missing_since = NULL,
         content_changed_at = CASE WHEN x.is_content_new THEN $2 ELSE f.content_changed_at END
       FROM jsonb_to_recordset($1::jsonb) AS x(id int, book_id int, is_content_new boolean, ${COLUMNS})
       WHERE f.id = x.id`,
      [recordset(rows), now],
    );
  }

  /** Files that are there but cannot be read now keep what is known of them. */
  async noteUnreadable(tx: EntityManager, rows: readonly FileRow[]): Promise<void> {
    if (rows.length === 0) return;
    await tx.query(
      `UPDATE book_files f SET problem_code = x.problem_code, problem_message = x.problem_message,
         mtime_ms = x.mtime_ms, size = x.size, missing_since = NULL
       FROM jsonb_to_recordset($1::jsonb) AS x(id int, ${COLUMNS})
       WHERE f.id = x.id`,
      [recordset(rows)],
    );
  }

  /** Every fingerprint a file has is kept for good; the former ones are there already. */
  async recordFingerprints(tx: EntityManager, rows: readonly FileRow[], now: Date): Promise<void> {
    const known = rows.filter(({ found }) => found.fingerprint !== null);
    await tx.query(
      `INSERT INTO file_identities (fingerprint, book_file_id, origin, recorded_at)
       SELECT x.fingerprint, x.id, 'scan', $2 FROM jsonb_to_recordset($1::jsonb) AS x(id int, fingerprint character(32))
       ON CONFLICT (fingerprint, book_file_id) DO NOTHING`,
      [JSON.stringify(known.map(({ fileId, found }) => ({ id: fileId, fingerprint: found.fingerprint }))), now],
    );
  }

  async replaceContentParts(tx: EntityManager, rows: readonly FileRow[]): Promise<void> {
    const changed = rows.filter(({ isContentNew, found }) => isContentNew && found.fingerprint !== null);
    if (changed.length === 0) return;
    await tx.query(`DELETE FROM file_content_parts WHERE book_file_id = ANY($1::int[])`, [
      changed.map(({ fileId }) => fileId),
    ]);
    const parts = changed.flatMap(({ fileId, contentParts }) => contentParts.map((part) => ({ id: fileId, ...part })));
    await tx.query(
      `INSERT INTO file_content_parts (part, book_file_id, size)
       SELECT x.part, x.id, x.size FROM jsonb_to_recordset($1::jsonb) AS x(id int, part text, size bigint)`,
      [JSON.stringify(parts)],
    );
  }
}

function recordset(rows: readonly FileRow[]): string {
  return JSON.stringify(
    rows.map(({ fileId, bookId, isContentNew, isFirstOfBook, found, name, file }) => ({
      id: fileId,
      book_id: bookId,
      is_content_new: isContentNew,
      is_primary: isFirstOfBook,
      folder_id: found.folderId,
      library_id: found.libraryId,
      path: found.path,
      stem_key: name.stemKey,
      name: name.name,
      name_md5: name.nameMd5,
      size: found.size,
      inode: found.inode,
      fingerprint: found.fingerprint,
      ...file,
    })),
  );
}
