import { Injectable } from '@nestjs/common';
import { positionFromDevice } from '@bookorbit/domain-progress';
import type { EntityManager } from 'typeorm';
import type { StoredReport } from './progress.repository.ts';

interface ParkedRow {
  device_id: string;
  device_name: string;
  percentage: number;
  position: string | null;
  dom_version: number | null;
  read_at: Date | null;
  received_at: Date;
  sequence: string;
}

/** A report on a document that is no known file: its position is kept byte for byte. */
export interface ParkedReport extends Omit<StoredReport, 'sequence' | 'source' | 'position'> {
  readonly document: string;
  readonly progress?: string;
}

const COLUMNS = `device_id, device_name, percentage, position, dom_version, read_at, received_at, sequence`;

/** Progress of documents that match no file: kept as any kosync server would, until a file turns up. */
@Injectable()
export class ParkedProgressRepository {
  /**
   * Keeps the newest report of each device for each document.
   *
   * @param lastWriteWins Stock pushes count as they come; others by when they were read.
   */
  async park(
    tx: EntityManager,
    userId: number,
    reports: readonly ParkedReport[],
    lastWriteWins: boolean,
  ): Promise<void> {
    await tx.query(
      `INSERT INTO parked_progress AS p (user_id, document, ${COLUMNS})
       SELECT DISTINCT ON (r.document, r.device_id) $1, r.document, r.device_id, r.device_name, r.percentage, r.position, r.dom_version,
              to_timestamp(r.read_at), to_timestamp(r.received_at), nextval('progress_sequence')
       FROM jsonb_to_recordset($2::jsonb) AS r (n int, document text, device_id text, device_name text, percentage float8, position text,
            dom_version int, read_at float8, received_at float8)
       ORDER BY r.document, r.device_id, r.read_at DESC NULLS LAST, r.n DESC
       ON CONFLICT (user_id, document, device_id) DO UPDATE SET
         device_name = excluded.device_name, percentage = excluded.percentage, position = excluded.position,
         dom_version = excluded.dom_version, read_at = excluded.read_at, received_at = excluded.received_at, sequence = excluded.sequence
       WHERE $3 OR p.read_at IS NULL OR excluded.read_at >= p.read_at`,
      [userId, JSON.stringify(reports.map(recordOf)), lastWriteWins],
    );
  }

  /** The newest report on a document. */
  async findNewest(tx: EntityManager, userId: number, document: string): Promise<ParkedReport | undefined> {
    const [row] = await tx.query<ParkedRow[]>(
      `SELECT ${COLUMNS} FROM parked_progress WHERE user_id = $1 AND document = $2 ORDER BY read_at DESC NULLS LAST, sequence DESC LIMIT 1`,
      [userId, document],
    );
    return row && parkedOf(document, row);
  }

  /** Which of the documents have parked reports. */
  async findParked(tx: EntityManager, userId: number, documents: readonly string[]): Promise<string[]> {
    const rows = await tx.query<{ document: string }[]>(
      `SELECT DISTINCT document FROM parked_progress WHERE user_id = $1 AND document = ANY ($2)`,
      [userId, documents],
    );
    return rows.map(({ document }) => document);
  }

  /** Documents with parked reports that are, or were, files of a book by their fingerprint: those may have turned up since. */
  async findWaitingFor(tx: EntityManager, userId: number, bookId: number): Promise<string[]> {
    const rows = await tx.query<{ document: string }[]>(
      `SELECT DISTINCT p.document FROM book_files f JOIN file_identities i ON i.book_file_id = f.id
       JOIN parked_progress p ON p.user_id = $1 AND p.document = i.fingerprint::text WHERE f.book_id = $2`,
      [userId, bookId],
    );
    return rows.map(({ document }) => document);
  }

  /** Takes the reports on documents away, oldest first, to join files'. */
  async take(
    tx: EntityManager,
    userId: number,
    documents: readonly string[],
  ): Promise<(StoredReport & { readonly document: string })[]> {
    const [rows] = await tx.query<[(ParkedRow & { document: string })[], number]>(
      `DELETE FROM parked_progress WHERE user_id = $1 AND document = ANY ($2) RETURNING document, ${COLUMNS}`,
      [userId, documents],
    );
    return rows
      .map((row) => {
        const { progress, ...report } = parkedOf(row.document, row);
        return {
          ...report,
          source: 'koreader' as const,
          position: positionFromDevice(progress),
          sequence: Number(row.sequence),
        };
      })
      .sort((a, b) => a.sequence - b.sequence);
  }
}

function parkedOf(document: string, row: ParkedRow): ParkedReport {
  return {
    document,
    deviceId: row.device_id,
    deviceName: row.device_name,
    percentage: row.percentage,
    progress: row.position ?? undefined,
    domVersion: row.dom_version ?? undefined,
    readAt: row.read_at ? Math.floor(row.read_at.getTime() / 1000) : undefined,
    receivedAt: row.received_at.getTime() / 1000,
  };
}

function recordOf(report: ParkedReport, n: number) {
  return {
    n,
    document: report.document,
    device_id: report.deviceId,
    device_name: report.deviceName,
    percentage: report.percentage,
    position: report.progress,
    dom_version: report.domVersion,
    read_at: report.readAt,
    received_at: report.receivedAt,
  };
}
