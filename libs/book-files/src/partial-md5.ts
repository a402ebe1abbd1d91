import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { fingerprintSamples } from '@bookorbit/domain-fingerprint';
import { fileSourceOf, withFileSource, type FileSource } from './file-source.ts';

/**
 * KOReader's document fingerprint of a file: 32 hex digits in lower case. Reads at most 12 KiB.
 * A handle that is passed in stays open. Throws BookFileUnavailable.
 */
export async function partialMd5(file: string | FileHandle): Promise<string> {
  if (typeof file === 'string') return withFileSource(file, partialMd5OfSource);
  const { size } = await file.stat();
  return partialMd5OfSource(fileSourceOf('(open file)', file, size));
}

/** {@link partialMd5} of a file that is open already. */
export async function partialMd5OfSource(source: FileSource): Promise<string> {
  const hash = createHash('md5');
  const samples = fingerprintSamples(source.size).map(({ offset, bytes }) => source.read(offset, bytes));
  for (const sample of await Promise.all(samples)) {
    if (sample.length === 0) break;
    hash.update(sample);
  }
  return hash.digest('hex');
}
