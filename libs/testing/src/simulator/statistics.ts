import type { PageStatRow, PageStatsResult } from '@bookorbit/contracts';

/** KOReader lets a row's duration grow later: the last day is read again. */
const OVERLAP_SECONDS = 86_400;
/** Small, so that conversations of several requests come about. */
const ROWS_A_REQUEST = 25;
const MOST_REQUESTS = 40;

/** A first slice of rows to send. */
export interface StatsSlice {
  readonly rows: readonly PageStatRow[];
  readonly rowCount: number;
  readonly hasMore: boolean;
  readonly since: number;
}

/** KOReader's statistics of one document on one device, and what the server told it has of them. */
export class DeviceStatistics {
  private readonly rowsByIdentity = new Map<string, PageStatRow>();
  private watermark = 0;
  private signature: string | undefined;

  /** One row for each page and second; durations only grow. */
  add(rows: readonly PageStatRow[]): void {
    for (const row of rows) {
      const identity = `${row[0]} ${row[1]}`;
      const known = this.rowsByIdentity.get(identity);
      if (!known || row[2] > known[2]) this.rowsByIdentity.set(identity, row);
    }
  }

  rows(): PageStatRow[] {
    return [...this.rowsByIdentity.values()].sort((a, b) => a[1] - b[1] || a[0] - b[0]);
  }

  /** @returns Undefined when the server has all of them, as far as this device knows. */
  slice(): StatsSlice | undefined {
    if (this.rowsByIdentity.size === 0) return undefined;
    const since = Math.max(0, this.watermark - OVERLAP_SECONDS);
    if (this.signature === this.signatureSince(since)) return undefined;
    return this.sliceSince(since);
  }

  /** Reads an answer, and says what is to be sent next. */
  receive(slice: StatsSlice, answer: Pick<PageStatsResult, 'watermark'>): StatsSlice | undefined {
    this.watermark = answer.watermark;
    this.signature =
      answer.watermark > 0 && !slice.hasMore
        ? this.signatureSince(Math.max(0, answer.watermark - OVERLAP_SECONDS))
        : undefined;
    if (answer.watermark === 0 && slice.since > 0) return this.sliceSince(0);
    const last = slice.rows.at(-1);
    return slice.hasMore && last ? { ...this.sliceSince(last[1] + 1), since: 0 } : undefined;
  }

  /** @param ask Sends a slice. */
  async send(
    first: StatsSlice,
    ask: (slice: StatsSlice) => Promise<Pick<PageStatsResult, 'watermark'>>,
  ): Promise<void> {
    let slice: StatsSlice | undefined = first;
    for (let count = 0; slice && slice.rows.length > 0 && count < MOST_REQUESTS; count += 1) {
      slice = this.receive(slice, await ask(slice));
    }
  }

  /** A client without a watermark sent everything. */
  noteAllSent(): void {
    this.signature = this.signatureSince(0);
  }

  copy(): DeviceStatistics {
    const copy = new DeviceStatistics();
    copy.add(this.rows());
    copy.watermark = this.watermark;
    copy.signature = this.signature;
    return copy;
  }

  private sliceSince(since: number): StatsSlice {
    const rows = this.rows().filter(([, startTime]) => startTime >= since);
    const size = ROWS_A_REQUEST;
    if (rows.length <= size) return { rows, rowCount: this.rowsByIdentity.size, hasMore: false, since };
    // Never cut within one second: the watermark could not tell the rest.
    let stop = size;
    while (stop > 0 && rows[stop]?.[1] === rows[stop - 1]?.[1]) stop -= 1;
    if (stop === 0) stop = rows.length;
    return { rows: rows.slice(0, stop), rowCount: this.rowsByIdentity.size, hasMore: stop < rows.length, since };
  }

  private signatureSince(since: number): string {
    const rows = this.rows().filter(([, startTime]) => startTime >= since);
    const seconds = rows.reduce((sum, [, , duration]) => sum + duration, 0);
    return [this.rowsByIdentity.size, rows.length, seconds, rows.at(-1)?.[1] ?? 0].join(':');
  }
}
