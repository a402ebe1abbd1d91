import type { BookSpine, Dialect, TextQuote, TranslationKind, TranslationRequest } from '@bookorbit/domain-positions';

// What the server's main thread and the thread that knows books say to each other. Everything here survives structured cloning.

/** A place as it was stored: in one or several dialects. */
export interface KnownPlace {
  /** 0–1 */
  readonly percentage: number;
  readonly xpointer?: string;
  /** The DOM version `xpointer` was written for. */
  readonly domVersion?: number;
  readonly cfi?: string;
  readonly koboSpan?: string;
  /** Words kept with the place. */
  readonly quote?: TextQuote;
}

/** What can be asked about a book. */
export type PositionTask =
  | { readonly kind: 'translate'; readonly request: TranslationRequest; readonly domVersion?: number }
  | { readonly kind: 'quote'; readonly dialect: Dialect; readonly start: string; readonly end?: string }
  | { readonly kind: 'locate'; readonly dialect: Dialect; readonly start: string }
  | { readonly kind: 'share'; readonly to: Dialect; readonly percentage: number }
  | { readonly kind: 'offer'; readonly place: KnownPlace };

/** Where a place is in the target dialect, with the words there. */
export interface FoundPosition {
  readonly kind: TranslationKind;
  readonly start: string;
  readonly end?: string;
  /** Absent where there are no words. */
  readonly quote?: TextQuote;
}

/** There is no such place, or it cannot be found out; `reason` is for people. */
export interface LostPosition {
  readonly kind: 'lost';
  readonly reason: string;
  /** The book could not be looked into: it may be found another time. */
  readonly isUnread?: true;
}

/** Reading order: compare `spineIndex`, then `offset`. */
export interface LocatedPosition {
  readonly spineIndex: number;
  readonly offset: number;
  /** Share of the document's text in front of it, 0–1. */
  readonly fraction: number;
}

/** Pointers to try, the best first. */
export interface OfferedPlace {
  readonly quality: TranslationKind;
  readonly candidates: readonly OfferedPointer[];
  /** What follows the first of `candidates`, at most 40 characters. */
  readonly textAfter?: string;
}

export interface OfferedPointer {
  readonly kind: 'exact' | 'block' | 'chapter' | 'percent';
  readonly position: string;
}

export interface TaskAnswers {
  readonly translate: FoundPosition | LostPosition;
  readonly quote: TextQuote | undefined;
  readonly locate: LocatedPosition | undefined;
  readonly share: FoundPosition | LostPosition;
  readonly offer: OfferedPlace | LostPosition;
}

export type PositionAnswer = TaskAnswers[keyof TaskAnswers];

/** Questions about one book, for the DOM version pointers are from and for. */
export interface PositionJob {
  /** Names the content of the file: books of other keys are other books. */
  readonly key: string;
  readonly domVersion: number;
  readonly tasks: readonly PositionTask[];
}

/** The reading order of a book, and how much of it each item is. */
export interface LentSpine extends BookSpine {
  /** Bytes, as the zip's directory claims. */
  readonly sizes: readonly number[];
}

/** What the thread needs and does not have: it opens no files and no database itself. */
export type Borrowing =
  | { readonly kind: 'spine' }
  /** packed indexes; undefined: all there are */
  | { readonly kind: 'indexes'; readonly spineIndexes: readonly number[] | undefined }
  | { readonly kind: 'entry'; readonly zipPath: string };

export interface LentIndex {
  readonly spineIndex: number;
  readonly bytes: Uint8Array;
}

export interface BuiltIndex extends LentIndex {
  readonly kind: 'document' | 'svg' | 'placeholder';
}

export interface Lendings {
  readonly spine: LentSpine;
  readonly indexes: readonly LentIndex[];
  readonly entry: Uint8Array;
}

export type Lending = Lendings[keyof Lendings];

export type ToWorker =
  | { readonly kind: 'job'; readonly job: number; readonly question: PositionJob }
  | { readonly kind: 'lent'; readonly request: number; readonly lending: Lending }
  | { readonly kind: 'refused'; readonly request: number; readonly reason: string };

export type FromWorker =
  | { readonly kind: 'borrow'; readonly job: number; readonly request: number; readonly what: Borrowing }
  | { readonly kind: 'built'; readonly job: number; readonly index: BuiltIndex }
  /** `heldBytes`: what the thread takes now, heap and tables. */
  | {
      readonly kind: 'answers';
      readonly job: number;
      readonly answers: readonly PositionAnswer[];
      readonly heldBytes: number;
    }
  | { readonly kind: 'failed'; readonly job: number; readonly reason: string };
