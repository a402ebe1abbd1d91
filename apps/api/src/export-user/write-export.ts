import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Injectable } from '@nestjs/common';
import type { AnnotationExportFormat } from '@bookorbit/contracts';
import { DataSource, type EntityManager } from 'typeorm';
import { ZipFile } from 'yazl';
import { AnnotationListRepository, exportAnnotations } from '../annotations/index.ts';
import { Clock } from '../clock/index.ts';
import { SERVER_VERSION } from '../config/index.ts';
import { EXPORT_SECTIONS, type ExportSection } from './export-sections.ts';

/** Rows that are in memory at once. */
const ROWS_A_FETCH = 1000;
/** More than anybody has in one book. */
const MOST_OF_A_BOOK = 100_000;

/** Whose data is written, and whether what devices brought is among it. */
export interface ExportedUser {
  readonly userId: number;
  readonly seesDevices: boolean;
}

/** Writes everything there is of a user into a zip, as of one moment, some rows at a time. */
@Injectable()
export class WriteExport {
  constructor(
    private readonly dataSource: DataSource,
    private readonly annotations: AnnotationListRepository,
    private readonly clock: Clock,
  ) {}

  /** @param path A file that is made, or written over. */
  async run(user: ExportedUser, path: string): Promise<void> {
    await this.dataSource.transaction('REPEATABLE READ', async (tx) => {
      await tx.query('SET TRANSACTION READ ONLY');
      const now = this.clock.now();
      const sections = EXPORT_SECTIONS.filter(({ isOfDevices }) => user.seesDevices || !isOfDevices);
      const zip = new ZipFile();
      const failed = new Promise<never>((_, reject) => zip.once('error', reject));
      // Each is begun when the one before it is written: one cursor at a time.
      const add = (name: string, pieces: () => AsyncIterable<string>) =>
        zip.addReadStreamLazy(name, { mtime: now }, (begin) => begin(null, Readable.from(pieces())));
      zip.addBuffer(Buffer.from(readmeOf(sections, user, now)), 'README.md', { mtime: now });
      for (const section of sections) add(`data/${section.name}.jsonl`, () => linesOf(tx, section, user));
      if (user.seesDevices) {
        add('highlights.md', () => this.highlights(tx, user.userId, 'markdown'));
        add('highlights.csv', () => this.highlights(tx, user.userId, 'csv'));
      }
      zip.end();
      await Promise.race([pipeline(zip.outputStream, createWriteStream(path)), failed]);
    });
  }

  /** Book by book. */
  private async *highlights(tx: EntityManager, userId: number, format: AnnotationExportFormat): AsyncGenerator<string> {
    const books = await tx.query<{ id: number }[]>(
      `SELECT DISTINCT f.book_id AS id FROM annotations a JOIN book_files f ON f.id = a.book_file_id WHERE a.user_id = $1 AND a.deleted_at IS NULL ORDER BY 1`,
      [userId],
    );
    let isFirst = true;
    for (const { id: bookId } of books) {
      const asked = { bookId, sort: 'page', offset: 0, limit: MOST_OF_A_BOOK } as const;
      const { annotations } = await this.annotations.list(tx, userId, asked);
      if (annotations.length === 0) continue;
      const { body } = exportAnnotations(annotations, format);
      // The names of the columns stand once.
      yield format === 'csv' && !isFirst ? body.slice(body.indexOf('\n') + 1) : `${body}\n`.replace(/\r\n\n$/, '\r\n');
      isFirst = false;
    }
  }
}

async function* linesOf(tx: EntityManager, { sql }: ExportSection, user: ExportedUser): AsyncGenerator<string> {
  await tx.query(`DECLARE export_rows NO SCROLL CURSOR FOR SELECT row::text FROM (${sql}) AS rows`, [
    user.userId,
    user.seesDevices,
  ]);
  try {
    for (;;) {
      const rows = await tx.query<{ row: string }[]>(`FETCH ${ROWS_A_FETCH} FROM export_rows`);
      if (rows.length === 0) return;
      yield rows.map(({ row }) => `${row}\n`).join('');
    }
  } finally {
    await tx.query('CLOSE export_rows');
  }
}

function readmeOf(sections: readonly ExportSection[], { seesDevices }: ExportedUser, now: Date): string {
  return [
    '# Your data in BookOrbit',
    '',
    `Everything the server keeps of you, as of ${now.toISOString()} (version ${SERVER_VERSION}), but for passwords and keys.`,
    seesDevices
      ? ''
      : 'What KOReader devices brought is left out, because you lack the permission koreader_sync; an admin can export it.',
    '',
    ...(seesDevices
      ? ['- `highlights.md`, `highlights.csv`: your highlights and notes, for reading and for spreadsheets.']
      : []),
    ...sections.map(({ name, about }) => `- \`data/${name}.jsonl\`: ${about}`),
    '',
    'Files in `data` hold one JSON object a line. Times are ISO 8601 where nothing else is said; percentages are 0 to 1. Books stand by title and',
    'by the fingerprint of the file (the partial md5 KOReader uses).',
    '',
  ].join('\n');
}
