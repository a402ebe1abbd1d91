import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { BookFileUnavailable, readCover } from '@bookorbit/book-files';
import { DataSource } from 'typeorm';
import { ENVIRONMENT, type Environment } from '../config/index.ts';
import { absolutePath, type FilePlace, isInside, withPlainPath } from './read-file.ts';
import { tellUnforeseen } from './tell-unforeseen.ts';

/** Longest edges covers are kept in, in pixels. */
const EDGES = [160, 320, 640, 1200] as const;
/** Covers drawn at once; each takes a core. */
const PAINTERS = 2;

export interface CoverImage {
  readonly bytes: Buffer;
  readonly version: number;
  /** Pixels of the longer edge. */
  readonly edge: number;
}

/** Small covers on disk, drawn when first asked for. Everything here can be deleted at any time. */
@Injectable()
export class CoverCache {
  private readonly drawing = new Map<string, Promise<Buffer | undefined>>();
  private readonly waiting: (() => void)[] = [];
  private painters = 0;

  constructor(
    private readonly dataSource: DataSource,
    @Inject(ENVIRONMENT) private readonly environment: Environment,
  ) {}

  /** @returns The cover in the smallest kept size of at least `wanted` pixels; undefined when it cannot be drawn. */
  async find(bookId: number, version: number, wanted: number): Promise<CoverImage | undefined> {
    const edge = EDGES.find((kept) => kept >= wanted) ?? 1200;
    const path = join(this.folder(bookId), `${version}-${edge}.webp`);
    const kept = await readFile(path).catch(() => undefined);
    const bytes = kept ?? (await this.drawOnce(bookId, version, edge, path));
    return bytes && { bytes, version, edge };
  }

  private drawOnce(bookId: number, version: number, edge: number, path: string): Promise<Buffer | undefined> {
    const underway = this.drawing.get(path);
    if (underway) return underway;
    const drawing = this.inTurn(() => this.draw(bookId, version, edge, path)).finally(() => this.drawing.delete(path));
    this.drawing.set(path, drawing);
    return drawing;
  }

  private async draw(bookId: number, version: number, edge: number, path: string): Promise<Buffer | undefined> {
    const files = await this.filesWithCover(bookId);
    let isOutOfReach = false;
    for (const file of files) {
      const bytes = await coverOf(file, edge);
      if (bytes === 'out-of-reach') isOutOfReach = true;
      else if (bytes) {
        await this.keep(bookId, version, path, bytes);
        return bytes;
      }
    }
    // A picture that cannot be decoded is none. One that cannot be reached may come back.
    if (!isOutOfReach) await this.forgetCover(bookId, version);
    return undefined;
  }

  private filesWithCover(bookId: number): Promise<FilePlace[]> {
    return this.dataSource.query(
      `SELECT f.folder_id AS "folderId", d.path AS "folderPath", f.path
       FROM book_files f JOIN library_folders d ON d.id = f.folder_id
       WHERE f.book_id = $1 AND f.has_cover ORDER BY f.missing_since IS NOT NULL, f.is_primary DESC, f.id`,
      [bookId],
    );
  }

  private async forgetCover(bookId: number, version: number): Promise<void> {
    await this.dataSource.query(`UPDATE books SET cover_version = 0 WHERE id = $1 AND cover_version = $2`, [
      bookId,
      version,
    ]);
  }

  /** A disk that is full keeps no cover, and everything else works on. */
  private async keep(bookId: number, version: number, path: string, bytes: Buffer): Promise<void> {
    try {
      const folder = this.folder(bookId);
      await mkdir(folder, { recursive: true });
      const draft = `${path}.${randomBytes(6).toString('hex')}`;
      await writeFile(draft, bytes);
      await rename(draft, path);
      const outdated = (await readdir(folder)).filter((name) => !name.startsWith(`${version}-`));
      await Promise.all(outdated.map((name) => rm(join(folder, name), { force: true })));
    } catch {
      return;
    }
  }

  private folder(bookId: number): string {
    return join(this.environment.dataDir, 'covers', String(bookId % 1000), String(bookId));
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.painters >= PAINTERS) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.painters += 1;
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.painters -= 1;
    }
  }
}

async function coverOf(file: FilePlace, edge: number): Promise<Buffer | 'out-of-reach' | undefined> {
  const path = absolutePath(file);
  try {
    if (!(await isInside(path, file.folderPath))) return 'out-of-reach';
    const cover = await withPlainPath(path, file.path, (plain) =>
      readCover(plain, { maxEdge: edge, onUnforeseen: tellUnforeseen }),
    );
    return cover && Buffer.from(cover.bytes);
  } catch (error) {
    if (error instanceof BookFileUnavailable || (error as NodeJS.ErrnoException).code !== undefined)
      return 'out-of-reach';
    throw error;
  }
}
