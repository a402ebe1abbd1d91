/** Bytes KOReader reads at each sample offset. */
export const PARTIAL_MD5_SAMPLE_BYTES = 1024;

/**
 * Where KOReader samples a document, in bytes from its start: 0, then 1024 · 4^i for i = 0…10 (the last at 1 GiB).
 * KOReader writes the first one as a shift by -2, which LuaJIT turns into a shift by 30: 1024 · 2^30 wraps to 0.
 */
export const PARTIAL_MD5_OFFSETS: readonly number[] = [0, ...Array.from({ length: 11 }, (_, i) => 1024 * 4 ** i)];

/** One stretch of a document that goes into its fingerprint. */
export interface FingerprintSample {
  /** bytes from the start of the document */
  readonly offset: number;
  /** 1 to 1024 */
  readonly bytes: number;
}

/**
 * The samples of a document of `size` bytes, in the order they are hashed: md5 over their concatenation is the document
 * fingerprint. Sampling stops at the first offset with nothing to read, so an empty document has none.
 */
export function fingerprintSamples(size: number): FingerprintSample[] {
  return PARTIAL_MD5_OFFSETS.filter((offset) => offset < size).map((offset) => ({
    offset,
    bytes: Math.min(PARTIAL_MD5_SAMPLE_BYTES, size - offset),
  }));
}

/** Whether `value` is written as KOReader writes a fingerprint: 32 hexadecimal digits in lower case. */
export function isFingerprint(value: string): boolean {
  return /^[0-9a-f]{32}$/.test(value);
}
