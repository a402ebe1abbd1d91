import type { BookFormat, BookProblem } from './formats.ts';

export const BOOK_SORTS = ['title', 'author', 'added', 'recently_read', 'series'] as const;
export type BookSort = (typeof BOOK_SORTS)[number];

/** Query of GET /api/v1/books. */
export interface BookQuery {
  /** Words found in title, authors, series or ISBN, accents and case ignored. */
  readonly q?: string;
  readonly libraryId?: number;
  readonly sort?: BookSort;
  readonly order?: 'asc' | 'desc';
  /** From 0. */
  readonly offset?: number;
  /** 1–200, 60 when absent. */
  readonly limit?: number;
  /** `problem`: only books with a stated problem; `missing`: only those whose files are all gone. */
  readonly only?: 'problem' | 'missing';
}

export interface BookList {
  readonly books: readonly BookCard[];
  /** Books the query finds in all. */
  readonly total: number;
  readonly offset: number;
}

export interface BookCard {
  readonly id: number;
  readonly title: string;
  readonly authors: readonly string[];
  readonly series?: string;
  readonly seriesIndex?: number;
  readonly formats: readonly BookFormat[];
  /**
   * Absolute path of the cover, a WebP; absent when the book has none. It changes when the cover does. Add `&edge=` with the pixels of
   * the longer edge that are enough (640 when left out): the next larger of a few kept sizes is sent.
   */
  readonly coverUrl?: string;
  /** 0–1, canonical; absent while unread. */
  readonly percentage?: number;
  readonly hasProblem: boolean;
  readonly isMissing: boolean;
}

/** GET /api/v1/books/:id. */
export interface BookDetail extends BookCard {
  readonly libraryId: number;
  readonly libraryName: string;
  readonly description?: string;
  readonly language?: string;
  readonly publisher?: string;
  readonly published?: string;
  readonly isbn?: string;
  /** ISO 8601. */
  readonly addedAt: string;
  readonly files: readonly BookFileDetail[];
  /** Newest first; the first is the canonical one. Places of every source this user has. */
  readonly places: readonly BookPlace[];
}

export interface BookFileDetail {
  readonly id: number;
  readonly name: string;
  readonly format: BookFormat;
  /** Bytes. */
  readonly size: number;
  readonly isPrimary: boolean;
  readonly isMissing: boolean;
  readonly problem?: BookProblem;
  /** Its content changed after the last KOReader sync: what devices hold is of the former file. Only with `koreader_sync`. */
  readonly isChangedSinceSync?: boolean;
  /** KOReader's document fingerprint of the file as it lies on disk. Only with `koreader_sync`. */
  readonly fingerprint?: string;
  /** Fingerprints it had before. Only with `koreader_sync`. */
  readonly formerFingerprints?: readonly string[];
  /** Absolute path of the download. Only with `download`. */
  readonly downloadUrl?: string;
}

/**
 * Why a place is the book's (`chosen` by hand in the web app and not read on since, or the `newest`), or is not: an `older` one; one that is `held`, newer,
 * but of a device that has not followed the place chosen by hand yet; one that is `undated`, because its device's clock could not be believed, and is
 * the book's only where no other has a time.
 */
export type PlaceStanding = 'chosen' | 'newest' | 'older' | 'held' | 'undated';

/** Where one source is in one file of the book. */
export interface BookPlace {
  readonly fileId: number;
  readonly source: 'koreader' | 'web' | 'kobo';
  readonly deviceId?: string;
  readonly deviceName?: string;
  /** 0–1. */
  readonly percentage: number;
  /** ISO 8601; absent when the device's clock could not be believed. */
  readonly readAt?: string;
  /** ISO 8601. */
  readonly receivedAt: string;
  readonly isCanonical: boolean;
  readonly standing: PlaceStanding;
  /** The heading of the book it stands under; absent where that cannot be told. */
  readonly chapter?: string;
}

/** GET /api/v1/books/:id/history: reports newest first. */
export interface ProgressHistory {
  readonly entries: readonly ProgressHistoryEntry[];
}

export interface ProgressHistoryEntry extends Omit<BookPlace, 'isCanonical' | 'standing'> {
  readonly id: number;
}
