import { Injectable } from '@nestjs/common';
import type { BookPlace, ProgressHistoryEntry } from '@bookorbit/contracts';
import { newestOf, type ProgressReport, standingOf } from '@bookorbit/domain-progress';
import type { EntityManager } from 'typeorm';
import type { UserPrincipal } from '../auth/index.ts';
import { Clock } from '../clock/index.ts';
import { Transaction } from '../database/index.ts';
import { MatchDocuments } from '../fingerprint/index.ts';
import { accessibleFiles, type BookPlaces } from '../libraries/index.ts';
import { ChapterNames } from '../positions/index.ts';
import { AdoptParkedProgress } from './adopt-parked-progress.ts';
import { ParkedProgressRepository } from './parked-progress.repository.ts';
import { reportOf, type ReportRow } from './progress.repository.ts';

const PLACE_COLUMNS = `p.device_id, p.source, p.device_name, p.percentage, p.xpointer, p.cfi, p.kobo_span, p.page, p.dom_version, p.read_at,
  p.received_at, p.sequence`;

interface PlaceRow extends ReportRow {
  readonly book_file_id: number;
  /** What the person calls the device, whatever it called itself when it reported. */
  readonly given_name: string | null;
}

interface StandingRow extends PlaceRow {
  readonly is_shared: boolean;
  /** When the place of the file was last set by hand. */
  readonly set_at: Date | null;
}

/** Places of books for the web app's pages. Without `koreader_sync` there is no KOReader place. */
@Injectable()
export class StoredBookPlaces implements BookPlaces {
  constructor(
    private readonly chapters: ChapterNames,
    private readonly parked: ParkedProgressRepository,
    private readonly matchDocuments: MatchDocuments,
    private readonly adoptParkedProgress: AdoptParkedProgress,
    private readonly transaction: Transaction,
    private readonly clock: Clock,
  ) {}

  canonicalPlaces(user: UserPrincipal, userParameter: string): string {
    // A user's own rows are few, so one table serves both cases; the file's newest place may be one this user may not see.
    return `SELECT DISTINCT ON (f.book_id) f.book_id, p.percentage, coalesce(p.read_at, p.received_at) AS read_at
      FROM ${placesTable(user)} p JOIN book_files f ON f.id = p.book_file_id
      WHERE p.user_id = ${userParameter} ${visible(user, 'p')}
      ORDER BY f.book_id, p.read_at DESC NULLS LAST, p.sequence DESC`;
  }

  async findPlaces(tx: EntityManager, user: UserPrincipal, bookId: number): Promise<BookPlace[]> {
    await this.adoptWaiting(tx, user.userId, bookId);
    const rows = await tx.query<StandingRow[]>(
      `WITH ${accessibleFiles('$1')},
       places AS (
         SELECT p.book_file_id, ${PLACE_COLUMNS}, false AS is_shared FROM device_progress p WHERE p.user_id = $1
         UNION ALL SELECT p.book_file_id, ${PLACE_COLUMNS}, true FROM file_progress p WHERE p.user_id = $1
       )
       SELECT p.*, d.given_name, r.set_at FROM places p JOIN accessible_files f ON f.id = p.book_file_id
       LEFT JOIN devices d ON d.user_id = $1 AND d.device_id = p.device_id
       LEFT JOIN progress_resets r ON r.user_id = $1 AND r.book_file_id = p.book_file_id
       WHERE f.book_id = $2 ${visible(user, 'p')}
       ORDER BY p.read_at DESC NULLS LAST, p.sequence DESC, p.is_shared`,
      [user.userId, bookId],
    );
    // What a device says that has not followed a reset is its own place and not the book's, however new it is.
    const shared = rows.filter(({ is_shared }) => is_shared);
    const told = maySeeKoreader(user) ? shared : rows.filter(({ is_shared }) => !is_shared);
    const canonical = newestOf(told.map(reportOf));
    const places = rows.filter((row, n) => !row.is_shared || rows[n - 1]?.sequence !== row.sequence);
    const chapters = await this.chapters.find(tx, places.map(placeInFile));
    return places.map((row, n) => ({ ...entryOf(row, chapters[n]), ...placedAgainst(row, canonical) }));
  }

  /** What devices said of a file before it was in a library joins it when somebody looks at its book, if no device spoke of it before. */
  private async adoptWaiting(tx: EntityManager, userId: number, bookId: number): Promise<void> {
    const documents = await this.parked.findWaitingFor(tx, userId, bookId);
    if (documents.length === 0) return;
    const asked = documents.map((document) => ({ document }));
    await this.transaction.run(async (own) => {
      const matches = await this.matchDocuments.run(own, userId, asked, this.clock.now());
      const found = [...matches].flatMap(([document, match]): [string, number][] =>
        match.kind === 'matched' ? [[document, match.bookFileId]] : [],
      );
      await this.adoptParkedProgress.run(own, userId, new Map(found));
    });
  }

  async findHistory(
    tx: EntityManager,
    user: UserPrincipal,
    bookId: number,
    limit: number,
  ): Promise<ProgressHistoryEntry[]> {
    const rows = await tx.query<PlaceRow[]>(
      `WITH ${accessibleFiles('$1')}
       SELECT h.*, d.given_name FROM progress_history h JOIN accessible_files f ON f.id = h.book_file_id
       LEFT JOIN devices d ON d.user_id = $1 AND d.device_id = h.device_id
       WHERE h.user_id = $1 AND f.book_id = $2 ${visible(user, 'h')}
       ORDER BY h.sequence DESC LIMIT $3`,
      [user.userId, bookId, limit],
    );
    const chapters = await this.chapters.find(tx, rows.map(placeInFile));
    return rows.map((row, n) => ({ ...entryOf(row, chapters[n]), id: Number(row.sequence) }));
  }
}

function maySeeKoreader(user: UserPrincipal): boolean {
  return user.permissions.includes('koreader_sync');
}

function placesTable(user: UserPrincipal): string {
  return maySeeKoreader(user) ? 'file_progress' : 'device_progress';
}

function visible(user: UserPrincipal, alias: string): string {
  return maySeeKoreader(user) ? '' : `AND ${alias}.source <> 'koreader'`;
}

function placeInFile(row: PlaceRow) {
  return {
    bookFileId: row.book_file_id,
    xpointer: row.xpointer ?? undefined,
    domVersion: row.dom_version ?? undefined,
  };
}

function placedAgainst(
  row: StandingRow,
  canonical: ProgressReport | undefined,
): Pick<BookPlace, 'isCanonical' | 'standing'> {
  const report = reportOf(row);
  return {
    isCanonical: canonical?.sequence === report.sequence,
    standing: standingOf(report, canonical ?? report, row.set_at ? Math.floor(row.set_at.getTime() / 1000) : undefined),
  };
}

function entryOf(row: PlaceRow, chapter: string | undefined) {
  return {
    fileId: row.book_file_id,
    source: row.source,
    deviceId: row.device_id,
    deviceName: (row.given_name ?? row.device_name) || undefined,
    percentage: row.percentage,
    readAt: row.read_at?.toISOString(),
    receivedAt: row.received_at.toISOString(),
    chapter,
  };
}
