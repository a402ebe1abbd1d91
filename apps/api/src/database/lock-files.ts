import type { EntityManager } from 'typeorm';

/**
 * Makes requests on the same file of the same user wait for each other until the transaction ends. Locks are taken in order of file id,
 * so no two requests wait in a circle; files without a row of this user are locked too.
 */
export async function lockFiles(tx: EntityManager, userId: number, bookFileIds: readonly number[]): Promise<void> {
  await tx.query(
    `SELECT pg_advisory_xact_lock($1, id) FROM (SELECT DISTINCT unnest($2::int[]) AS id ORDER BY 1) AS files`,
    [userId, bookFileIds],
  );
}
