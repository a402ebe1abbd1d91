import { Injectable } from '@nestjs/common';
import type {
  ImportBook,
  ImportFile,
  ImportState,
  ImportTotals,
  ImportUndo,
  ImportUnmatched,
} from '@bookorbit/contracts';
import type { ImportedAnnotation } from '@bookorbit/domain-annotations';
import type { StatisticsRows } from '@bookorbit/book-files';
import type { EntityManager } from 'typeorm';
import type { StoredBookState } from '../book-states/index.ts';
import type { StoredReport } from '../progress/index.ts';
import type { ImportedDocument } from './imported-document.ts';

/** An import as it is kept. */
export interface StoredImport {
  readonly id: number;
  readonly state: ImportState;
  readonly deviceId: string;
  readonly deviceName: string;
  readonly files: readonly ImportFile[];
  readonly done: number;
  readonly total: number;
  readonly totals: ImportTotals | null;
  readonly undo: ImportUndo | null;
  readonly problem: string | null;
  readonly createdAt: Date;
  readonly appliedAt: Date | null;
  readonly undoneAt: Date | null;
  readonly expiresAt: Date;
}

/** Steps that go through every document. */
export type ImportStep = 'reading' | 'applying' | 'undoing';

/** What would come of a document, or came. */
export type DocumentOutcome =
  | { readonly kind: 'book'; readonly book: ImportBook }
  | { readonly kind: 'unmatched'; readonly unmatched: ImportUnmatched };

/** What taking a document back needs to know. */
export interface DocumentJournal {
  readonly bookId: number;
  readonly bookFileId: number;
  readonly annotations: readonly ImportedAnnotation[];
  readonly stateBefore: StoredBookState;
  readonly stateAfter: StoredBookState;
  readonly sharedBefore?: StoredReport;
}

/** A document of an import. */
export interface StoredDocument {
  readonly said: ImportedDocument;
  readonly step: '' | ImportStep;
  readonly outcome: DocumentOutcome | null;
  readonly journal: DocumentJournal | null;
}

const COLUMNS = `id::int, state, device_id AS "deviceId", device_name AS "deviceName", files, done, total, totals, undo, problem,
  created_at AS "createdAt", applied_at AS "appliedAt", undone_at AS "undoneAt", expires_at AS "expiresAt"`;

/** Imports of users: what was sent, and how far each is. */
@Injectable()
export class ImportRepository {
  async create(
    tx: EntityManager,
    userId: number,
    made: {
      readonly id: number;
      readonly deviceId: string;
      readonly deviceName: string;
      readonly createdAt: Date;
      readonly expiresAt: Date;
    },
  ): Promise<void> {
    await tx.query(
      `INSERT INTO imports (user_id, id, state, device_id, device_name, files, created_at, expires_at) VALUES ($1, $2, 'reading', $3, $4, '[]', $5, $6)`,
      [userId, made.id, made.deviceId, made.deviceName, made.createdAt, made.expiresAt],
    );
  }

  async nextId(tx: EntityManager): Promise<number> {
    const [row] = await tx.query<{ id: string }[]>(`SELECT nextval('imports_id') AS id`);
    return Number(row?.id);
  }

  /** Newest first. */
  list(tx: EntityManager, userId: number): Promise<StoredImport[]> {
    return tx.query(`SELECT ${COLUMNS} FROM imports WHERE user_id = $1 ORDER BY id DESC`, [userId]);
  }

  async find(tx: EntityManager, userId: number, id: number): Promise<StoredImport | undefined> {
    const [row] = await tx.query<StoredImport[]>(`SELECT ${COLUMNS} FROM imports WHERE user_id = $1 AND id = $2`, [
      userId,
      id,
    ]);
    return row;
  }

  /** The same, and nobody else changes its state until the transaction ends. */
  async lock(tx: EntityManager, userId: number, id: number): Promise<StoredImport | undefined> {
    const [row] = await tx.query<StoredImport[]>(
      `SELECT ${COLUMNS} FROM imports WHERE user_id = $1 AND id = $2 FOR UPDATE`,
      [userId, id],
    );
    return row;
  }

  /** Sets what is given, and leaves the rest. */
  async change(
    tx: EntityManager,
    userId: number,
    id: number,
    change: Partial<Omit<StoredImport, 'id' | 'deviceId' | 'deviceName' | 'createdAt'>>,
  ): Promise<void> {
    const json = (value: unknown) => (value === undefined ? null : JSON.stringify(value));
    await tx.query(
      `UPDATE imports SET state = coalesce($3, state), files = coalesce($4::jsonb, files), done = coalesce($5, done), total = coalesce($6, total),
         totals = coalesce($7::jsonb, totals), undo = coalesce($8::jsonb, undo), problem = coalesce($9, problem),
         applied_at = coalesce($10, applied_at), undone_at = coalesce($11, undone_at), expires_at = coalesce($12, expires_at)
       WHERE user_id = $1 AND id = $2`,
      [
        userId,
        id,
        change.state ?? null,
        json(change.files),
        change.done ?? null,
        change.total ?? null,
        json(change.totals),
        json(change.undo),
        change.problem ?? null,
        change.appliedAt ?? null,
        change.undoneAt ?? null,
        change.expiresAt ?? null,
      ],
    );
  }

  async remove(tx: EntityManager, userId: number, id: number): Promise<void> {
    await tx.query(`DELETE FROM imports WHERE user_id = $1 AND id = $2`, [userId, id]);
  }

  async addDocuments(
    tx: EntityManager,
    userId: number,
    id: number,
    documents: readonly ImportedDocument[],
  ): Promise<void> {
    await tx.query(
      `INSERT INTO import_documents (user_id, import_id, document, said)
       SELECT $1, $2, s.said ->> 'document', s.said FROM jsonb_array_elements($3::jsonb) AS s (said)`,
      [userId, id, JSON.stringify(documents)],
    );
  }

  async addPageStats(
    tx: EntityManager,
    userId: number,
    id: number,
    document: string,
    part: number,
    rows: StatisticsRows,
  ): Promise<void> {
    await tx.query(
      `INSERT INTO import_page_stats (user_id, import_id, document, part, pages, start_times, durations, total_pages)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [userId, id, document, part, rows.pages, rows.startTimes, rows.durations, rows.totalPages],
    );
  }

  /** Documents a step has still to go through. */
  async findOpen(tx: EntityManager, userId: number, id: number, step: ImportStep): Promise<string[]> {
    const rows = await tx.query<{ document: string }[]>(
      `SELECT document FROM import_documents WHERE user_id = $1 AND import_id = $2 AND step <> $3 ORDER BY document`,
      [userId, id, step],
    );
    return rows.map(({ document }) => document);
  }

  /** A document, and nobody else works on it until the transaction ends. */
  async lockDocument(
    tx: EntityManager,
    userId: number,
    id: number,
    document: string,
  ): Promise<StoredDocument | undefined> {
    const [row] = await tx.query<StoredDocument[]>(
      `SELECT said, step, outcome, journal FROM import_documents WHERE user_id = $1 AND import_id = $2 AND document = $3 FOR UPDATE`,
      [userId, id, document],
    );
    return row;
  }

  /** Parts of the page stats of a document. */
  async findParts(tx: EntityManager, userId: number, id: number, document: string): Promise<number[]> {
    const rows = await tx.query<{ part: number }[]>(
      `SELECT part FROM import_page_stats WHERE user_id = $1 AND import_id = $2 AND document = $3 ORDER BY part`,
      [userId, id, document],
    );
    return rows.map(({ part }) => part);
  }

  async findPart(
    tx: EntityManager,
    userId: number,
    id: number,
    document: string,
    part: number,
  ): Promise<StatisticsRows> {
    const [row] = await tx.query<(Omit<StatisticsRows, 'startTimes'> & { readonly startTimes: readonly string[] })[]>(
      `SELECT pages, start_times AS "startTimes", durations, total_pages AS "totalPages" FROM import_page_stats
       WHERE user_id = $1 AND import_id = $2 AND document = $3 AND part = $4`,
      [userId, id, document, part],
    );
    if (!row) throw new Error('page stats of an import are gone');
    return { ...row, startTimes: row.startTimes.map(Number) };
  }

  async saveDocument(
    tx: EntityManager,
    userId: number,
    id: number,
    document: string,
    saved: { readonly step: ImportStep; readonly outcome?: DocumentOutcome; readonly journal?: DocumentJournal },
  ): Promise<void> {
    await tx.query(
      `UPDATE import_documents SET step = $4, outcome = coalesce($5::jsonb, outcome), journal = coalesce($6::jsonb, journal)
       WHERE user_id = $1 AND import_id = $2 AND document = $3`,
      [
        userId,
        id,
        document,
        saved.step,
        saved.outcome ? JSON.stringify(saved.outcome) : null,
        saved.journal ? JSON.stringify(saved.journal) : null,
      ],
    );
  }

  async findOutcomes(tx: EntityManager, userId: number, id: number): Promise<DocumentOutcome[]> {
    const rows = await tx.query<{ outcome: DocumentOutcome }[]>(
      `SELECT outcome FROM import_documents WHERE user_id = $1 AND import_id = $2 AND outcome IS NOT NULL ORDER BY document`,
      [userId, id],
    );
    return rows.map(({ outcome }) => outcome);
  }

  /** Documents of other imports that are applied and came to the same file. */
  findOthers(
    tx: EntityManager,
    userId: number,
    id: number,
    bookFileId: number,
  ): Promise<
    { readonly id: number; readonly deviceId: string; readonly deviceName: string; readonly document: string }[]
  > {
    return tx.query(
      `SELECT i.id::int, i.device_id AS "deviceId", i.device_name AS "deviceName", d.document
       FROM imports i JOIN import_documents d ON d.user_id = i.user_id AND d.import_id = i.id AND (d.journal ->> 'bookFileId')::int = $3
       WHERE i.user_id = $1 AND i.id <> $2 AND i.state = 'applied' ORDER BY i.id, d.document`,
      [userId, id, bookFileId],
    );
  }

  /** Imports are devices of their own, that nothing waits for. */
  async createDevice(tx: EntityManager, userId: number, deviceId: string, name: string, now: Date): Promise<void> {
    await tx.query(
      `INSERT INTO devices (user_id, device_id, kind, name, retired_at, first_seen_at, last_seen_at) VALUES ($1, $2, 'import', $3, $4, $4, $4)
       ON CONFLICT (user_id, device_id) DO NOTHING`,
      [userId, deviceId, name, now],
    );
  }

  async findTimeZone(tx: EntityManager, userId: number): Promise<string> {
    const [row] = await tx.query<{ time_zone: string }[]>(`SELECT time_zone FROM users WHERE id = $1`, [userId]);
    return row?.time_zone ?? 'UTC';
  }

  /** Forgets uploads nobody applied, and what was kept to take others back. Returns how many. */
  async expire(tx: EntityManager, now: Date, broken: Date): Promise<number> {
    const [, gone] = await tx.query<[unknown[], number]>(
      `DELETE FROM imports WHERE (expires_at < $1 AND state IN ('ready', 'failed', 'undone')) OR (state = 'reading' AND created_at < $2)`,
      [now, broken],
    );
    const kept = `i.expires_at < $1 AND i.state = 'applied'`;
    for (const table of ['import_page_stats', 'import_documents'])
      await tx.query(
        `DELETE FROM ${table} d USING imports i WHERE i.user_id = d.user_id AND i.id = d.import_id AND ${kept}`,
        [now],
      );
    return gone;
  }
}
