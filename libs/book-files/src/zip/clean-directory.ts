/** A central directory of which yauzl reads every line. */
export interface CleanDirectory {
  readonly bytes: Buffer;
  /** lines that are there, whatever the end record says: its count wraps round at 65,536 */
  readonly entryCount: number;
}

const ENTRY_SIGNATURE = 0x02014b50;
const ENTRY_HEADER_BYTES = 46;
const STRONG_ENCRYPTION = 0x40;
const SATURATED = 0xffff_ffff;
const MOST_COMMENT_BYTES = 0xffff;

/**
 * A copy of a central directory up to its last whole line. yauzl gives up a whole archive for one extra field of a wrong
 * length or one strongly encrypted entry; KOReader looks at neither, so the field becomes part of the comment, unless it
 * holds 64-bit sizes, and the flag goes: the plain one for encryption stays.
 */
export function cleanDirectory(written: Buffer): CleanDirectory {
  const bytes = Buffer.from(written);
  let entryCount = 0;
  let at = 0;
  while (at + ENTRY_HEADER_BYTES <= bytes.length && bytes.readUInt32LE(at) === ENTRY_SIGNATURE) {
    const extraBytes = bytes.readUInt16LE(at + 30);
    const commentBytes = bytes.readUInt16LE(at + 32);
    const next = at + ENTRY_HEADER_BYTES + bytes.readUInt16LE(at + 28) + extraBytes + commentBytes;
    if (next > bytes.length) break;
    const flags = bytes.readUInt16LE(at + 8);
    if ((flags & STRONG_ENCRYPTION) !== 0) bytes.writeUInt16LE((flags & ~STRONG_ENCRYPTION) | 1, at + 8);
    if (!hasWideSizes(bytes, at) && extraBytes + commentBytes <= MOST_COMMENT_BYTES) {
      bytes.writeUInt16LE(0, at + 30);
      bytes.writeUInt16LE(extraBytes + commentBytes, at + 32);
    }
    entryCount++;
    at = next;
  }
  return { bytes: bytes.subarray(0, at), entryCount };
}

/** Whether sizes or offset of the line at `at` stand in its extra field, being too large for the line. */
function hasWideSizes(bytes: Buffer, at: number): boolean {
  return [20, 24, 42].some((field) => bytes.readUInt32LE(at + field) === SATURATED);
}
