import type { FileSource } from '../file-source.ts';
import { BookFileProblem } from '../problem.ts';
import { type ListedZip, readCentralDirectory, readCutZip } from './read-central-directory.ts';
import { unpackEntry, unpackEntryHead, unpackEntryInChunks } from './unpack-entry.ts';
import type { ZipEntry } from './zip-entry.ts';

/** A zip read by random access: the directory is in memory, entries are unpacked one at a time when asked for. */
export interface ZipArchive {
  /** in the directory's order, folders and repeated names included */
  readonly entries: readonly ZipEntry[];
  /** Like KOReader, the first of several with this name; failing that, one that differs in case or Unicode form only. */
  find(name: string): ZipEntry | undefined;
  /** Throws BookFileProblem. */
  read(entry: ZipEntry, maxBytes: number): Promise<Buffer>;
  /** What the first `packedBytes` of the entry unpack to. Throws BookFileProblem. */
  readHead(entry: ZipEntry, packedBytes: number): Promise<Buffer>;
  /** Throws BookFileProblem. */
  readInChunks(entry: ZipEntry): AsyncGenerator<Buffer>;
}

/** Reads the directory of a zip; the source stays its owner's to close. Throws BookFileProblem. */
export async function openZip(source: FileSource): Promise<ZipArchive> {
  if (source.size === 0) throw new BookFileProblem('empty_file');
  return archiveOf(await readCentralDirectory(source));
}

/** The same, also for a zip that was cut short or has no sound directory: with the entries in front of the damage, as KOReader reads it. */
export async function openZipOrRest(source: FileSource): Promise<ZipArchive> {
  try {
    return await openZip(source);
  } catch (error) {
    if (!(error instanceof BookFileProblem) || error.code !== 'damaged_archive') throw error;
    return archiveOf(await readCutZip(source));
  }
}

function archiveOf({ zip, entries }: ListedZip): ZipArchive {
  const names = new EntryNames(entries);
  return {
    entries,
    find: (name) => names.find(name),
    read: (entry, maxBytes) => unpackEntry(zip, entry, maxBytes),
    readHead: (entry, packedBytes) => unpackEntryHead(zip, entry, packedBytes),
    readInChunks: (entry) => unpackEntryInChunks(zip, entry),
  };
}

class EntryNames {
  private readonly files: readonly ZipEntry[];
  private readonly byName: ReadonlyMap<string, ZipEntry>;
  private byFoldedName: ReadonlyMap<string, ZipEntry> | undefined;

  constructor(entries: readonly ZipEntry[]) {
    // A symbolic link's content is a path, which must never be taken for a chapter, still less be followed.
    this.files = entries.filter((entry) => !entry.isSymlink && !entry.name.endsWith('/'));
    this.byName = firstOfEach(this.files, (name) => name);
  }

  find(name: string): ZipEntry | undefined {
    const exact = this.byName.get(name);
    if (exact !== undefined) return exact;
    this.byFoldedName ??= firstOfEach(this.files, folded);
    return this.byFoldedName.get(folded(name));
  }
}

function firstOfEach(entries: readonly ZipEntry[], keyOf: (name: string) => string): ReadonlyMap<string, ZipEntry> {
  const byKey = new Map<string, ZipEntry>();
  for (const entry of entries) {
    const key = keyOf(entry.name);
    if (!byKey.has(key)) byKey.set(key, entry);
  }
  return byKey;
}

function folded(name: string): string {
  return name.normalize('NFC').toLowerCase();
}
