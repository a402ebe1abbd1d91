import type { BookFormat } from '@bookorbit/contracts';
import type { EntityManager } from 'typeorm';

/** Best to read first: the file a book is shown by, opened by and told by. */
export const FORMATS_BY_PREFERENCE: readonly BookFormat[] = ['epub', 'kepub', 'azw3', 'mobi', 'fb2', 'pdf', 'cbz'];

/** Brings what books say of their files up to date: which is primary, formats, problems, whether any is there. */
export async function refreshBooks(tx: EntityManager, bookIds: readonly number[]): Promise<void> {
  if (bookIds.length === 0) return;
  await tx.query(
    `UPDATE book_files f SET is_primary = (f.id = best.id)
     FROM (
       SELECT DISTINCT ON (book_id) book_id, id FROM book_files WHERE book_id = ANY($1::int[])
       ORDER BY book_id, library_id IS NULL, missing_since IS NOT NULL, problem_code IS NOT NULL,
         array_position($2::text[], format), id
     ) best
     WHERE f.book_id = best.book_id AND f.is_primary <> (f.id = best.id)`,
    [bookIds, FORMATS_BY_PREFERENCE],
  );
  await tx.query(
    `UPDATE books b SET formats = now.formats, has_problem = now.has_problem, is_missing = now.is_missing,
       is_listed = now.is_listed
     FROM (
       SELECT ids.id AS book_id,
         coalesce(array_agg(DISTINCT f.format) FILTER (WHERE f.library_id IS NOT NULL), '{}') AS formats,
         coalesce(bool_or(f.problem_code IS NOT NULL) FILTER (WHERE f.missing_since IS NULL), false) AS has_problem,
         coalesce(bool_and(f.missing_since IS NOT NULL) FILTER (WHERE f.library_id IS NOT NULL), true) AS is_missing,
         coalesce(bool_or(f.library_id IS NOT NULL), false) AS is_listed
       FROM unnest($1::int[]) ids(id) LEFT JOIN book_files f ON f.book_id = ids.id
       GROUP BY ids.id
     ) now
     WHERE b.id = now.book_id
       AND (b.formats, b.has_problem, b.is_missing, b.is_listed)
         IS DISTINCT FROM (now.formats, now.has_problem, now.is_missing, now.is_listed)`,
    [bookIds],
  );
}
