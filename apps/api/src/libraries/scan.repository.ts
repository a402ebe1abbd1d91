import { Injectable } from '@nestjs/common';
import type { ScanProgress } from '@bookorbit/contracts';
import type { EntityManager } from 'typeorm';
import type { FilePlace } from './read-file.ts';
import type { StoreOutcome } from './store-files.ts';

/** A scan that shows no sign of life for this long is dead, whatever became of its jobs. */
const DEAD_AFTER_MINUTES = 30;

/** A part of a folder that could not be walked: its files keep their state. */
export interface UnreadPlace {
  readonly folderId: number;
  /** Below the folder; '' for all of it. */
  readonly path: string;
}

export interface ScanRow {
  readonly id: number;
  readonly libraryId: number;
  readonly state: ScanProgress['state'];
  readonly walkedAt: Date | null;
  readonly unsettled: number;
  /** Milliseconds since somebody worked on it. */
  readonly idleMs: number;
}

/** A file waiting to be read. */
export interface PendingRead extends FilePlace {
  readonly id: number;
  readonly libraryId: number;
}

/** Scans and what they have yet to read. */
@Injectable()
export class ScanRepository {
  /** Locks the library, so that its scans begin and end one after the other. False when it is deleted. */
  async lockLibrary(tx: EntityManager, libraryId: number): Promise<boolean> {
    const rows: unknown[] = await tx.query(
      `SELECT 1 FROM libraries WHERE id = $1 AND deleted_at IS NULL FOR NO KEY UPDATE`,
      [libraryId],
    );
    return rows.length > 0;
  }

  async lockScan(tx: EntityManager, scanId: number): Promise<ScanRow | undefined> {
    const [row]: ScanRow[] = await tx.query(
      `SELECT id, library_id AS "libraryId", state, walked_at AS "walkedAt", files_unsettled AS unsettled,
         (extract(epoch FROM now() - touched_at) * 1000)::float8 AS "idleMs"
       FROM scans WHERE id = $1 FOR UPDATE`,
      [scanId],
    );
    return row;
  }

  async findLibrary(tx: EntityManager, scanId: number): Promise<number | undefined> {
    const [row]: { libraryId: number }[] = await tx.query(`SELECT library_id AS "libraryId" FROM scans WHERE id = $1`, [
      scanId,
    ]);
    return row?.libraryId;
  }

  async findQueued(tx: EntityManager, libraryId: number): Promise<number | undefined> {
    const [row]: { id: number }[] = await tx.query(`SELECT id FROM scans WHERE library_id = $1 AND state = 'queued'`, [
      libraryId,
    ]);
    return row?.id;
  }

  async failDeadScans(tx: EntityManager, libraryId: number, now: Date): Promise<void> {
    await tx.query(
      `UPDATE scans SET state = 'failed', ended_at = $2, problem = 'The scan stopped before its end; a new one starts over.'
       WHERE library_id = $1 AND state = 'running' AND touched_at < now() - make_interval(mins => $3)`,
      [libraryId, now, DEAD_AFTER_MINUTES],
    );
  }

  /** The scan that waits to begin, and whether another is under way. */
  async queue(tx: EntityManager, libraryId: number, now: Date): Promise<{ scanId: number; isOtherRunning: boolean }> {
    await tx.query(
      `INSERT INTO scans (library_id, state, requested_at, touched_at) VALUES ($1, 'queued', $2, now())
       ON CONFLICT (library_id, state) WHERE state IN ('queued', 'running') DO NOTHING`,
      [libraryId, now],
    );
    const rows: { id: number; state: string }[] = await tx.query(
      `SELECT id, state FROM scans WHERE library_id = $1 AND state IN ('queued', 'running')`,
      [libraryId],
    );
    const queued = rows.find(({ state }) => state === 'queued');
    if (!queued) throw new Error('A queued scan has gone while its library was locked');
    return { scanId: queued.id, isOtherRunning: rows.some(({ state }) => state === 'running') };
  }

  /** Begins a walk, or begins it anew after its process died. @returns Number of this walk; only the latest may go on. */
  async beginWalk(tx: EntityManager, scanId: number, now: Date): Promise<number> {
    await tx.query(`DELETE FROM scan_sightings WHERE scan_id = $1`, [scanId]);
    const [rows]: [{ attempt: number }[], number] = await tx.query(
      `UPDATE scans SET state = 'running', attempt = attempt + 1, started_at = coalesce(started_at, $2), touched_at = now(),
         files_found = 0, files_unsettled = 0
       WHERE id = $1 RETURNING attempt`,
      [scanId, now],
    );
    return rows[0]?.attempt ?? 0;
  }

  /** Leaves a walk to whoever comes next, at once. */
  async letGo(tx: EntityManager, scanId: number, attempt: number, idleMs: number): Promise<void> {
    await tx.query(`UPDATE scans SET touched_at = now() - make_interval(secs => $3) WHERE id = $1 AND attempt = $2`, [
      scanId,
      attempt,
      idleMs / 1000,
    ]);
  }

  /** Folders of a library that are walked. */
  findFolders(tx: EntityManager, libraryId: number): Promise<{ id: number; path: string; hasFiles: boolean }[]> {
    return tx.query(
      `SELECT d.id, d.path, EXISTS (
         SELECT 1 FROM book_files f WHERE f.folder_id = d.id AND f.library_id = $1 AND f.missing_since IS NULL
       ) AS "hasFiles"
       FROM library_folders d WHERE d.library_id = $1 AND d.removed_at IS NULL ORDER BY d.id`,
      [libraryId],
    );
  }

  /** What is known of the files at these paths: one row each at most. */
  findAtPaths(tx: EntityManager, folderId: number, paths: readonly string[]): Promise<FileAtPath[]> {
    return tx.query(
      `SELECT f.id, f.path, f.size::float8 AS size, f.mtime_ms::float8 AS "mtimeMs", f.inode,
         f.reader_version AS "readerVersion"
       FROM unnest($2::text[]) x(path)
       JOIN book_files f ON f.folder_id = $1 AND md5(f.path) = md5(x.path) AND f.path = x.path
       WHERE f.missing_since IS NULL AND f.library_id IS NOT NULL`,
      [folderId, paths],
    );
  }

  async see(tx: EntityManager, scanId: number, fileIds: readonly number[]): Promise<void> {
    await tx.query(
      `INSERT INTO scan_sightings (scan_id, book_file_id) SELECT $1, unnest($2::int[]) ON CONFLICT DO NOTHING`,
      [scanId, fileIds],
    );
  }

  /** @returns Ids of those that were not waiting already. */
  async addPending(tx: EntityManager, scanId: number, folderId: number, paths: readonly string[]): Promise<number[]> {
    if (paths.length === 0) return [];
    const rows: { id: number }[] = await tx.query(
      `INSERT INTO pending_reads (scan_id, folder_id, path) SELECT $1, $2, unnest($3::text[])
       ON CONFLICT (scan_id, folder_id, md5(path)) DO NOTHING RETURNING id`,
      [scanId, folderId, paths],
    );
    return rows.map(({ id }) => id);
  }

  /** Counts what a walk has found. False when the walk is over: another began, the scan failed, the library was deleted. */
  async countFound(
    tx: EntityManager,
    scanId: number,
    attempt: number,
    counts: { readonly found: number; readonly toRead: number; readonly unsettled: number },
  ): Promise<boolean> {
    const [rows]: [unknown[], number] = await tx.query(
      `UPDATE scans SET files_found = files_found + $3, files_to_read = files_to_read + $4,
         files_unsettled = files_unsettled + $5, touched_at = now()
       WHERE id = $1 AND attempt = $2 AND state = 'running' RETURNING id`,
      [scanId, attempt, counts.found, counts.toRead, counts.unsettled],
    );
    return rows.length > 0;
  }

  async endWalk(
    tx: EntityManager,
    scanId: number,
    attempt: number,
    unread: readonly UnreadPlace[],
    now: Date,
  ): Promise<void> {
    await tx.query(
      `UPDATE scans SET walked_at = $3, unread_places = $4::jsonb, touched_at = now()
       WHERE id = $1 AND attempt = $2 AND state = 'running'`,
      [scanId, attempt, now, JSON.stringify(unread)],
    );
  }

  async setFolderProblem(tx: EntityManager, folderId: number, problem: string | null): Promise<void> {
    await tx.query(`UPDATE library_folders SET problem = $2 WHERE id = $1 AND problem IS DISTINCT FROM $2`, [
      folderId,
      problem,
    ]);
  }

  findPending(tx: EntityManager, scanId: number, pendingIds: readonly number[]): Promise<PendingRead[]> {
    return tx.query(
      `SELECT p.id, p.folder_id AS "folderId", p.path, d.path AS "folderPath", d.library_id AS "libraryId"
       FROM pending_reads p
       JOIN scans s ON s.id = p.scan_id AND s.state = 'running'
       JOIN library_folders d ON d.id = p.folder_id AND d.removed_at IS NULL
       WHERE p.scan_id = $1 AND p.id = ANY($2::int[]) ORDER BY p.id`,
      [scanId, pendingIds],
    );
  }

  /** Ticks files off. @returns Those that were still waiting: only they may be stored and counted. */
  async takePending(tx: EntityManager, scanId: number, pendingIds: readonly number[]): Promise<ReadonlySet<number>> {
    const [rows]: [{ id: number }[], number] = await tx.query(
      `DELETE FROM pending_reads p USING library_folders d
       WHERE p.scan_id = $1 AND p.id = ANY($2::int[]) AND d.id = p.folder_id AND d.removed_at IS NULL RETURNING p.id`,
      [scanId, pendingIds],
    );
    return new Set(rows.map(({ id }) => id));
  }

  async countRead(
    tx: EntityManager,
    scanId: number,
    counts: StoreOutcome & { readonly read: number; readonly unsettled: number },
  ): Promise<void> {
    await tx.query(
      `UPDATE scans SET files_read = files_read + $2, files_added = files_added + $3, files_changed = files_changed + $4,
         files_moved = files_moved + $5, files_returned = files_returned + $6, files_vanished = files_vanished + $7,
         files_with_problem = files_with_problem + $8, files_unsettled = files_unsettled + $9, touched_at = now()
       WHERE id = $1`,
      [
        scanId,
        counts.read,
        counts.added,
        counts.changed,
        counts.moved,
        counts.returned,
        counts.vanished,
        counts.withProblem,
        counts.unsettled,
      ],
    );
  }

  async hasPending(tx: EntityManager, scanId: number): Promise<boolean> {
    const rows: unknown[] = await tx.query(`SELECT 1 FROM pending_reads WHERE scan_id = $1 LIMIT 1`, [scanId]);
    return rows.length > 0;
  }

  /** Marks files as missing that a whole walk did not meet, except below places it could not read. @returns Their books. */
  async markVanished(tx: EntityManager, scan: ScanRow, now: Date): Promise<{ readonly bookId: number }[]> {
    const [rows]: [{ bookId: number }[], number] = await tx.query(
      `UPDATE book_files f SET missing_since = $3
       FROM library_folders d
       WHERE d.id = f.folder_id AND d.library_id = $2 AND d.removed_at IS NULL
         AND f.library_id = $2 AND f.missing_since IS NULL
         AND NOT EXISTS (SELECT 1 FROM scan_sightings s WHERE s.scan_id = $1 AND s.book_file_id = f.id)
         AND NOT EXISTS (
           SELECT 1 FROM scans s, jsonb_to_recordset(s.unread_places) AS x("folderId" int, path text)
           WHERE s.id = $1 AND x."folderId" = f.folder_id
             AND (x.path = '' OR f.path = x.path OR starts_with(f.path, x.path || '/'))
         )
       RETURNING f.book_id AS "bookId"`,
      [scan.id, scan.libraryId, now],
    );
    return rows;
  }

  async end(
    tx: EntityManager,
    scanId: number,
    end: { readonly state: 'done' | 'failed'; readonly vanished: number; readonly problem?: string },
    now: Date,
  ): Promise<void> {
    await tx.query(`DELETE FROM scan_sightings WHERE scan_id = $1`, [scanId]);
    await tx.query(`DELETE FROM pending_reads WHERE scan_id = $1`, [scanId]);
    await tx.query(
      `UPDATE scans SET state = $2, files_vanished = files_vanished + $3, problem = $4, ended_at = $5, touched_at = now()
       WHERE id = $1`,
      [scanId, end.state, end.vanished, end.problem ?? null, now],
    );
  }

  /** How far a scan is, or each library's newest one. */
  async findProgress(tx: EntityManager, scanId: number): Promise<ScanProgress | undefined> {
    const [row]: ProgressRow[] = await tx.query(`SELECT ${PROGRESS} FROM scans s WHERE s.id = $1`, [scanId]);
    return row && progressOf(row);
  }

  async findNewest(tx: EntityManager, libraryIds: readonly number[]): Promise<ReadonlyMap<number, ScanProgress>> {
    const rows: ProgressRow[] = await tx.query(
      `SELECT DISTINCT ON (s.library_id) ${PROGRESS} FROM scans s WHERE s.library_id = ANY($1::int[])
       ORDER BY s.library_id, (s.state = 'running') DESC, s.id DESC`,
      [libraryIds],
    );
    return new Map(rows.map((row) => [row.libraryId, progressOf(row)]));
  }
}

export interface FileAtPath {
  readonly id: number;
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
  readonly inode: string;
  readonly readerVersion: number;
}

const PROGRESS = `s.library_id AS "libraryId", s.state, s.files_found AS "filesFound", s.files_to_read AS "filesToRead",
  s.files_read AS "filesRead", s.files_added AS "filesAdded", s.files_changed AS "filesChanged",
  s.files_moved AS "filesMoved", s.files_vanished AS "filesVanished", s.files_returned AS "filesReturned",
  s.files_with_problem AS "filesWithProblem", s.started_at AS "startedAt", s.ended_at AS "endedAt", s.problem`;

type ProgressRow = Omit<ScanProgress, 'startedAt' | 'endedAt' | 'problem'> & {
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  readonly problem: string | null;
};

function progressOf({ startedAt, endedAt, problem, ...counts }: ProgressRow): ScanProgress {
  return {
    ...counts,
    ...(startedAt && { startedAt: startedAt.toISOString() }),
    ...(endedAt && { endedAt: endedAt.toISOString() }),
    ...(problem !== null && { problem }),
  };
}
