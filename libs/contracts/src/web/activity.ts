import type { DeviceSummary } from './koreader.ts';

/** What an entry of the feed can be looked for by: something came, went, or was refused. */
export const SYNC_OUTCOMES = ['came', 'went', 'refused'] as const;
export type SyncOutcome = (typeof SYNC_OUTCOMES)[number];

/** Query of GET /api/v1/koreader/activity; each field narrows. */
export interface SyncFeedQuery {
  /** The `next` of the page before. */
  readonly before?: number;
  readonly deviceId?: string;
  readonly outcome?: SyncOutcome;
}

/** What devices did, newest first, a page at a time. */
export interface SyncFeed {
  readonly entries: readonly SyncFeedEntry[];
  /** Ask with this as `before` for what came earlier; absent at the end. */
  readonly next?: number;
}

/** One request of a device that brought or fetched something. Kept for 90 days. */
export interface SyncFeedEntry {
  readonly id: number;
  /** ISO 8601. */
  readonly happenedAt: string;
  readonly deviceId: string;
  readonly deviceName: string;
  /** The route: `sync`, `page-stats`, `progress`, … */
  readonly exchange: string;
  readonly milliseconds: number;
  /** Books it was about, as far as they are known and may be read. */
  readonly books: readonly { readonly bookId: number; readonly title: string }[];
  readonly came: SyncCounts;
  readonly went: SyncCounts;
  readonly refused: readonly SyncRefusal[];
}

/** How many of each kind; what is 0 is left out. */
export type SyncCounts = Readonly<Partial<Record<SyncKind, number>>>;
export type SyncKind = 'books' | 'places' | 'pageStats' | 'states' | 'annotations' | 'bookmarks' | 'deletes' | 'acks';

/** What was not taken, and why. */
export interface SyncRefusal {
  /** Where it stood in the request. */
  readonly path?: string;
  readonly reason: string;
}

/** GET /api/v1/koreader/devices/:deviceId. */
export interface DeviceDetail extends DeviceSummary {
  /** As the device names itself. */
  readonly model: string;
  /** What its owner calls it. */
  readonly givenName?: string;
  readonly counts: {
    readonly books: number;
    readonly pageStats: number;
    readonly sessions: number;
  };
  readonly lastSweep?: {
    /** ISO 8601. */
    readonly sweptAt: string;
    readonly booksMatched: number;
    readonly pageStatsUploaded: number;
    readonly annotationsUpserted: number;
  };
}

/** PATCH /api/v1/koreader/devices/:deviceId; what is absent stays. */
export interface DeviceChange {
  /** Empty: the model again. */
  readonly name?: string;
  /** Nothing waits for a retired device. */
  readonly isRetired?: boolean;
}
