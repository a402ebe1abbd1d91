import { Readable } from 'node:stream';
import { RandomAccessReader } from 'yauzl';
import type { FileSource } from '../file-source.ts';
import type { CleanDirectory } from './clean-directory.ts';

const CHUNK_BYTES = 64 * 1024;

/**
 * What yauzl sees of a file: the bytes up to the central directory as they are, then the directory made clean, then an end
 * record that agrees with it. Positions are those of the file. The source stays its owner's to close.
 */
export class ZipWindow extends RandomAccessReader {
  /** bytes */
  readonly size: number;
  private readonly source: FileSource;
  private readonly directoryOffset: number;
  private readonly tail: Buffer;

  constructor(source: FileSource, directoryOffset: number, directory: CleanDirectory) {
    super();
    this.source = source;
    this.directoryOffset = directoryOffset;
    this.tail = Buffer.concat([directory.bytes, endRecords(directoryOffset, directory)]);
    this.size = directoryOffset + this.tail.length;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    if (position + length > this.size) {
      callback(new Error('unexpected end of file'));
    } else if (position + length > this.directoryOffset) {
      // Only the search for the end record reaches across, and that lies in the tail: what is before need not be read.
      const before = Math.max(0, this.directoryOffset - position);
      buffer.fill(0, offset, offset + before);
      this.tail.copy(
        buffer,
        offset + before,
        position + before - this.directoryOffset,
        position + length - this.directoryOffset,
      );
      callback(null);
    } else {
      this.source.read(position, length).then(
        (bytes) => {
          bytes.copy(buffer, offset);
          callback(bytes.length < length ? new Error('unexpected end of file') : null);
        },
        (error: Error) => callback(error),
      );
    }
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.pieces(start, end), { objectMode: false });
  }

  private async *pieces(start: number, end: number): AsyncGenerator<Buffer> {
    const last = Math.min(end, this.source.size);
    for (let at = start; at < last; at += CHUNK_BYTES)
      yield await this.source.read(at, Math.min(CHUNK_BYTES, last - at));
  }
}

const END_RECORD_BYTES = 22;
const ZIP64_END_RECORD_BYTES = 56;
const ZIP64_LOCATOR_BYTES = 20;

/** End records in the 64-bit form, which holds any count and offset: record, locator, and the old record full of "see there". */
function endRecords(directoryOffset: number, { bytes, entryCount }: CleanDirectory): Buffer {
  const records = Buffer.alloc(ZIP64_END_RECORD_BYTES + ZIP64_LOCATOR_BYTES + END_RECORD_BYTES);
  records.writeUInt32LE(0x06064b50, 0);
  records.writeBigUInt64LE(BigInt(ZIP64_END_RECORD_BYTES - 12), 4);
  records.writeBigUInt64LE(BigInt(entryCount), 24);
  records.writeBigUInt64LE(BigInt(entryCount), 32);
  records.writeBigUInt64LE(BigInt(bytes.length), 40);
  records.writeBigUInt64LE(BigInt(directoryOffset), 48);
  const locator = ZIP64_END_RECORD_BYTES;
  records.writeUInt32LE(0x07064b50, locator);
  records.writeBigUInt64LE(BigInt(directoryOffset + bytes.length), locator + 8);
  records.writeUInt32LE(1, locator + 16);
  const end = locator + ZIP64_LOCATOR_BYTES;
  records.writeUInt32LE(0x06054b50, end);
  records.fill(0xff, end + 8, end + 20);
  return records;
}
