import type { DeviceEnvelope, DocumentHints, ServerEnvelope } from './envelope.ts';
import type { RejectedItem } from './progress.ts';

export const DEVICE_STATUSES = ['reading', 'complete', 'abandoned'] as const;
export type DeviceStatusName = (typeof DEVICE_STATUSES)[number];

/** POST plugin/book-states: status, rating and review of books, each merged by itself. */
export interface BookStatesPush extends DeviceEnvelope {
  /** At most 200. */
  readonly books: readonly BookStateItem[];
}

export interface BookStateItem extends DocumentHints {
  readonly hash: string;
  readonly status?: DeviceStatusName;
  /** `YYYY-MM-DD` */
  readonly statusModified?: string;
  /** 1–5; absent or null never clears. */
  readonly rating?: number | null;
  readonly ratingCleared?: boolean;
  readonly reviewNote?: string | null;
  readonly reviewCleared?: boolean;
  /** `YYYY-MM-DD` */
  readonly reviewModified?: string;
  /** Unix seconds by the device's clock. */
  readonly statusChangedAt?: number;
  readonly ratingChangedAt?: number;
  readonly reviewChangedAt?: number;
}

export interface BookStatesAnswer extends ServerEnvelope {
  readonly results: readonly BookStateResult[];
  readonly unmatched: readonly string[];
  readonly rejected?: readonly RejectedItem[];
}

export interface BookStateResult {
  readonly hash: string;
  readonly statusApplied: boolean;
  readonly ratingApplied: boolean;
  readonly reviewApplied: boolean;
  readonly rating?: number;
  readonly ratingSet: boolean;
  /** Unix seconds. */
  readonly ratingUpdatedAt?: number;
  readonly reviewNote?: string;
  readonly reviewNoteSet: boolean;
  readonly reviewUpdatedAt?: number;
  readonly status?: DeviceStatusName;
  readonly statusUpdatedAt?: number;
}

/** POST plugin/sweeps: the report at the end of a run over all books. */
export interface SweepReport extends DeviceEnvelope {
  readonly booksMatched: number;
  readonly pageStatsUploaded: number;
  readonly annotationsUpserted: number;
}

export interface SweepAnswer extends ServerEnvelope {
  readonly ok: true;
  /** Unix seconds. */
  readonly lastSweepAt: number;
  readonly libraryVersion: number;
}
