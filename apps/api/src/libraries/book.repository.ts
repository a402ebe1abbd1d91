import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { FileRow } from './book-file.repository.ts';
import type { Groupable, GroupedBook, StemOfBook } from './group-files.ts';
import type { KnownFile } from './place-reading.ts';
import type { BookColumns, StorableFile } from './stored-file.ts';

const COLUMNS = `title text, sort_title text, authors text[], author_sort text, series text, series_sort text,
  series_index double precision, language text, isbn text, identifiers text[], publisher text, published text,
  description text, search text, group_key character(32)`;
const COLUMN_NAMES = COLUMNS.split(',').map((column) => column.trim().split(' ')[0] ?? '');
/** What a book may learn from a file that is not its primary one, where nothing was known. */
const COMPLETED = ['series', 'series_index', 'language', 'isbn', 'publisher', 'published', 'description'];

/** A book to be made of a file. */
export interface NewBookRow extends StorableFile {
  readonly bookId: number;
  readonly libraryId: number;
}

/** Writes of `books`, and what storing files asks of it, many rows a statement. */
@Injectable()
export class BookRepository {
  async reserveIds(tx: EntityManager, count: number): Promise<number[]> {
    const rows: { id: number }[] = await tx.query(
      `SELECT nextval(pg_get_serial_sequence('books', 'id'))::int AS id FROM generate_series(1, $1::int)`,
      [count],
    );
    return rows.map(({ id }) => id);
  }

  /** Books of files on disk that lie beside these and differ in their ending only. */
  async findStems(tx: EntityManager, files: readonly Groupable[]): Promise<StemOfBook[]> {
    if (files.length === 0) return [];
    return tx.query(
      `SELECT f.book_id AS "bookId", f.folder_id AS "folderId", f.stem_key AS "stemKey"
       FROM jsonb_to_recordset($1::jsonb) AS x(folder_id int, stem_key character(32))
       JOIN book_files f ON f.folder_id = x.folder_id AND f.stem_key = x.stem_key
       WHERE f.missing_since IS NULL AND f.library_id IS NOT NULL
       ORDER BY f.id`,
      [JSON.stringify(files.map(({ folderId, stemKey }) => ({ folder_id: folderId, stem_key: stemKey })))],
    );
  }

  /** Books of the same libraries with the same title and authors. */
  async findGroups(tx: EntityManager, files: readonly Groupable[]): Promise<GroupedBook[]> {
    if (files.length === 0) return [];
    return tx.query(
      `SELECT DISTINCT b.id AS "bookId", b.library_id AS "libraryId", b.group_key AS "groupKey", b.language,
         b.series_index AS "seriesIndex"
       FROM jsonb_to_recordset($1::jsonb) AS x(library_id int, group_key character(32))
       JOIN books b ON b.library_id = x.library_id AND b.group_key = x.group_key
       WHERE b.is_listed
       ORDER BY b.id`,
      [JSON.stringify(files.map(({ libraryId, groupKey }) => ({ library_id: libraryId, group_key: groupKey })))],
    );
  }

  /** Those books of files about to leave that keep another file which is still there. */
  async findWithOtherFiles(tx: EntityManager, leaving: readonly KnownFile[]): Promise<ReadonlySet<number>> {
    if (leaving.length === 0) return new Set();
    const rows: { bookId: number }[] = await tx.query(
      `SELECT DISTINCT book_id AS "bookId" FROM book_files
       WHERE book_id = ANY($1::int[]) AND id <> ALL($2::int[]) AND library_id IS NOT NULL AND missing_since IS NULL`,
      [leaving.map(({ bookId }) => bookId), leaving.map(({ id }) => id)],
    );
    return new Set(rows.map(({ bookId }) => bookId));
  }

  /** A new book says from the start what its only file says; most books never need more. */
  async insert(tx: EntityManager, books: readonly NewBookRow[], now: Date): Promise<void> {
    if (books.length === 0) return;
    const rows = books.map(({ bookId, libraryId, file, book }) => ({
      id: bookId,
      library_id: libraryId,
      formats: [file.format],
      has_problem: file.problem_code !== null,
      has_cover: file.has_cover,
      ...book,
    }));
    await tx.query(
      `INSERT INTO books (id, library_id, formats, has_problem, cover_version, ${COLUMN_NAMES.join(', ')}, added_at, updated_at)
       OVERRIDING SYSTEM VALUE
       SELECT x.id, x.library_id, x.formats, x.has_problem,
         CASE WHEN x.has_cover THEN extract(epoch FROM $2::timestamptz)::int ELSE 0 END,
         ${COLUMN_NAMES.map((name) => `x.${name}`).join(', ')}, $2, $2
       FROM jsonb_to_recordset($1::jsonb) AS x(id int, library_id int, formats text[], has_problem boolean,
         has_cover boolean, ${COLUMNS})`,
      [JSON.stringify(rows), now],
    );
  }

  async moveToLibrary(
    tx: EntityManager,
    books: readonly { readonly bookId: number; readonly libraryId: number }[],
  ): Promise<void> {
    if (books.length === 0) return;
    await tx.query(
      `UPDATE books b SET library_id = x.library_id
       FROM jsonb_to_recordset($1::jsonb) AS x(id int, library_id int) WHERE b.id = x.id`,
      [JSON.stringify(books.map(({ bookId, libraryId }) => ({ id: bookId, library_id: libraryId })))],
    );
  }

  /**
   * Lets books say what their primary files say, as far as those are among the given; the others only complete what no file said.
   * A cover that may look different gets a new version: a time, so that no version ever comes again.
   */
  async tellByPrimaryFile(tx: EntityManager, rows: readonly FileRow[], now: Date): Promise<void> {
    if (rows.length === 0) return;
    const told = JSON.stringify(
      rows.map(({ fileId, isContentNew, book }): BookColumns & { file_id: number; is_content_new: boolean } => ({
        file_id: fileId,
        is_content_new: isContentNew,
        ...book,
      })),
    );
    await tx.query(
      `UPDATE books b SET ${COLUMN_NAMES.map((name) => `${name} = x.${name}`).join(', ')}, updated_at = $2
       FROM jsonb_to_recordset($1::jsonb) AS x(file_id int, ${COLUMNS})
       JOIN book_files f ON f.id = x.file_id AND f.is_primary
       WHERE b.id = f.book_id`,
      [told, now],
    );
    await tx.query(
      `UPDATE books b SET ${COMPLETED.map((name) => `${name} = coalesce(b.${name}, x.${name})`).join(', ')},
         series_sort = CASE WHEN b.series IS NULL THEN x.series_sort ELSE b.series_sort END
       FROM jsonb_to_recordset($1::jsonb) AS x(file_id int, ${COLUMNS})
       JOIN book_files f ON f.id = x.file_id AND NOT f.is_primary
       WHERE b.id = f.book_id`,
      [told],
    );
    await tx.query(
      `UPDATE books b SET cover_version = CASE
         WHEN EXISTS (SELECT 1 FROM book_files c WHERE c.book_id = b.id AND c.has_cover)
         THEN greatest(b.cover_version + 1, extract(epoch FROM $2::timestamptz)::int) ELSE 0 END
       FROM jsonb_to_recordset($1::jsonb) AS x(file_id int, is_content_new boolean)
       JOIN book_files f ON f.id = x.file_id
       WHERE b.id = f.book_id AND x.is_content_new`,
      [told, now],
    );
  }
}
