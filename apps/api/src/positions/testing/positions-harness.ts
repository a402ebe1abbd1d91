import { copyFile, mkdtemp, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../database/data-source.ts';
import type { DatabaseConnection } from '../../database/index.ts';
import { BookTranslator } from '../book-translator.ts';
import { DamagedChapterRepository } from '../damaged-chapter.repository.ts';
import { PositionIndexRepository } from '../position-index.repository.ts';

let made = 0;

/** A folder with books on record, and any number of server processes' worth of translators on one database. */
export class PositionsHarness {
  private readonly sources: DataSource[] = [];
  private readonly translators: BookTranslator[] = [];

  private constructor(
    private readonly connection: DatabaseConnection,
    readonly dataSource: DataSource,
    readonly folder: string,
    private readonly libraryId: number,
    private readonly folderId: number,
  ) {}

  static async start(connection: DatabaseConnection): Promise<PositionsHarness> {
    const dataSource = await new DataSource(dataSourceOptions(connection)).initialize();
    const folder = await mkdtemp(join(tmpdir(), 'bookorbit-positions-'));
    const [library] = await dataSource.query(`INSERT INTO libraries (name) VALUES ('Books') RETURNING id`);
    const [row] = await dataSource.query(
      `INSERT INTO library_folders (library_id, path) VALUES ($1, $2) RETURNING id`,
      [library.id, folder],
    );
    return new PositionsHarness(connection, dataSource, folder, library.id, row.id);
  }

  /** A translator as another server process has it: with a thread, memory and connections of its own. */
  async process(): Promise<BookTranslator> {
    const dataSource = await new DataSource(dataSourceOptions(this.connection)).initialize();
    this.sources.push(dataSource);
    const translator = new BookTranslator(new PositionIndexRepository(), new DamagedChapterRepository(), dataSource);
    this.translators.push(translator);
    return translator;
  }

  /** Puts a book on disk and on record. @returns Its file id. */
  async addBook(
    content: Uint8Array | { readonly copyOf: string },
    format = 'epub',
    pageCount?: number,
  ): Promise<number> {
    made += 1;
    const path = `book-${made}.${format}`;
    const [book] = await this.dataSource.query(
      `INSERT INTO books (library_id, title, sort_title, search, added_at, updated_at) VALUES ($1, $2, $2, $2, now(), now()) RETURNING id`,
      [this.libraryId, path],
    );
    const [file] = await this.dataSource.query(
      `INSERT INTO book_files (book_id, library_id, folder_id, path, stem_key, name, name_md5, format, size, mtime_ms, inode, fingerprint,
         title, title_from, added_at, content_changed_at, reader_version, page_count)
       VALUES ($1, $2, $3, $4, md5($4), $4, md5($4), $5, 0, 0, $4, md5($4), $4, 'name', now(), now(), 1, $6) RETURNING id`,
      [book.id, this.libraryId, this.folderId, path, format, pageCount ?? null],
    );
    await this.rewrite(file.id, content);
    return file.id as number;
  }

  /** Writes a file anew, and puts it on record as the scanner does. */
  async rewrite(fileId: number, content: Uint8Array | { readonly copyOf: string }): Promise<void> {
    const path = await this.write(fileId, content);
    const { size, mtimeMs } = await stat(path);
    await this.dataSource.query(`UPDATE book_files SET size = $2, mtime_ms = $3, fingerprint = md5($4) WHERE id = $1`, [
      fileId,
      size,
      Math.floor(mtimeMs),
      `${fileId}-${mtimeMs}`,
    ]);
  }

  /** Writes a file behind the scanner's back. */
  async write(fileId: number, content: Uint8Array | { readonly copyOf: string }): Promise<string> {
    const [{ path: name }] = await this.dataSource.query(`SELECT path FROM book_files WHERE id = $1`, [fileId]);
    const path = join(this.folder, name);
    if ('copyOf' in content) await copyFile(content.copyOf, path);
    else await writeFile(path, content);
    made += 1;
    await utimes(path, 1_700_000_000 + made, 1_700_000_000 + made);
    return path;
  }

  /** What is kept of a file's indexes. */
  indexes(
    fileId: number,
  ): Promise<{ content: string; spineIndex: number; kind: string; bytes: number; builtAt: Date }[]> {
    return this.dataSource.query(
      `SELECT content, spine_index AS "spineIndex", kind, octet_length(bytes) AS bytes, built_at AS "builtAt"
       FROM position_indexes WHERE book_file_id = $1 ORDER BY content, spine_index`,
      [fileId],
    );
  }

  async stop(): Promise<void> {
    for (const translator of this.translators) await translator.onModuleDestroy();
    for (const source of [...this.sources, this.dataSource]) await source.destroy();
    await rm(this.folder, { recursive: true, force: true });
  }
}
