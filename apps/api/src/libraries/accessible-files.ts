import { Injectable } from '@nestjs/common';
import type { BookFormat } from '@bookorbit/contracts';
import type { EntityManager } from 'typeorm';

/**
 * The scope every query for files starts from, as a named subquery for a WITH clause: columns of `book_files`, only files a
 * user may read. Vanished files are in it, because people go on reading what their device holds; files of removed folders
 * and deleted libraries are not.
 *
 * @param userParameter Placeholder of the user's id in the statement, such as `$1`.
 */
export function accessibleFiles(userParameter: string): string {
  return `accessible_files AS NOT MATERIALIZED (
    SELECT f.* FROM book_files f
    JOIN library_access a ON a.library_id = f.library_id AND a.user_id = ${userParameter}
  )`;
}

/** The same for books: columns of `books`, those with a file in a library the user may read. */
export function accessibleBooks(userParameter: string): string {
  return `accessible_books AS NOT MATERIALIZED (
    SELECT b.* FROM books b
    JOIN library_access a ON a.library_id = b.library_id AND a.user_id = ${userParameter}
    WHERE b.is_listed
  )`;
}

/** A file somebody may read, as far as other modules need it. */
export interface AccessibleFile {
  readonly id: number;
  readonly bookId: number;
  readonly bookTitle: string;
  readonly format: BookFormat;
  /** KOReader's partial md5 of the file as it was last read; null when it could not be. */
  readonly fingerprint: string | null;
  readonly isMissing: boolean;
}

/** Answers whether a user may read a file. Who may not never learns that it exists. */
@Injectable()
export class AccessibleFiles {
  /** @returns Nothing when there is no such file or the user may not read it. */
  async findFile(tx: EntityManager, userId: number, fileId: number): Promise<AccessibleFile | undefined> {
    const [file] = await this.findFiles(tx, userId, [fileId]);
    return file;
  }

  /** Those of `fileIds` the user may read, by id. */
  findFiles(tx: EntityManager, userId: number, fileIds: readonly number[]): Promise<AccessibleFile[]> {
    return tx.query(
      `WITH ${accessibleFiles('$1')}
       SELECT ${COLUMNS} FROM accessible_files f JOIN books b ON b.id = f.book_id
       WHERE f.id = ANY($2::int[]) ORDER BY f.id`,
      [userId, fileIds],
    );
  }

  /** Files of a book the user may read, the primary one first. */
  findFilesOfBook(tx: EntityManager, userId: number, bookId: number): Promise<AccessibleFile[]> {
    return tx.query(
      `WITH ${accessibleFiles('$1')}
       SELECT ${COLUMNS} FROM accessible_files f JOIN books b ON b.id = f.book_id
       WHERE f.book_id = $2 ORDER BY f.is_primary DESC, f.id`,
      [userId, bookId],
    );
  }
}

const COLUMNS = `f.id, f.book_id AS "bookId", b.title AS "bookTitle", f.format, f.fingerprint,
  f.missing_since IS NOT NULL AS "isMissing"`;
