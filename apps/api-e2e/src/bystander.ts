import { Bystander } from '@bookorbit/testing';
import type { Browser } from './browser.ts';
import { createReader } from './reader.ts';

/** Adds the bystander of a world: a reader as any other, who reads the same files and takes no part. */
export async function addBystander(
  admin: Browser,
  origins: readonly string[],
  libraryIds: readonly number[],
  hashes: readonly string[],
): Promise<Bystander> {
  const reader = await createReader(admin, origins, 'bystander', { libraryIds: [...libraryIds] });
  // A key of a download: it is never throttled, whatever a test tries on others.
  return Bystander.join(await reader.downloadPlugin(), reader.userId, hashes);
}
