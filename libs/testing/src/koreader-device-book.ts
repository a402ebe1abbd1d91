import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { contentSignatureOf, fingerprintSamples, type ZipDirectoryEntry } from '@bookorbit/domain-fingerprint';

/** What a device knows of a book file it has open. */
export interface DeviceBook {
  /** KOReader's partial md5. */
  readonly hash: string;
  /** The id stock KOReader uses when it is set to match by file name. */
  readonly nameMd5: string;
  /** Of an EPUB with enough text entries. */
  readonly contentSignature?: readonly string[];
}

/** Opens a book as a device does: reads its samples and its zip directory, nothing of the server's. */
export function openOnDevice(path: string): DeviceBook {
  return { ...deviceBookOf(readFileSync(path)), nameMd5: md5(Buffer.from(basename(path))) };
}

/** The same for bytes without a file name. */
export function deviceBookOf(bytes: Buffer): DeviceBook {
  const samples = fingerprintSamples(bytes.length).map(({ offset, bytes: length }) =>
    bytes.subarray(offset, offset + length),
  );
  return {
    hash: md5(Buffer.concat(samples)),
    nameMd5: md5(Buffer.alloc(0)),
    contentSignature: contentSignatureOf(zipDirectory(bytes)),
  };
}

const CENTRAL_HEADER = 0x02014b50;
const END_HEADER = 0x06054b50;

/** The directory of a plain zip; of anything else nothing. */
function zipDirectory(bytes: Buffer): ZipDirectoryEntry[] {
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end < 0 || bytes.readUInt32LE(end) !== END_HEADER) return [];
  const entries: ZipDirectoryEntry[] = [];
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== CENTRAL_HEADER) return entries;
    const nameLength = bytes.readUInt16LE(at + 28);
    entries.push({
      crc32: bytes.readUInt32LE(at + 16),
      size: bytes.readUInt32LE(at + 24),
      name: bytes.toString('utf8', at + 46, at + 46 + nameLength),
    });
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return entries;
}

function md5(bytes: Buffer): string {
  return createHash('md5').update(bytes).digest('hex');
}
