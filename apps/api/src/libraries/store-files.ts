import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { ADVISORY_LOCKS } from '../database/index.ts';
import { BookFileRepository, type FileRow } from './book-file.repository.ts';
import { BookRepository } from './book.repository.ts';
import { type Groupable, JoinableBooks } from './group-files.ts';
import { findKnownFiles, type GoneFiles, withGone } from './known-files.ts';
import { raiseLibraryVersion } from './library-version.ts';
import { type Placement, placeReading } from './place-reading.ts';
import { refreshBooks } from './refresh-books.ts';
import type { StorableFile } from './stored-file.ts';

/** What storing did, as a scan counts it. */
export interface StoreOutcome {
  readonly added: number;
  readonly changed: number;
  readonly moved: number;
  readonly returned: number;
  /** Files that lost their path to another book. */
  readonly vanished: number;
  readonly withProblem: number;
  /** Rows that are on disk now. */
  readonly fileIds: readonly number[];
}

export const NOTHING_STORED: StoreOutcome = {
  added: 0,
  changed: 0,
  moved: 0,
  returned: 0,
  vanished: 0,
  withProblem: 0,
  fileIds: [],
};

interface PlacedFile extends StorableFile {
  readonly placement: Placement;
  readonly fileId: number;
}

/** Stores files that were found and read, each as the file it is. A constant number of statements, however many files. */
@Injectable()
export class StoreFiles {
  constructor(
    private readonly files: BookFileRepository,
    private readonly books: BookRepository,
  ) {}

  /** Waits until no other process is storing; call it before anything that the decision rests on is read. */
  async lock(tx: EntityManager): Promise<void> {
    await tx.query(`SELECT pg_advisory_xact_lock($1)`, [ADVISORY_LOCKS.storing]);
  }

  /** @param gone What was found out on disk before the transaction; see `findGoneFiles`. */
  async run(tx: EntityManager, storable: readonly StorableFile[], gone: GoneFiles, now: Date): Promise<StoreOutcome> {
    if (storable.length === 0) return NOTHING_STORED;
    await this.lock(tx);
    const placed = await this.place(tx, storable, gone);
    const claimed = placed.map(({ fileId }) => fileId);
    const lost = await this.files.clearPaths(
      tx,
      placed.map(({ found }) => found),
      claimed,
      now,
    );
    const rows = await this.assignBooks(tx, placed, now);
    await this.files.insert(
      tx,
      rows.filter(({ isNew }) => isNew),
      now,
    );
    await this.files.update(
      tx,
      rows.filter(({ isNew, found }) => !isNew && found.fingerprint !== null),
      now,
    );
    await this.files.noteUnreadable(
      tx,
      rows.filter(({ isNew, found }) => !isNew && found.fingerprint === null),
    );
    await this.files.recordFingerprints(tx, rows, now);
    await this.files.replaceContentParts(tx, rows);
    await refreshBooks(tx, [...new Set([...rows.flatMap(booksOf), ...lost.map(({ bookId }) => bookId)])]);
    await this.books.tellByPrimaryFile(tx, rows.filter(isTelling), now);
    await raiseLibraryVersion(tx);
    return outcomeOf(placed, lost.length);
  }

  private async place(tx: EntityManager, storable: readonly StorableFile[], gone: GoneFiles): Promise<PlacedFile[]> {
    const rows = await findKnownFiles(
      tx,
      storable.map(({ found }) => found),
    );
    const known = rows.map((row) => withGone(row, gone));
    const claimed = new Set<number>();
    const placements = storable.map((file) => {
      const placement = placeReading(file.found, known, claimed);
      if (placement.kind !== 'added') claimed.add(placement.file.id);
      return { ...file, placement };
    });
    const newIds = await this.files.reserveIds(
      tx,
      placements.filter(({ placement }) => placement.kind === 'added').length,
    );
    return placements.map((file) => ({
      ...file,
      fileId: file.placement.kind === 'added' ? taken(newIds) : file.placement.file.id,
    }));
  }

  private async assignBooks(tx: EntityManager, placed: readonly PlacedFile[], now: Date): Promise<FileRow[]> {
    const homeless = placed.filter(needsBook);
    const moving = homeless.flatMap(({ placement }) => (placement.kind === 'added' ? [] : [placement.file]));
    const joinable = new JoinableBooks(
      await this.books.findStems(tx, homeless.map(groupable)),
      await this.books.findGroups(tx, homeless.map(groupable)),
    );
    const leftBehind = await this.books.findWithOtherFiles(tx, moving);
    const bookIds = new Map<number, number>();
    const created: { readonly bookId: number; readonly file: PlacedFile }[] = [];
    const movedBooks: { readonly bookId: number; readonly libraryId: number }[] = [];
    const newIds = await this.books.reserveIds(tx, homeless.length);
    for (const file of homeless) {
      const known = file.placement.kind === 'added' ? undefined : file.placement.file;
      const joined = joinable.bookOf(groupable(file), known?.bookId);
      const own = known && !leftBehind.has(known.bookId) ? known.bookId : undefined;
      const bookId = joined ?? own ?? taken(newIds);
      if (joined === undefined && own !== undefined) movedBooks.push({ bookId, libraryId: file.found.libraryId });
      if (joined === undefined && own === undefined) created.push({ bookId, file });
      joinable.add(bookId, groupable(file));
      bookIds.set(file.fileId, bookId);
    }
    await this.books.insert(
      tx,
      created.map(({ bookId, file }) => ({ bookId, libraryId: file.found.libraryId, ...file })),
      now,
    );
    await this.books.moveToLibrary(tx, movedBooks);
    const firsts = new Set(created.map(({ file }) => file.fileId));
    return placed.map((file) => rowOf(file, bookIds.get(file.fileId), firsts.has(file.fileId)));
  }
}

/** New files, and files that came from another library, have no book in this one yet. */
function needsBook({ placement, found }: PlacedFile): boolean {
  return placement.kind === 'added' || placement.file.bookLibraryId !== found.libraryId;
}

function groupable({ found, name, book }: StorableFile): Groupable {
  return {
    libraryId: found.libraryId,
    folderId: found.folderId,
    stemKey: name.stemKey,
    groupKey: book.group_key,
    language: book.language,
    seriesIndex: book.series_index,
  };
}

function rowOf(file: PlacedFile, bookId: number | undefined, isFirstOfBook: boolean): FileRow {
  const known = file.placement.kind === 'added' ? undefined : file.placement.file;
  const own = bookId ?? known?.bookId;
  if (own === undefined) throw new Error('A stored file has no book');
  return {
    ...file,
    bookId: own,
    formerBookId: known?.bookId,
    isNew: known === undefined,
    isFirstOfBook,
    isContentNew: known === undefined || known.fingerprint !== file.found.fingerprint || known.size !== file.found.size,
  };
}

function booksOf({ bookId, formerBookId }: FileRow): number[] {
  return formerBookId === undefined ? [bookId] : [bookId, formerBookId];
}

/** A file that cannot be read now says nothing about a book that is known already; the first file of a book has said it. */
function isTelling({ isNew, isFirstOfBook, found }: FileRow): boolean {
  return !isFirstOfBook && (isNew || found.fingerprint !== null);
}

function taken(ids: number[]): number {
  const id = ids.shift();
  if (id === undefined) throw new Error('Too few ids were reserved');
  return id;
}

function outcomeOf(placed: readonly PlacedFile[], vanished: number): StoreOutcome {
  const count = (kind: Placement['kind']) => placed.filter(({ placement }) => placement.kind === kind).length;
  return {
    added: count('added'),
    changed: count('changed'),
    moved: count('moved'),
    returned: count('returned'),
    vanished,
    withProblem: placed.filter(({ file }) => file.problem_code !== null).length,
    fileIds: placed.map(({ fileId }) => fileId),
  };
}
