import { signatureEntryBytes, type ContentSignature } from './content-signature.ts';

/** From this share on, two signatures are of one text. */
export const SAME_CONTENT_SHARE = 0.8;
/** Below this share, a fingerprint they have in common is a coincidence. */
export const OTHER_CONTENT_SHARE = 0.2;

/**
 * How much of the bytes listed in `sent` is also listed in `known`, from 0 to 1. An entry listed twice has to be found
 * twice. Undefined when one of them is missing, so nothing can be said.
 */
export function sharedByteShare(
  sent: ContentSignature | undefined,
  known: ContentSignature | undefined,
): number | undefined {
  if (sent === undefined || known === undefined) return undefined;
  const left = new Map<string, number>();
  for (const entry of known) left.set(entry, (left.get(entry) ?? 0) + 1);
  let listed = 0;
  let shared = 0;
  for (const entry of sent) {
    const bytes = signatureEntryBytes(entry);
    const copies = left.get(entry) ?? 0;
    listed += bytes;
    if (copies === 0) continue;
    left.set(entry, copies - 1);
    shared += bytes;
  }
  return listed === 0 ? undefined : shared / listed;
}
