import type { DeviceEnvelope, DocumentHints, ServerEnvelope } from './envelope.ts';
import type { RejectedItem } from './progress.ts';

/** POST plugin/page-stats: rows of KOReader's statistics. */
export interface PageStatsPush extends DeviceEnvelope {
  /** 1–100 books, 100,000 events in all. */
  readonly books: readonly PageStatsBook[];
}

export interface PageStatsBook extends DocumentHints {
  readonly hash: string;
  readonly events?: readonly PageStatEvent[];
  /** The same in a third of the bytes. */
  readonly rows?: readonly PageStatRow[];
  /** Rows the device holds for this book in all: a change without newer rows means KOReader merged old ones. */
  readonly rowCount?: number;
}

export interface PageStatEvent {
  /** From 0. */
  readonly page: number;
  /** Unix seconds, from 1. */
  readonly startTime: number;
  /** 0–86400. */
  readonly durationSeconds: number;
  /** From 1. */
  readonly totalPages: number;
}

/** [page, startTime, durationSeconds, totalPages] */
export type PageStatRow = readonly [number, number, number, number];

export interface PageStatsAnswer extends ServerEnvelope {
  readonly results: readonly PageStatsResult[];
  readonly unmatched: readonly string[];
  readonly rejected?: readonly RejectedItem[];
}

export interface PageStatsResult {
  readonly hash: string;
  /** Events that were new. */
  readonly accepted: number;
  /** Events known before, also where they grew. */
  readonly duplicates: number;
  /** Highest start time stored from this device, unix seconds; 0: send everything again. */
  readonly watermark: number;
}
