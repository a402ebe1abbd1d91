import type {
  AnnotationAckBook,
  AnnotationExchangeBook,
  AnnotationExchangeResult,
  BookmarkAck,
  BookmarkExchange,
  BookmarkExchangeResult,
} from './annotations.ts';
import type { BookStateItem, BookStateResult } from './book-states.ts';
import type { DeviceEnvelope, DocumentHints, ServerEnvelope } from './envelope.ts';
import type { FingerprintMatch } from './fingerprints.ts';
import type { PageStatRow, PageStatsResult } from './page-stats.ts';
import type { ProgressItem, RejectedItem } from './progress.ts';

/** POST plugin/sync: everything about 1–20 books in one round trip. */
export interface SyncRequest extends DeviceEnvelope {
  readonly books: readonly SyncBook[];
}

export interface SyncBook extends DocumentHints {
  readonly hash: string;
  readonly title?: string;
  readonly authors?: string;
  readonly progress?: Omit<ProgressItem, 'hash'>;
  readonly pageStats?: { readonly rows: readonly PageStatRow[]; readonly rowCount?: number };
  readonly state?: Omit<BookStateItem, 'hash'>;
  readonly annotations?: Omit<AnnotationExchangeBook, 'hash'>;
  readonly bookmarks?: Omit<BookmarkExchange['books'][number], 'hash'>;
  readonly acks?: {
    readonly annotations?: Omit<AnnotationAckBook, 'hash'>;
    readonly bookmarks?: Omit<BookmarkAck['books'][number], 'hash'>;
  };
}

export interface SyncAnswer extends ServerEnvelope {
  readonly books: readonly SyncBookAnswer[];
  readonly rejected?: readonly RejectedItem[];
}

export interface SyncBookAnswer {
  readonly hash: string;
  readonly match?: FingerprintMatch;
  readonly unmatched?: true;
  readonly progress?: SyncProgressAnswer;
  readonly pageStats?: Omit<PageStatsResult, 'hash'>;
  readonly state?: Omit<BookStateResult, 'hash'>;
  readonly annotations?: Omit<AnnotationExchangeResult, 'hash' | 'bookId'>;
  readonly bookmarks?: Omit<BookmarkExchangeResult, 'hash' | 'bookId'>;
  readonly acks?: {
    readonly annotations?: { readonly acked: number };
    readonly bookmarks?: { readonly acked: number };
  };
}

export interface SyncProgressAnswer {
  readonly accepted?: boolean;
  /** The newest place of all sources; absent when there is none. */
  readonly newest?: {
    readonly percentage: number;
    /** Unix seconds. */
    readonly readAt: number;
    readonly source: 'koreader' | 'web' | 'kobo';
    readonly device: string;
    /** Whether it is the asking device's own. */
    readonly own: boolean;
    readonly quality: 'exact' | 'repaired' | 'nearby' | 'chapter';
    readonly chapter?: string;
    /** Best first: the first the document holds is the one to go to. */
    readonly candidates: readonly {
      readonly kind: 'exact' | 'block' | 'chapter' | 'percent';
      readonly position: string;
    }[];
    /** 40 characters from there on, so that the device can check. */
    readonly textAfter?: string;
  };
}
