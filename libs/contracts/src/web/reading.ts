/** Where a user stands with a book. */
export const READING_STATUS_NAMES = [
  'unread',
  'want_to_read',
  'reading',
  'on_hold',
  'rereading',
  'finished',
  'abandoned',
] as const;
export type ReadingStatusName = (typeof READING_STATUS_NAMES)[number];

/** GET /api/v1/books/:id/state, and the answer to PATCH. */
export interface BookState {
  readonly status: ReadingStatusName;
  /** `progress`: set by reading on; absent: never set. */
  readonly statusSetBy?: 'user' | 'progress';
  /** ISO 8601. */
  readonly statusAt?: string;
  /** 1–5. */
  readonly rating?: number;
  readonly review?: string;
  /** Each time the book was read, oldest first; the last may still go on. */
  readonly readings: readonly BookReadingDates[];
}

export interface BookReadingDates {
  /** ISO 8601; absent when only the end is known. */
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly outcome?: 'finished' | 'abandoned';
}

/** PATCH /api/v1/books/:id/state; what is absent stays, null clears. */
export interface BookStateChange {
  readonly status?: ReadingStatusName;
  /** 1–5. */
  readonly rating?: number | null;
  readonly review?: string | null;
}

/** GET and PUT /api/v1/libraries/:id/status-thresholds: from where on progress sets the status, 0–1. */
export interface StatusThresholds {
  readonly reading: number;
  readonly finished: number;
}
