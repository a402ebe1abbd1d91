// What the process that reads a statistics database and the one that asked for it say to each other.

/** A document of the database. */
export interface StatisticsBook {
  /** Lower case. */
  readonly fingerprint: string;
  readonly title?: string;
  readonly authors?: string;
}

/** Page stats as columns, each as long as the others. */
export interface StatisticsRows {
  readonly pages: readonly number[];
  /** Unix seconds. */
  readonly startTimes: readonly number[];
  /** Seconds. */
  readonly durations: readonly number[];
  readonly totalPages: readonly number[];
}

/** What was found in all. */
export interface StatisticsCounts {
  readonly books: number;
  readonly rows: number;
  /** Rows no reader writes: another type, a time that cannot be, no pages. */
  readonly unusable: number;
}

/** Bounds of one reading. */
export interface StatisticsBounds {
  readonly books: number;
  readonly rows: number;
  readonly rowsABatch: number;
  /** Of SQLite's own memory. */
  readonly heapBytes: number;
}

export interface StatisticsJob {
  readonly path: string;
  /** Whether rows that are not yet in the database lie in a `-wal` file beside it. */
  readonly hasWal: boolean;
  readonly bounds: StatisticsBounds;
}

/** Each waits for `go` before the next: what the asker has not taken is not read yet. */
export type FromReader =
  | { readonly kind: 'book'; readonly book: StatisticsBook }
  | { readonly kind: 'rows'; readonly fingerprint: string; readonly rows: StatisticsRows }
  | { readonly kind: 'end'; readonly counts: StatisticsCounts }
  | { readonly kind: 'failed'; readonly reason: string };

export type ToReader = { readonly kind: 'read'; readonly job: StatisticsJob } | { readonly kind: 'go' };
