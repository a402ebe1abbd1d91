import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

export interface LibraryRow {
  readonly id: number;
  readonly name: string;
}

export interface FolderRow {
  readonly id: number;
  readonly libraryId: number;
  readonly path: string;
  readonly problem: string | null;
}

/** Libraries, their folders and who may read them. */
@Injectable()
export class LibraryRepository {
  findAll(tx: EntityManager): Promise<LibraryRow[]> {
    return tx.query(`SELECT id, name FROM libraries WHERE deleted_at IS NULL ORDER BY lower(name), id`);
  }

  /** Libraries with their book counts: those the user may read, or all. */
  findFor(
    tx: EntityManager,
    userId: number,
    isManager: boolean,
  ): Promise<(LibraryRow & { readonly bookCount: number })[]> {
    return tx.query(
      `SELECT l.id, l.name, count(b.id)::int AS "bookCount"
       FROM libraries l LEFT JOIN books b ON b.library_id = l.id AND b.is_listed
       WHERE l.deleted_at IS NULL
         AND ($2 OR EXISTS (SELECT 1 FROM library_access a WHERE a.library_id = l.id AND a.user_id = $1))
       GROUP BY l.id ORDER BY lower(l.name), l.id`,
      [userId, isManager],
    );
  }

  findFolders(tx: EntityManager, libraryIds: readonly number[]): Promise<FolderRow[]> {
    return tx.query(
      `SELECT id, library_id AS "libraryId", path, problem FROM library_folders
       WHERE library_id = ANY($1::int[]) AND removed_at IS NULL ORDER BY id`,
      [libraryIds],
    );
  }

  /** Of all live libraries: what the watcher watches. */
  findAllFolders(tx: EntityManager): Promise<FolderRow[]> {
    return tx.query(
      `SELECT d.id, d.library_id AS "libraryId", d.path, d.problem FROM library_folders d
       JOIN libraries l ON l.id = d.library_id AND l.deleted_at IS NULL
       WHERE d.removed_at IS NULL ORDER BY d.id`,
    );
  }

  /** Those of the paths that no library has, or ever had: an operator's deletion is not undone by a restart. */
  async findNeverUsed(tx: EntityManager, paths: readonly string[]): Promise<string[]> {
    const rows: { path: string }[] = await tx.query(
      `SELECT DISTINCT x.path FROM unnest($1::text[]) x(path)
       WHERE NOT EXISTS (SELECT 1 FROM library_folders d WHERE d.path = x.path)`,
      [paths],
    );
    const unused = new Set(rows.map(({ path }) => path));
    return [...new Set(paths)].filter((path) => unused.has(path));
  }

  async insert(tx: EntityManager, name: string, now: Date): Promise<number> {
    const [row]: { id: number }[] = await tx.query(
      `INSERT INTO libraries (name, created_at) VALUES ($1, $2) RETURNING id`,
      [name, now],
    );
    if (!row) throw new Error('A library was not stored');
    return row.id;
  }

  async rename(tx: EntityManager, libraryId: number, name: string): Promise<void> {
    await tx.query(`UPDATE libraries SET name = $2 WHERE id = $1`, [libraryId, name]);
  }

  /** Adds folders; one the library had before comes back with its files, which the next scan finds again. */
  async addFolders(tx: EntityManager, libraryId: number, paths: readonly string[]): Promise<void> {
    if (paths.length === 0) return;
    await tx.query(
      `WITH back AS (
         UPDATE library_folders SET removed_at = NULL, problem = NULL
         WHERE id IN (
           SELECT DISTINCT ON (path) id FROM library_folders
           WHERE library_id = $1 AND path = ANY($2::text[]) AND removed_at IS NOT NULL ORDER BY path, id DESC
         ) RETURNING id, path
       ), files AS (
         UPDATE book_files SET library_id = $1 WHERE folder_id IN (SELECT id FROM back)
       )
       INSERT INTO library_folders (library_id, path)
       SELECT $1, x.path FROM unnest($2::text[]) x(path) WHERE x.path NOT IN (SELECT path FROM back)`,
      [libraryId, paths],
    );
  }

  /** Folders stay as rows, and so do their files, out of everybody's sight. @returns Books of those files. */
  async removeFolders(tx: EntityManager, folderIds: readonly number[], now: Date): Promise<number[]> {
    if (folderIds.length === 0) return [];
    await tx.query(`UPDATE library_folders SET removed_at = $2 WHERE id = ANY($1::int[])`, [folderIds, now]);
    await tx.query(`DELETE FROM pending_reads WHERE folder_id = ANY($1::int[])`, [folderIds]);
    const [rows]: [{ bookId: number }[], number] = await tx.query(
      `UPDATE book_files SET library_id = NULL, missing_since = coalesce(missing_since, $2)
       WHERE folder_id = ANY($1::int[]) RETURNING book_id AS "bookId"`,
      [folderIds, now],
    );
    return [...new Set(rows.map(({ bookId }) => bookId))];
  }

  async markDeleted(tx: EntityManager, libraryId: number, now: Date): Promise<void> {
    await tx.query(`UPDATE libraries SET deleted_at = $2 WHERE id = $1`, [libraryId, now]);
    await tx.query(`DELETE FROM pending_reads p USING scans s WHERE s.id = p.scan_id AND s.library_id = $1`, [
      libraryId,
    ]);
    await tx.query(
      `UPDATE scans SET state = 'failed', ended_at = $2, problem = 'The library was deleted.'
       WHERE library_id = $1 AND state IN ('queued', 'running')`,
      [libraryId, now],
    );
  }

  /** Takes all files of a library out of sight; they stay as they were, for a library that finds them again. @returns Their books. */
  async releaseFiles(tx: EntityManager, libraryId: number): Promise<number[]> {
    const [rows]: [{ bookId: number }[], number] = await tx.query(
      `UPDATE book_files SET library_id = NULL WHERE library_id = $1 RETURNING book_id AS "bookId"`,
      [libraryId],
    );
    return [...new Set(rows.map(({ bookId }) => bookId))];
  }

  async grantAccess(tx: EntityManager, libraryId: number, userId: number): Promise<void> {
    await tx.query(`INSERT INTO library_access (user_id, library_id) VALUES ($2, $1) ON CONFLICT DO NOTHING`, [
      libraryId,
      userId,
    ]);
  }

  async grantAccessToAll(tx: EntityManager, libraryId: number): Promise<void> {
    await tx.query(`INSERT INTO library_access (user_id, library_id) SELECT id, $1 FROM users ON CONFLICT DO NOTHING`, [
      libraryId,
    ]);
  }
}
