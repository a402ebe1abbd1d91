const LOCAL_HEADER_BYTES = 30;
const CENTRAL_HEADER_BYTES = 46;
const DAMAGED_BYTES = 24;

/**
 * A copy of a zip of {@link makeZip} in which one entry cannot be unpacked, though the archive is sound: its packed bytes are no
 * deflate stream, or do not match their checksum.
 */
export function damageEntry(zip: Buffer, name: string, how: 'content' | 'checksum' = 'content'): Buffer {
  const copy = Buffer.from(zip);
  const line = copy.lastIndexOf(name) - CENTRAL_HEADER_BYTES;
  if (line < 0 || copy.readUInt32LE(line) !== 0x02014b50) throw new Error(`The zip has no ${name}.`);
  if (how === 'checksum') {
    copy.writeUInt32LE((copy.readUInt32LE(line + 16) ^ 1) >>> 0, line + 16);
    return copy;
  }
  const packed = copy.readUInt32LE(line + 42) + LOCAL_HEADER_BYTES + Buffer.byteLength(name);
  const length = Math.min(DAMAGED_BYTES, copy.readUInt32LE(line + 20));
  return copy.fill(0xff, packed, packed + length);
}
