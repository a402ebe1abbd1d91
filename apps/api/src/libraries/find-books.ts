import { Inject, Injectable, Optional } from '@nestjs/common';
import type {
  BookCard,
  BookDetail,
  BookFileDetail,
  BookFormat,
  BookList,
  BookPlace,
  BookProblem,
  BookQuery,
  ProgressHistory,
} from '@bookorbit/contracts';
import type { EntityManager } from 'typeorm';
import type { UserPrincipal } from '../auth/index.ts';
import { Refusal } from '../http/index.ts';
import { accessibleBooks, accessibleFiles } from './accessible-files.ts';
import { BOOK_PLACES, type BookPlaces, NO_PLACES } from './book-places.ts';
import { orderBy, searchPatterns } from './book-search.ts';
import { DAMAGED_CHAPTERS, type DamagedChapters, NO_DAMAGED_CHAPTERS, problemOfChapters } from './damaged-chapters.ts';
import { FORMATS_BY_PREFERENCE } from './refresh-books.ts';

const DEFAULT_LIMIT = 60;
const HISTORY_LIMIT = 500;

/** What a user sees of the books they may read. Every answer costs the same number of statements, however many books there are. */
@Injectable()
export class FindBooks {
  constructor(
    @Optional() @Inject(BOOK_PLACES) private readonly places: BookPlaces = NO_PLACES,
    @Optional() @Inject(DAMAGED_CHAPTERS) private readonly damagedChapters: DamagedChapters = NO_DAMAGED_CHAPTERS,
  ) {}

  async list(tx: EntityManager, user: UserPrincipal, query: BookQuery): Promise<BookList> {
    const { offset = 0, limit = DEFAULT_LIMIT } = query;
    const patterns = searchPatterns(query.q);
    const parameters = [user.userId, query.libraryId ?? null, query.only ?? null, ...patterns];
    const hasProblem = this.hasProblem();
    const wanted = [wantedBy(hasProblem), ...patterns.map((_, index) => `b.search LIKE $${index + 4}`)].join(' AND ');
    const [counted]: { total: number }[] = await tx.query(
      `WITH ${accessibleBooks('$1')} SELECT count(*)::int AS total FROM accessible_books b WHERE ${wanted}`,
      parameters,
    );
    const rows: CardRow[] = await tx.query(
      `WITH ${accessibleBooks('$1')}
       SELECT ${cardColumns(hasProblem)} FROM accessible_books b
       LEFT JOIN (${this.places.canonicalPlaces(user, '$1')}) p ON p.book_id = b.id
       WHERE ${wanted} ORDER BY ${orderBy(query)} OFFSET $${parameters.length + 1} LIMIT $${parameters.length + 2}`,
      [...parameters, offset, limit],
    );
    return { books: rows.map(cardOf), total: counted?.total ?? 0, offset };
  }

  /** @throws Refusal when there is no such book or the user may not see it. */
  async detail(tx: EntityManager, user: UserPrincipal, bookId: number): Promise<BookDetail> {
    const [row]: DetailRow[] = await tx.query(
      `WITH ${accessibleBooks('$1')}
       SELECT ${cardColumns(this.hasProblem())}, b.library_id AS "libraryId", l.name AS "libraryName", b.description, b.language, b.publisher,
         b.published, b.isbn, b.added_at AS "addedAt"
       FROM accessible_books b JOIN libraries l ON l.id = b.library_id
       LEFT JOIN (${this.places.canonicalPlaces(user, '$1')}) p ON p.book_id = b.id
       WHERE b.id = $2`,
      [user.userId, bookId],
    );
    if (!row) throw noSuchBook();
    const { libraryId, libraryName, addedAt, description, language, publisher, published, isbn } = row;
    const places = await this.places.findPlaces(tx, user, bookId);
    return {
      ...cardOf(row),
      libraryId,
      libraryName,
      ...present({ description, language, publisher, published, isbn }),
      addedAt: addedAt.toISOString(),
      files: await this.files(tx, user, bookId, places),
      places,
    };
  }

  /** 0 without a cover. @throws Refusal when there is no such book or the user may not see it. */
  async coverVersion(tx: EntityManager, user: UserPrincipal, bookId: number): Promise<number> {
    const [row]: { version: number }[] = await tx.query(
      `WITH ${accessibleBooks('$1')} SELECT cover_version AS version FROM accessible_books WHERE id = $2`,
      [user.userId, bookId],
    );
    if (!row) throw noSuchBook();
    return row.version;
  }

  /** @throws Refusal when there is no such book or the user may not see it. */
  async history(tx: EntityManager, user: UserPrincipal, bookId: number): Promise<ProgressHistory> {
    const rows: unknown[] = await tx.query(
      `WITH ${accessibleBooks('$1')} SELECT 1 FROM accessible_books WHERE id = $2`,
      [user.userId, bookId],
    );
    if (rows.length === 0) throw noSuchBook();
    return { entries: await this.places.findHistory(tx, user, bookId, HISTORY_LIMIT) };
  }

  /** Condition on a book `b`: some file of it that is on disk has a stated problem. */
  private hasProblem(): string {
    return `(b.has_problem OR b.id IN (
      SELECT f.book_id FROM book_files f JOIN (${this.damagedChapters.damagedFiles()}) d ON d.book_file_id = f.id
      WHERE f.missing_since IS NULL
    ))`;
  }

  private async files(
    tx: EntityManager,
    user: UserPrincipal,
    bookId: number,
    places: readonly BookPlace[],
  ): Promise<BookFileDetail[]> {
    const rows: FileRow[] = await tx.query(
      `WITH ${accessibleFiles('$1')}
       SELECT f.id, f.name, f.format, f.size::float8 AS size, f.is_primary AS "isPrimary",
         f.missing_since IS NOT NULL AS "isMissing", f.problem_code AS "problemCode", f.problem_message AS "problemMessage",
         d.count AS "damagedCount", d.names AS "damagedNames",
         CASE WHEN f.content_changed_at > f.added_at THEN f.content_changed_at END AS "changedAt", f.fingerprint, ARRAY(
           SELECT i.fingerprint::text FROM file_identities i
           WHERE i.book_file_id = f.id AND i.fingerprint IS DISTINCT FROM f.fingerprint ORDER BY i.recorded_at DESC
         ) AS "formerFingerprints"
       FROM accessible_files f LEFT JOIN (${this.damagedChapters.damagedFiles()}) d ON d.book_file_id = f.id
       WHERE f.book_id = $2 ORDER BY f.is_primary DESC, f.missing_since IS NOT NULL, f.id`,
      [user.userId, bookId],
    );
    return rows.map((row) => fileOf(row, user, places));
  }
}

/** Conditions on a query's own parameters: $2 library, $3 only. */
function wantedBy(hasProblem: string): string {
  return `($2::int IS NULL OR b.library_id = $2)
    AND CASE $3::text WHEN 'problem' THEN ${hasProblem} WHEN 'missing' THEN b.is_missing ELSE true END`;
}

function cardColumns(hasProblem: string): string {
  return `b.id, b.title, b.authors, b.series, b.series_index AS "seriesIndex", b.formats, b.cover_version AS "coverVersion",
    p.percentage, ${hasProblem} AS "hasProblem", b.is_missing AS "isMissing"`;
}

interface CardRow {
  readonly id: number;
  readonly title: string;
  readonly authors: string[];
  readonly series: string | null;
  readonly seriesIndex: number | null;
  readonly formats: BookFormat[];
  readonly coverVersion: number;
  readonly percentage: number | null;
  readonly hasProblem: boolean;
  readonly isMissing: boolean;
}

interface DetailRow extends CardRow {
  readonly libraryId: number;
  readonly libraryName: string;
  readonly description: string | null;
  readonly language: string | null;
  readonly publisher: string | null;
  readonly published: string | null;
  readonly isbn: string | null;
  readonly addedAt: Date;
}

interface FileRow {
  readonly id: number;
  readonly name: string;
  readonly format: BookFormat;
  readonly size: number;
  readonly isPrimary: boolean;
  readonly isMissing: boolean;
  readonly problemCode: string | null;
  readonly problemMessage: string | null;
  readonly damagedCount: number | null;
  readonly damagedNames: string[] | null;
  /** Of its content, once it was known. */
  readonly changedAt: Date | null;
  readonly fingerprint: string | null;
  readonly formerFingerprints: string[];
}

function cardOf(row: CardRow): BookCard {
  const { id, title, authors, series, seriesIndex, percentage, hasProblem, isMissing, coverVersion } = row;
  return {
    id,
    title,
    authors,
    ...present({ series, seriesIndex }),
    formats: row.formats.toSorted((a, b) => FORMATS_BY_PREFERENCE.indexOf(a) - FORMATS_BY_PREFERENCE.indexOf(b)),
    ...(coverVersion > 0 && { coverUrl: `/api/v1/books/${id}/cover?v=${coverVersion}` }),
    ...present({ percentage }),
    hasProblem,
    isMissing,
  };
}

function fileOf(row: FileRow, user: UserPrincipal, places: readonly BookPlace[]): BookFileDetail {
  const { id, name, format, size, isPrimary, isMissing, fingerprint, formerFingerprints } = row;
  const problem = problemOf(row);
  const mayDownload = user.permissions.includes('download') && !isMissing;
  return {
    id,
    name,
    format,
    size,
    isPrimary,
    isMissing,
    ...(problem && { problem }),
    ...(user.permissions.includes('koreader_sync') && {
      isChangedSinceSync: isChangedSinceSync(row, places),
      ...present({ fingerprint }),
      formerFingerprints,
    }),
    ...(mayDownload && { downloadUrl: `/api/v1/files/${id}/download` }),
  };
}

/** What is wrong with the file as a whole says more than what is wrong with a chapter. */
function problemOf({ problemCode, problemMessage, damagedCount, damagedNames }: FileRow): BookProblem | undefined {
  if (problemCode !== null) return { code: problemCode, message: problemMessage ?? '' };
  return damagedCount === null ? undefined : problemOfChapters(damagedCount, damagedNames ?? []);
}

/** Whether all that KOReader said of the file was said of what it held before. */
function isChangedSinceSync({ id, changedAt }: FileRow, places: readonly BookPlace[]): boolean {
  const synced = places.filter(({ fileId, source }) => fileId === id && source === 'koreader');
  if (changedAt === null || synced.length === 0) return false;
  return synced.every(({ receivedAt }) => Date.parse(receivedAt) < changedAt.getTime());
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], null> };

/** The same without what is null. */
function present<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)) as Present<T>;
}

function noSuchBook(): Refusal {
  return new Refusal('not_found', 'There is no such book.');
}
