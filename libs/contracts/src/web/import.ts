import type { MatchedBy } from '../koreader/fingerprints.ts';

/**
 * Import without Wi-Fi: files of a KOReader device come in by hand, and count as if the device had synced.
 *
 *     POST   /api/v1/imports             multipart/form-data, any number of `files`; answers 201 KoreaderImport, `reading`
 *     GET    /api/v1/imports             KoreaderImport[], newest first
 *     GET    /api/v1/imports/:id         ImportDetail
 *     POST   /api/v1/imports/:id/apply   202 KoreaderImport, `applying`; once it is `ready`, else 409
 *     POST   /api/v1/imports/:id/undo    202 KoreaderImport, `undoing`; once it is `applied`, else 409
 *     DELETE /api/v1/imports/:id         204; forgets an upload; not while it works, and not what is applied
 *
 * Reading, applying and undoing go on in the background: the event `import` tells of each step, and asking again works too.
 */
export const IMPORT_STATES = [
  /** Files are being read and compared with what is known. */
  'reading',
  /** The preview is there; nothing is written yet. */
  'ready',
  'applying',
  'applied',
  'undoing',
  'undone',
  /** No file could be used, or something broke; `problem` says what. */
  'failed',
] as const;
export type ImportState = (typeof IMPORT_STATES)[number];

/** Field of the multipart body that holds the files. */
export const IMPORT_FIELD = 'files';

/** One upload of one or several files. */
export interface KoreaderImport {
  readonly id: number;
  readonly state: ImportState;
  /** What came of it bears this device's id and name. */
  readonly deviceId: string;
  readonly deviceName: string;
  readonly files: readonly ImportFile[];
  /** How far the work of the state is, in books; absent when there is none or it has not begun. */
  readonly progress?: { readonly done: number; readonly total: number };
  /** What would change, and once it is applied what changed; absent while `reading`. */
  readonly totals?: ImportTotals;
  /** What taking it back did; there once it is `undone`. */
  readonly undo?: ImportUndo;
  /** One sentence; there when it `failed`. */
  readonly problem?: string;
  /** ISO 8601, as all times here. */
  readonly createdAt: string;
  readonly appliedAt?: string;
  readonly undoneAt?: string;
  /** Until then it can be applied, or taken back once it was. */
  readonly expiresAt: string;
}

/** GET /api/v1/imports/:id. */
export interface ImportDetail extends KoreaderImport {
  /** In order of title. */
  readonly books: readonly ImportBook[];
  /** Documents no book was found for: link them, then upload again; nothing comes twice. */
  readonly unmatched: readonly ImportUnmatched[];
}

/** A file of the upload, or of a zip in it. */
export interface ImportFile {
  /** With its folder, as far as the browser told. */
  readonly name: string;
  /** `other`: nothing to import, such as settings and pictures. */
  readonly kind: 'statistics' | 'sidecar' | 'other';
  /** Documents it speaks of. */
  readonly documents: number;
  /** Why it, or part of it, could not be used. */
  readonly problem?: string;
}

/** Sums over all books. */
export interface ImportTotals {
  readonly books: number;
  readonly unmatched: number;
  readonly newPageStats: number;
  /** Reading time that was not known, in seconds. */
  readonly newSeconds: number;
  readonly newSessions: number;
  readonly newHighlights: number;
  readonly changedHighlights: number;
  readonly newBookmarks: number;
  /** Statuses, ratings and reviews that change. */
  readonly changedStates: number;
  /** Books whose shared place changes. */
  readonly newPlaces: number;
}

/** What the upload says of one book, and what is new of it. */
export interface ImportBook {
  readonly bookId: number;
  readonly fileId: number;
  readonly title: string;
  readonly authors: readonly string[];
  readonly matchedBy: MatchedBy;
  readonly reading?: ImportedReading;
  readonly highlights?: ImportedAnnotations;
  readonly bookmarks?: ImportedAnnotations;
  readonly status?: ImportedField<string>;
  readonly rating?: ImportedField<number>;
  readonly review?: ImportedField<string>;
  readonly place?: ImportedPlace;
}

export interface ImportedReading {
  readonly pageStats: number;
  readonly newPageStats: number;
  readonly newSeconds: number;
  readonly newSessions: number;
  /** ISO 8601: the first and the last page turn. */
  readonly from: string;
  readonly until: string;
}

export interface ImportedAnnotations {
  readonly total: number;
  readonly new: number;
  readonly changed: number;
  readonly unchanged: number;
  /** Deleted here before: they stay in the trash. */
  readonly inTrash: number;
  /** New ones that cannot be found in the book's text here; they are kept, and shown in the list only. */
  readonly unplaced: readonly { readonly text: string; readonly reason: string }[];
  /** How many of `unplaced` there are in all; the list ends after the first 20. */
  readonly unplacedTotal: number;
}

export interface ImportedField<Value> {
  /** Absent when it was empty. */
  readonly from?: Value;
  readonly to: Value;
  /** False: what is here is the same or newer, and stays. */
  readonly isChanged: boolean;
}

export interface ImportedPlace {
  /** 0–1. */
  readonly percentage: number;
  /** ISO 8601; absent when nobody knows when it was read. */
  readonly readAt?: string;
  /** Whether it becomes the shared place. */
  readonly isNewest: boolean;
}

export interface ImportUnmatched {
  /** Fingerprint. */
  readonly document: string;
  readonly title?: string;
  readonly authors?: string;
  readonly reason: 'unknown' | 'ambiguous';
  readonly pageStats: number;
  readonly highlights: number;
}

/** What was taken back, and what stays because somebody did something to it since. */
export interface ImportUndo {
  readonly removedPageStats: number;
  readonly removedAnnotations: number;
  readonly revertedAnnotations: number;
  /** Changed since on a device or on the web: theirs now. */
  readonly keptAnnotations: number;
  readonly revertedStates: number;
  readonly keptStates: number;
  readonly removedPlaces: number;
}
