/** A line of a zip directory, as far as the content signature looks at it. */
export interface ZipDirectoryEntry {
  readonly name: string;
  /** unsigned 32 bits */
  readonly crc32: number;
  /** uncompressed bytes */
  readonly size: number;
}

/** One entry of a content signature: `crc32-size` in lower-case hex, e.g. "0a1b2c3d-4f2". */
export type SignatureEntry = string;

/** The largest text entries of an EPUB, largest first; survives re-zipping, metadata and cover edits. 3 to 16 entries. */
export type ContentSignature = readonly SignatureEntry[];

export const SIGNATURE_MOST_ENTRIES = 16;
export const SIGNATURE_FEWEST_ENTRIES = 3;

const TEXT_NAME = /\.(?:xhtml|html|htm|xml)$/i;
const META_INF = /^META-INF\//i;
const SIGNATURE_ENTRY = /^([0-9a-f]{8})-(0|[1-9a-f][0-9a-f]{0,12})$/;

/**
 * The content signature of an EPUB from its zip directory, or undefined when it has fewer than three text entries.
 * Costs no decompression. The order of the directory does not matter.
 */
export function contentSignatureOf(directory: Iterable<ZipDirectoryEntry>): ContentSignature | undefined {
  const texts: ZipDirectoryEntry[] = [];
  for (const entry of directory) {
    if (TEXT_NAME.test(entry.name) && !META_INF.test(entry.name)) texts.push(entry);
  }
  if (texts.length < SIGNATURE_FEWEST_ENTRIES) return undefined;
  return texts.sort(largestFirst).slice(0, SIGNATURE_MOST_ENTRIES).map(signatureEntryOf);
}

/** Reads a signature a device sent; undefined unless it is 3 to 16 well-formed entries. Order and repeats are kept. */
export function parseContentSignature(value: unknown): ContentSignature | undefined {
  if (!Array.isArray(value)) return undefined;
  if (value.length < SIGNATURE_FEWEST_ENTRIES || value.length > SIGNATURE_MOST_ENTRIES) return undefined;
  const entries: readonly unknown[] = value;
  return entries.every(isSignatureEntry) ? entries : undefined;
}

/** Whether `value` is one well-formed `crc32-size` entry. */
export function isSignatureEntry(value: unknown): value is SignatureEntry {
  return typeof value === 'string' && SIGNATURE_ENTRY.test(value);
}

/** Uncompressed bytes a well-formed entry stands for. */
export function signatureEntryBytes(entry: SignatureEntry): number {
  return Number.parseInt(entry.slice(9), 16);
}

function largestFirst(a: ZipDirectoryEntry, b: ZipDirectoryEntry): number {
  return b.size - a.size || a.crc32 - b.crc32;
}

function signatureEntryOf(entry: ZipDirectoryEntry): SignatureEntry {
  return `${entry.crc32.toString(16).padStart(8, '0')}-${entry.size.toString(16)}`;
}
