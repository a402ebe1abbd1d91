import { readdir } from 'node:fs/promises';
import { partialMd5, readBookFile } from '@bookorbit/book-files';
import { judgeChange } from '@bookorbit/domain-fingerprint';
import type { EntityManager } from 'typeorm';
import type { FoundFile, KnownFile } from './place-reading.ts';
import { absolutePath, isInside, withPlainPath } from './read-file.ts';
import { tellUnforeseen } from './tell-unforeseen.ts';
import { isAbsence, statFile } from './walk-folder.ts';

/** A known file as the table has it, with where it should lie. */
export type KnownRow = Omit<KnownFile, 'isGone'> & { readonly folderPath: string };

/** Rows that some of the found files may be: those at their paths, and those with their fingerprints or inodes. */
export async function findKnownFiles(tx: EntityManager, found: readonly FoundFile[]): Promise<KnownRow[]> {
  const rows: (Omit<KnownRow, 'size'> & { size: string; titleFrom: string; isbn: string | null })[] = await tx.query(
    `WITH found AS (
       SELECT * FROM jsonb_to_recordset($1::jsonb) AS x(folder_id int, path text, fingerprint text, inode text)
     ), candidates AS (
       SELECT f.id FROM found x JOIN book_files f ON f.folder_id = x.folder_id AND md5(f.path) = md5(x.path)
       UNION SELECT f.id FROM found x JOIN book_files f ON f.fingerprint = x.fingerprint::character(32)
       UNION SELECT f.id FROM found x JOIN book_files f ON f.inode = x.inode AND f.missing_since IS NULL
     )
     SELECT f.id, f.book_id AS "bookId", b.library_id AS "bookLibraryId", f.library_id AS "libraryId",
       f.folder_id AS "folderId", d.path AS "folderPath", f.path, f.size, f.inode, f.fingerprint,
       f.content_signature AS "contentSignature", f.title, f.title_from AS "titleFrom", f.authors, f.identifiers,
       f.page_count AS "pageCount", f.missing_since IS NOT NULL AS "isMissing"
     FROM candidates c
     JOIN book_files f ON f.id = c.id
     JOIN books b ON b.id = f.book_id
     JOIN library_folders d ON d.id = f.folder_id
     ORDER BY f.id`,
    [
      JSON.stringify(
        found.map(({ folderId, path, fingerprint, inode }) => ({ folder_id: folderId, path, fingerprint, inode })),
      ),
    ],
  );
  return rows.map(({ size, titleFrom, title, contentSignature, pageCount, ...row }) => ({
    ...row,
    size: Number(size),
    title: titleFrom === 'content' ? title : undefined,
    contentSignature: contentSignature ?? undefined,
    pageCount: pageCount ?? undefined,
  }));
}

/** Says of a row, as it was when it was asked about, whether its file has left its path. */
export type GoneFiles = ReadonlyMap<number, Pick<KnownRow, 'folderId' | 'path' | 'fingerprint'>>;

/** Looks on disk for the rows that another path's file may be. Rows at the found paths themselves are left out. */
export async function findGoneFiles(rows: readonly KnownRow[], found: readonly FoundFile[]): Promise<GoneFiles> {
  const gone = new Map<number, KnownRow>();
  for (const row of rows) {
    if (!row.isMissing && row.libraryId !== null && isWantedElsewhere(row, found) && (await hasLeft(row))) {
      gone.set(row.id, row);
    }
  }
  return gone;
}

/** The row with what was found out about it, unless it has changed since. */
export function withGone(row: KnownRow, gone: GoneFiles): KnownFile {
  const asked = gone.get(row.id);
  const isGone = asked?.folderId === row.folderId && asked.path === row.path && asked.fingerprint === row.fingerprint;
  return { ...row, isGone };
}

function isWantedElsewhere(row: KnownRow, found: readonly FoundFile[]): boolean {
  return found.some(
    (file) =>
      (file.folderId !== row.folderId || file.path !== row.path) &&
      (file.inode === row.inode || (file.fingerprint !== null && file.fingerprint === row.fingerprint)),
  );
}

/** False whenever it cannot be said: a drive that is not there has lost no files. */
async function hasLeft(row: KnownRow): Promise<boolean> {
  const path = absolutePath(row);
  try {
    const stat = await statFile(path);
    if (!stat) return await isMounted(row.folderPath);
    if (!(await isInside(path, row.folderPath))) return true;
    return await withPlainPath(path, row.path, async (plain) => {
      if ((await partialMd5(plain)) === row.fingerprint) return false;
      const reading = await readBookFile(plain, { onUnforeseen: tellUnforeseen });
      const { metadata, contentSignature, pageCount } = reading;
      const now = {
        contentSignature,
        pageCount,
        title: metadata.titleFrom === 'content' ? metadata.title : undefined,
        authors: metadata.authors.map(({ name }) => name),
        identifiers: metadata.identifiers.map(({ scheme, value }) => `${scheme}:${value}`),
      };
      return judgeChange(row, now).kind === 'replaced';
    });
  } catch (error) {
    return isAbsence(error) && (await isMounted(row.folderPath));
  }
}

/** An empty folder may be the place where a drive is mounted at other times. */
async function isMounted(folderPath: string): Promise<boolean> {
  try {
    return (await readdir(folderPath)).length > 0;
  } catch {
    return false;
  }
}
