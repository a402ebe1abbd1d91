import type { FileSource } from '../file-source.ts';
import { BookFileProblem } from '../problem.ts';
import type { CleanDirectory } from './clean-directory.ts';

const LOCAL_HEADER = 0x04034b50;
const LOCAL_HEADER_BYTES = 30;
const DIRECTORY_LINE = 0x02014b50;
const DIRECTORY_LINE_BYTES = 46;

/**
 * Makes the directory of a zip that has none, as KOReader does: from the headers in front of its entries, one after the other from the
 * start of the file. It takes whatever comes behind the last one for a header as well, and what that says leads past the end of the file,
 * where all is well, or to a header that is cut, where KOReader gives the file up: then the directory is empty. An entry that reaches to the
 * end of the file is left out. Throws `too_many_entries`.
 */
export async function walkLocalHeaders(source: FileSource, mostEntries: number): Promise<CleanDirectory> {
  const lines: Buffer[] = [];
  let at = 0;
  for (let steps = 0; steps < mostEntries; steps++) {
    const header = await source.read(at, LOCAL_HEADER_BYTES);
    if (header.length < LOCAL_HEADER_BYTES) return NOTHING;
    const isEntry = header.readUInt32LE(0) === LOCAL_HEADER;
    if (steps === 0 && !isEntry) return NOTHING;
    const packedBytes = header.readUInt32LE(18);
    const nameBytes = header.readUInt16LE(26);
    const content = at + LOCAL_HEADER_BYTES + nameBytes + header.readUInt16LE(28);
    if (content > source.size) return NOTHING;
    if (content + packedBytes >= source.size) return { bytes: Buffer.concat(lines), entryCount: lines.length };
    if (isEntry) lines.push(directoryLine(header, await source.read(at + LOCAL_HEADER_BYTES, nameBytes), at));
    at = content + packedBytes;
  }
  throw new BookFileProblem('too_many_entries');
}

const NOTHING: CleanDirectory = { bytes: Buffer.alloc(0), entryCount: 0 };

function directoryLine(header: Buffer, name: Buffer, offset: number): Buffer {
  const line = Buffer.alloc(DIRECTORY_LINE_BYTES + name.length);
  line.writeUInt32LE(DIRECTORY_LINE, 0);
  // From the version needed to the length of the name, both forms have the same fields.
  header.copy(line, 6, 4, 28);
  line.writeUInt32LE(offset, 42);
  name.copy(line, DIRECTORY_LINE_BYTES);
  return line;
}
