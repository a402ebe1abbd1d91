/** One line of a zip's central directory. Sizes are what the directory claims, which a hostile file may lie about. */
export interface ZipEntry {
  /** decoded; separators are always "/". May hold "..", so it is never a path on disk. */
  readonly name: string;
  /** 0 stored, 8 deflated, others cannot be read */
  readonly method: number;
  readonly isEncrypted: boolean;
  readonly isSymlink: boolean;
  /** unsigned 32 bits, of the uncompressed bytes */
  readonly crc32: number;
  /** bytes in the archive */
  readonly compressedSize: number;
  /** bytes when unpacked */
  readonly size: number;
  /** of the local header, from the start of the file */
  readonly offset: number;
}

export const STORED = 0;
export const DEFLATED = 8;

/** Deflate never packs better than this; a directory that claims more lies. */
export const BEST_DEFLATE_RATIO = 1032;

/** Whether the claimed sizes are possible at all. */
export function hasPossibleSizes(entry: ZipEntry): boolean {
  if (entry.method === STORED) return entry.isEncrypted || entry.size === entry.compressedSize;
  return entry.method !== DEFLATED || entry.size <= entry.compressedSize * BEST_DEFLATE_RATIO + 64;
}

/** Whether the entry is stored in a way that can be unpacked. */
export function isReadable(entry: ZipEntry): boolean {
  return !entry.isEncrypted && (entry.method === STORED || entry.method === DEFLATED);
}
