import { createWriteStream } from 'node:fs';
import { link, mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { withFileSource } from '../file-source.ts';
import { BookFileProblem, PROBLEM_MESSAGES } from '../problem.ts';
import { openZip, type ZipArchive } from '../zip/zip-archive.ts';
import type { ZipEntry } from '../zip/zip-entry.ts';
import type { Sidecar } from './read-sidecar.ts';
import { readStatistics, StatisticsProblem, type StatisticsTaker } from './read-statistics.ts';
import { SidecarThread } from './sidecar-thread.ts';

/** A file that was sent: where it lies now, and what it was called, with its folder as far as that is known. */
export interface SentFile {
  readonly path: string;
  readonly name: string;
}

/** What became of a file, or of one in a zip. */
export interface ReadFile {
  readonly name: string;
  /** `other`: nothing to read. */
  readonly kind: 'statistics' | 'sidecar' | 'other';
  /** Documents it speaks of. */
  readonly documents: number;
  /** Why it, or part of it, could not be used: a sentence without a full stop. */
  readonly problem?: string;
}

/** Takes what is found, piece by piece. */
export interface UploadTaker extends StatisticsTaker {
  sidecar(sidecar: Sidecar & { readonly fingerprint: string }): Promise<void> | void;
}

/** What one upload may unpack to. */
export interface UploadLimits {
  readonly sidecarBytes: number;
  readonly allSidecarBytes: number;
  readonly statisticsBytes: number;
  readonly files: number;
}

const MEBIBYTE = 1024 * 1024;
const USUAL_LIMITS: UploadLimits = {
  sidecarBytes: 4 * MEBIBYTE,
  allSidecarBytes: 128 * MEBIBYTE,
  statisticsBytes: 2048 * MEBIBYTE,
  files: 20_000,
};
const SQLITE_MAGIC = 'SQLite format 3\0';
const ZIP_MAGIC = 'PK\x03\x04';
const WAL = '-wal';

/**
 * Reads files of KOReader as people send them: `statistics.sqlite3`, sidecars, and zips of either, such as `.sdr` folders or all of KOReader's
 * settings. A file that cannot be used is named, and the others are read.
 *
 * @param scratch An existing folder for what has to be unpacked; it is left as it was.
 */
export async function readUpload(
  sent: readonly SentFile[],
  scratch: string,
  taker: UploadTaker,
  limits: UploadLimits = USUAL_LIMITS,
): Promise<ReadFile[]> {
  const folder = await mkdtemp(join(scratch, 'unpacked-'));
  const reader = new UploadReader(folder, taker, limits);
  try {
    return await reader.read(sent);
  } finally {
    await reader.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

class UploadReader {
  private readonly folder: string;
  private readonly taker: UploadTaker;
  private readonly limits: UploadLimits;
  private readonly found: ReadFile[] = [];
  private readonly sidecars = new SidecarThread();
  private sidecarBytesLeft: number;
  private databases = 0;

  constructor(folder: string, taker: UploadTaker, limits: UploadLimits) {
    this.folder = folder;
    this.taker = taker;
    this.limits = limits;
    this.sidecarBytesLeft = limits.allSidecarBytes;
  }

  async read(sent: readonly SentFile[]): Promise<ReadFile[]> {
    const wals = new Map(sent.filter(({ name }) => name.endsWith(WAL)).map(({ name, path }) => [name, path]));
    for (const file of sent) {
      const magic = await headOf(file.path);
      if (magic.startsWith(ZIP_MAGIC)) await this.zip(file);
      else if (magic.startsWith(SQLITE_MAGIC)) await this.statistics(file.name, file.path, wals.get(file.name + WAL));
      else if (isSidecarName(file.name)) await this.sidecarFile(file);
      else if (isStatisticsName(file.name)) this.note(file.name, 'statistics', 0, 'It is no SQLite database');
      else if (!file.name.endsWith(WAL)) this.note(file.name, 'other', 0);
    }
    return this.found;
  }

  stop(): Promise<void> {
    return this.sidecars.stop();
  }

  private async zip({ name, path }: SentFile): Promise<void> {
    try {
      await withFileSource(path, async (source) => {
        const archive = await openZip(source);
        const files = archive.entries.filter(({ isSymlink, name: entry }) => !isSymlink && !entry.endsWith('/'));
        const sidecars = files.filter((entry) => isSidecarName(entry.name));
        const databases = files.filter((entry) => isStatisticsName(entry.name));
        if (sidecars.length + databases.length > this.limits.files) throw new BookFileProblem('too_many_entries');
        for (const entry of databases) await this.zippedStatistics(name, archive, entry);
        for (const entry of sidecars) await this.zippedSidecar(name, archive, entry);
        if (sidecars.length + databases.length === 0)
          this.note(name, 'other', 0, 'It holds neither statistics.sqlite3 nor a metadata.*.lua file');
      });
    } catch (error) {
      this.note(name, 'other', 0, problemOf(error));
    }
  }

  private async zippedStatistics(zipName: string, archive: ZipArchive, entry: ZipEntry): Promise<void> {
    const name = `${zipName}/${entry.name}`;
    try {
      const path = await this.unpack(archive, entry);
      const wal = archive.find(entry.name + WAL);
      await this.statistics(name, path, wal && wal.size > 0 ? await this.unpack(archive, wal) : undefined);
      await rm(path, { force: true });
    } catch (error) {
      this.note(name, 'statistics', 0, problemOf(error));
    }
  }

  private async unpack(archive: ZipArchive, entry: ZipEntry): Promise<string> {
    this.databases += 1;
    const path = join(this.folder, `${this.databases}`);
    let left = this.limits.statisticsBytes;
    await pipeline(
      archive.readInChunks(entry),
      async function* (pieces: AsyncIterable<Buffer>) {
        for await (const piece of pieces) {
          left -= piece.length;
          if (left < 0) throw new BookFileProblem('unpacks_too_large');
          yield piece;
        }
      },
      createWriteStream(path),
    );
    return path;
  }

  private async statistics(name: string, path: string, walPath: string | undefined): Promise<void> {
    try {
      const counts = await readStatistics(
        walPath === undefined ? path : await this.besideItsWal(path, walPath),
        walPath !== undefined,
        this.taker,
      );
      const problem = counts.unusable > 0 ? `${counts.unusable} page turns in it make no sense` : undefined;
      this.note(name, 'statistics', counts.books, problem);
    } catch (error) {
      if (!(error instanceof StatisticsProblem)) throw error;
      this.note(name, 'statistics', 0, error.message);
    }
  }

  /** SQLite looks for the WAL by name, beside the database, and follows symbolic links to do so. */
  private async besideItsWal(path: string, walPath: string): Promise<string> {
    this.databases += 1;
    const folder = join(this.folder, `pair-${this.databases}`);
    await mkdir(folder);
    await link(path, join(folder, 'db'));
    await link(walPath, `${join(folder, 'db')}${WAL}`);
    return join(folder, 'db');
  }

  private async sidecarFile({ name, path }: SentFile): Promise<void> {
    const handle = await open(path);
    try {
      const { size } = await handle.stat();
      if (size > this.limits.sidecarBytes) this.note(name, 'sidecar', 0, 'It is larger than any sidecar');
      else await this.sidecar(name, await handle.readFile());
    } finally {
      await handle.close();
    }
  }

  private async zippedSidecar(zipName: string, archive: ZipArchive, entry: ZipEntry): Promise<void> {
    const name = `${zipName}/${entry.name}`;
    try {
      await this.sidecar(name, await archive.read(entry, this.limits.sidecarBytes));
    } catch (error) {
      this.note(name, 'sidecar', 0, problemOf(error));
    }
  }

  private async sidecar(name: string, bytes: Buffer): Promise<void> {
    this.sidecarBytesLeft -= bytes.length;
    if (this.sidecarBytesLeft < 0)
      return this.note(name, 'sidecar', 0, 'There are too many sidecars at once; send fewer');
    const reading = await this.sidecars.read(bytes);
    if (reading.kind === 'fault') return this.note(name, 'sidecar', 0, reading.reason);
    const { sidecar } = reading;
    if (!sidecar) return this.note(name, 'other', 0);
    const { fingerprint, unusable } = sidecar;
    if (fingerprint === undefined)
      return this.note(
        name,
        'sidecar',
        0,
        'It does not say of which file it is; open the book once in KOReader and send it again',
      );
    await this.taker.sidecar({ ...sidecar, fingerprint });
    this.note(name, 'sidecar', 1, unusable > 0 ? `${unusable} of its highlights have no time or no place` : undefined);
  }

  private note(name: string, kind: ReadFile['kind'], documents: number, problem?: string): void {
    this.found.push({ name, kind, documents, ...(problem !== undefined && { problem }) });
  }
}

async function headOf(path: string): Promise<string> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(SQLITE_MAGIC.length), 0, SQLITE_MAGIC.length, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** `metadata.epub.lua` in a `.sdr` folder; its backup `.lua.old` is older than it. */
function isSidecarName(name: string): boolean {
  return /(^|[/\\])metadata\.[^/\\]+\.lua$/i.test(name);
}

function isStatisticsName(name: string): boolean {
  return /^statistics[^/\\]*\.sqlite3?$/i.test(basename(name.replaceAll('\\', '/')));
}

/** @throws What is no fault of the file. */
function problemOf(error: unknown): string {
  if (error instanceof BookFileProblem) return PROBLEM_MESSAGES[error.code].replace(/\.$/, '');
  throw error;
}
