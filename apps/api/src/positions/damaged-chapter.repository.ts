import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { DamagedChapters } from '../libraries/index.ts';
import { contentOfFile, type RecordedFile } from './position-index.repository.ts';

/** A chapter that cannot be unpacked. */
export interface DamagedChapter {
  readonly spineIndex: number;
  readonly zipPath: string;
}

/** Of one file: more would tell nobody more. */
export const MOST_KEPT_CHAPTERS = 100;
const MOST_NAMED = 3;
const LONGEST_NAME = 200;

/** Chapters found damaged while places were looked for, for the page of their book. What a file held before it changed counts no more. */
@Injectable()
export class DamagedChapterRepository implements DamagedChapters {
  damagedFiles(): string {
    return `SELECT d.book_file_id, count(*)::int AS count, (array_agg(d.name ORDER BY d.spine_index))[1:${MOST_NAMED}] AS names
      FROM damaged_chapters d JOIN book_files f ON f.id = d.book_file_id AND d.content = ${contentOfFile('f')}
      GROUP BY d.book_file_id`;
  }

  /** Keeps each once; none of a file that has changed meanwhile, nor of one that has so many already. */
  async store(
    tx: EntityManager,
    damaged: readonly (DamagedChapter & { readonly file: RecordedFile })[],
  ): Promise<void> {
    await tx.query(
      `INSERT INTO damaged_chapters (book_file_id, content, spine_index, name, found_at)
       SELECT x.book_file_id, x.content, x.spine_index, x.name, now()
       FROM unnest($1::int[], $2::text[], $3::int[], $4::text[]) AS x (book_file_id, content, spine_index, name)
       JOIN book_files f ON f.id = x.book_file_id AND ${contentOfFile('f')} = x.content
       WHERE (SELECT count(*) FROM damaged_chapters d WHERE (d.book_file_id, d.content) = (x.book_file_id, x.content)) < $5
       ON CONFLICT DO NOTHING`,
      [
        damaged.map(({ file }) => file.bookFileId),
        damaged.map(({ file }) => file.content),
        damaged.map(({ spineIndex }) => spineIndex),
        damaged.map(({ zipPath }) => chapterName(zipPath)),
        MOST_KEPT_CHAPTERS,
      ],
    );
  }

  /** Drops those of contents no file has any more. Looks at every row: for a job, never for a request. */
  async dropStale(tx: EntityManager): Promise<number> {
    const [, count] = await tx.query<[unknown, number]>(
      `DELETE FROM damaged_chapters d USING book_files f WHERE f.id = d.book_file_id AND d.content <> ${contentOfFile('f')}`,
    );
    return count;
  }
}

/** Names in a zip are anybody's: the part people need, without characters that would garble a page or a statement. */
function chapterName(zipPath: string): string {
  const name = Array.from(zipPath.replace(/[\p{Cc}\p{Cs}]/gu, '\uFFFD'));
  return name.length <= LONGEST_NAME ? name.join('') : `…${name.slice(-LONGEST_NAME).join('')}`;
}
