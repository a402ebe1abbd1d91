import { contentSignatureOf, type ContentSignature } from '@bookorbit/domain-fingerprint';
import { withFileSource } from '../file-source.ts';
import { openZip } from '../zip/zip-archive.ts';

/**
 * The content signature of an EPUB, from its zip directory alone; undefined when it has fewer than three text entries.
 * Throws BookFileProblem when the file is no readable zip, BookFileUnavailable when it cannot be reached.
 */
export async function contentSignature(path: string): Promise<ContentSignature | undefined> {
  return withFileSource(path, async (source) => contentSignatureOf((await openZip(source)).entries));
}
