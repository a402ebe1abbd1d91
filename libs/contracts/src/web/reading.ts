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

export const READING_SOURCES = ['koreader', 'web', 'kobo', 'manual'] as const;
export type ReadingSource = (typeof READING_SOURCES)[number];

/** GET /api/v1/reading/log?before=&bookId=: sittings, newest first, a page at a time. */
export interface ReadingLog {
  readonly sessions: readonly ReadingLogEntry[];
  /** Of all pages, however many were asked for. */
  readonly total: { readonly sessions: number; readonly seconds: number };
  /** Ask with this as `before` for what came earlier; absent at the end. */
  readonly next?: string;
}

export interface ReadingLogEntry {
  readonly id: number;
  readonly bookId: number;
  readonly bookFileId: number;
  readonly title: string;
  readonly source: ReadingSource;
  readonly deviceId?: string;
  readonly deviceName?: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly endedAt: string;
  /** Seconds read: never more than from start to end. */
  readonly seconds: number;
  /** Different pages looked at; 0 when nobody counted. */
  readonly pages: number;
  readonly totalPages?: number;
  /** 0–1: from where to where in the book; absent when no pages were counted. */
  readonly from?: number;
  readonly until?: number;
}

/** POST /api/v1/reading/log: reading on paper, or before there was a device. */
export interface NewReadingLogEntry {
  readonly bookId: number;
  /** ISO 8601. */
  readonly startedAt: string;
  /** 10–86400. */
  readonly seconds: number;
  readonly pages?: number;
}

/** GET /api/v1/reading/statistics?from=&to=&bookId=&source=&deviceId=: days of the user's time zone, `YYYY-MM-DD`, both included. */
export interface ReadingStatistics {
  readonly timeZone: string;
  /** Today there. */
  readonly today: string;
  /** The first day anything was read on, whatever days were asked for; absent before that. */
  readonly firstDay?: string;
  /** Days on which something was read, oldest first. */
  readonly days: readonly { readonly day: string; readonly seconds: number; readonly books: number }[];
  readonly totals: {
    readonly seconds: number;
    readonly sessions: number;
    readonly books: number;
    readonly days: number;
    /** Books whose reading ended in the time asked for, read to the end; twice when read twice. */
    readonly finished: number;
  };
  /** Of all time: days in a row. Today not yet read does not end the current one. */
  readonly streak: { readonly current: number; readonly longest: number };
  /** Of sittings whose pages were counted; absent without any. */
  readonly pace?: { readonly pagesPerHour: number; readonly secondsPerSession: number };
  /** Seconds by hour of the day, 24 numbers. */
  readonly hours: readonly number[];
  /** Seconds by day of the week from Monday, 7 numbers. */
  readonly weekdays: readonly number[];
  /** Who measured it, most first. */
  readonly devices: readonly {
    readonly source: ReadingSource;
    readonly deviceId?: string;
    readonly name?: string;
    readonly seconds: number;
  }[];
  /** The 20 most read, most first. */
  readonly books: readonly { readonly bookId: number; readonly title: string; readonly seconds: number }[];
  /** What was read to the end, each reading once, oldest first; whatever device was asked for. */
  readonly finished: readonly { readonly bookId: number; readonly title: string; readonly day: string }[];
}

/** GET /api/v1/reading/books?q=: what something was read of, most first; all that fit are counted, the first 50 are named. */
export interface ReadBooks {
  readonly total: number;
  readonly books: readonly {
    readonly bookId: number;
    readonly title: string;
    readonly authors: readonly string[];
    readonly seconds: number;
  }[];
}

/** GET and PUT /api/v1/reading/time-zone. */
export interface ReadingTimeZone {
  /** An IANA name: days end at its midnight. */
  readonly timeZone: string;
}

/** What reading can reach, and at which counts. */
export const ACHIEVEMENT_LEVELS = {
  /** Hours read in all. */
  hours: [1, 10, 50, 100, 250, 500, 1000],
  /** Days in a row. */
  streak: [3, 7, 30, 100, 365],
  /** Days with reading. */
  days: [7, 30, 100, 365, 1000],
  /** Books read to the end. */
  finished: [1, 5, 10, 25, 50, 100],
  /** Hours on one day. */
  marathon: [2, 4, 8],
} as const;
export type AchievementKind = keyof typeof ACHIEVEMENT_LEVELS;

/** GET /api/v1/reading/achievements: each level once, oldest first. They follow from the log alone. */
export interface ReadingAchievement {
  readonly kind: AchievementKind;
  readonly level: number;
  /** `YYYY-MM-DD` */
  readonly reachedOn: string;
}

/** POST /api/v1/books/:id/progress/start-over, step-back with the id of an entry of the history, and use with a source's place. */
export type PlaceChange =
  | { readonly kind: 'startOver' }
  | { readonly kind: 'stepBack'; readonly entryId: number }
  | { readonly kind: 'use'; readonly fileId: number; readonly deviceId: string };

/** GET /api/v1/reading/current: books begun and not ended, the one read last first. */
export interface CurrentBook {
  readonly bookId: number;
  readonly title: string;
  readonly authors: readonly string[];
  /** As in a book's card. */
  readonly coverUrl?: string;
  /** 0–1, canonical. */
  readonly percentage: number;
  readonly chapter?: string;
  readonly source: 'koreader' | 'web' | 'kobo';
  readonly deviceName?: string;
  /** ISO 8601: when it was read, or arrived when that is not known. */
  readonly readAt: string;
}
