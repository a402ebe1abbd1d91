import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { corpusBooks, type DeviceBook, deviceBookOf, makeSmallEpub } from '@bookorbit/testing';

/** A book that lies in the library and, as the same file, on a device. */
export interface PoolBook extends DeviceBook {
  readonly fileName: string;
  readonly bytes: Buffer;
}

const LARGEST_BYTES = 120_000;

/**
 * Books that are unmistakable: no two share a fingerprint or most of their text. Real ones, where they are at hand.
 *
 * @param count At most.
 */
export function bookPool(count: number): PoolBook[] {
  const real = corpusBooks()
    .filter((path) => path.endsWith('.epub') && statSync(path).size <= LARGEST_BYTES)
    .map((path) => poolBook(basename(path), readFileSync(path)));
  const seen = new Set<string>();
  const distinct = real.filter(({ hash, contentSignature }) => {
    const keys = [hash, ...(contentSignature ?? []).slice(0, 2)];
    if (contentSignature === undefined || keys.some((key) => seen.has(key))) return false;
    for (const key of keys) seen.add(key);
    return true;
  });
  const made = Array.from({ length: Math.max(0, count - distinct.length) }, (_, n) =>
    poolBook(`made-${n}.epub`, madeBook(n)),
  );
  return [...distinct, ...made].slice(0, count);
}

/** A small book of its own, with enough text entries for a content signature. */
export function madeBook(n: number): Buffer {
  const chapters = [1, 2, 3, 4].map(
    (chapter) => `Chapter ${chapter} of the made book ${n}.\n\n${`${n}.${chapter} `.repeat(50)}`,
  );
  return makeSmallEpub({ title: `Made Book ${n}`, author: `Author ${n}`, identifier: `urn:made:${n}`, chapters });
}

function poolBook(fileName: string, bytes: Buffer): PoolBook {
  return { fileName, bytes, ...deviceBookOf(bytes) };
}
