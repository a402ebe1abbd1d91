import yauzl, { type Entry, type ZipFile } from 'yauzl';
import type { FileSource } from '../file-source.ts';
import { BookFileProblem } from '../problem.ts';
import { cleanDirectory, type CleanDirectory } from './clean-directory.ts';
import { decodeEntryName } from './decode-entry-name.ts';
import { type CentralDirectory, findCentralDirectory } from './find-central-directory.ts';
import { walkLocalHeaders } from './walk-local-headers.ts';
import type { ZipEntry } from './zip-entry.ts';
import { ZipWindow } from './zip-window.ts';

/** Books of many thousand files stay far below both; what is above is made to hurt. */
const MOST_DIRECTORY_BYTES = 16 * 1024 * 1024;
const MOST_ENTRIES = 100_000;

const MADE_ON_UNIX = 3;
const SYMLINK_MODE = 0o120000;
const FILE_TYPE_MODE = 0o170000;

/** A zip that yauzl has opened, and the lines of its directory in their order. */
export interface ListedZip {
  readonly zip: ZipFile;
  readonly entries: readonly ZipEntry[];
}

/** Lists a zip. Where yauzl gives up, what it listed before stands. Throws `damaged_archive` or `too_many_entries`. */
export async function readCentralDirectory(source: FileSource): Promise<ListedZip> {
  const place = await findCentralDirectory(source);
  if (place.bytes > MOST_DIRECTORY_BYTES || place.entryCount > MOST_ENTRIES) {
    throw new BookFileProblem('too_many_entries');
  }
  const directory = cleanDirectory(await source.read(place.offset, place.bytes));
  if (directory.entryCount > MOST_ENTRIES) throw new BookFileProblem('too_many_entries');
  return listZip(source, directory, place);
}

/** Lists what is there of a zip without a sound directory. Throws `damaged_archive` or `too_many_entries`. */
export async function readCutZip(source: FileSource): Promise<ListedZip> {
  const directory = await walkLocalHeaders(source, MOST_ENTRIES);
  if (directory.entryCount === 0) throw new BookFileProblem('damaged_archive');
  return listZip(source, directory, { offset: source.size, bytes: directory.bytes.length, shift: 0 });
}

async function listZip(
  source: FileSource,
  directory: CleanDirectory,
  place: Pick<CentralDirectory, 'offset' | 'bytes' | 'shift'>,
): Promise<ListedZip> {
  const window = new ZipWindow(source, place.offset, directory);
  const zip = await yauzl.fromRandomAccessReaderPromise(window, window.size, {
    autoClose: false,
    decodeStrings: false,
    validateEntrySizes: false,
  });
  const entries: ZipEntry[] = [];
  let failure: unknown;
  try {
    for await (const entry of zip.eachEntry()) entries.push(zipEntryOf(entry, place.shift));
  } catch (error) {
    failure = error;
  }
  if (entries.length === 0 && place.bytes > 0) throw new BookFileProblem('damaged_archive', { cause: failure });
  return { zip, entries };
}

function zipEntryOf(entry: Entry, shift: number): ZipEntry {
  const madeOn = entry.versionMadeBy >>> 8;
  const mode = entry.externalFileAttributes >>> 16;
  return {
    name: decodeEntryName(entry.fileNameRaw, madeOn),
    method: entry.compressionMethod,
    isEncrypted: entry.isEncrypted(),
    isSymlink: madeOn === MADE_ON_UNIX && (mode & FILE_TYPE_MODE) === SYMLINK_MODE,
    crc32: entry.crc32,
    size: entry.uncompressedSize,
    compressedSize: entry.compressedSize,
    offset: entry.relativeOffsetOfLocalHeader + shift,
  };
}
