import type { EntityManager } from 'typeorm';

/** Raises the number devices compare to learn that a file, a fingerprint or somebody's access has changed. */
export async function raiseLibraryVersion(tx: EntityManager): Promise<void> {
  await tx.query(`UPDATE library_version SET version = version + 1 WHERE id = 1`);
}

/** The number as devices are told it. */
export async function readLibraryVersion(tx: EntityManager): Promise<number> {
  const [row] = (await tx.query(`SELECT version FROM library_version WHERE id = 1`)) as { version: string }[];
  return Number(row?.version ?? 0);
}
