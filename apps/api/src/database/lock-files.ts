import type { EntityManager } from 'typeorm';

/**
 * Makes requests on the same book of the same user wait for each other until the transaction ends: the other files of the books are
 * locked too, because status and rating belong to the book. Locks are taken in order of file id, so no two requests wait in a circle,
 * as long as each takes all of its locks at once before anything else of these users' rows.
 */
export async function lockFiles(tx: EntityManager, userId: number, bookFileIds: readonly number[]): Promise<void> {
  await tx.query(
    `SELECT pg_advisory_xact_lock($1, id) FROM (
       SELECT f.id FROM book_files f WHERE f.book_id IN (SELECT book_id FROM book_files WHERE id = ANY ($2::int[])) ORDER BY f.id
     ) AS files`,
    [userId, bookFileIds],
  );
}
