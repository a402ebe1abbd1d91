import { LIMITS, type RejectedItem } from '@bookorbit/contracts';
import type { Integers } from '../database/index.ts';
import { Refusal } from '../http/index.ts';

/** Page stats as columns: no object for each of a hundred thousand rows. */
export interface StatRows {
  readonly startTimes: Integers;
  readonly pages: Integers;
  readonly durations: Integers;
  readonly totalPages: Integers;
}

/** What a request holds of one book. */
export interface CheckedStats extends StatRows {
  /** Start times of all rows, also of those that are left out: a device is not asked for them again. */
  readonly sentTimes: Integers;
}

const LARGEST_INTEGER = 2_147_483_647;
const LATEST_START = 253_402_300_799;
const LONGEST_DURATION = 86_400;
/** A device learns of this many bad rows; the others are left out all the same. */
const MOST_NAMED = 100;

/**
 * Checks the events or rows of one book by a plain loop.
 *
 * @param path Where the book stands in the request: `books[2]`.
 * @param leavesBadOut A bad row is named in `rejected`; else it refuses the request.
 * @throws Refusal `bad_request` with the path of the row.
 */
export function checkPageStats(
  book: { readonly events?: unknown; readonly rows?: unknown },
  path: string,
  leavesBadOut: boolean,
  rejected: RejectedItem[],
): CheckedStats {
  const rows = listOf(book.rows, `${path}.rows`);
  const events = listOf(book.events, `${path}.events`);
  const sent = rows.length + events.length;
  const [startTimes, sentTimes] = [new Float64Array(sent), new Float64Array(sent)];
  const [pages, durations, totalPages] = [new Int32Array(sent), new Int32Array(sent), new Int32Array(sent)];
  let [taken, seen] = [0, 0];
  const take = (
    kind: 'rows' | 'events',
    n: number,
    page: unknown,
    start: unknown,
    duration: unknown,
    total: unknown,
  ) => {
    const fault = faultOf(page, start, duration, total);
    sentTimes[seen] = isWhole(start, 1, LATEST_START) ? Number(start) : 1;
    seen += 1;
    if (fault === undefined) {
      startTimes[taken] = Number(start);
      pages[taken] = Number(page);
      durations[taken] = Number(duration);
      totalPages[taken] = Number(total);
      taken += 1;
      return;
    }
    const rowPath = `${path}.${kind}[${n}]`;
    if (!leavesBadOut) throw new Refusal('bad_request', `${rowPath}: ${fault}.`, { field: rowPath });
    if (rejected.length < MOST_NAMED) rejected.push({ path: rowPath, reason: `${rowPath}: ${fault}.` });
  };
  for (const [n, row] of rows.entries()) {
    const fields: readonly unknown[] = Array.isArray(row) ? row : [];
    take('rows', n, fields[0], fields[1], fields[2], fields[3]);
  }
  for (const [n, event] of events.entries()) {
    const fields = (typeof event === 'object' && event !== null ? event : {}) as Record<string, unknown>;
    take('events', n, fields['page'], fields['startTime'], fields['durationSeconds'], fields['totalPages']);
  }
  return {
    startTimes: startTimes.subarray(0, taken),
    pages: pages.subarray(0, taken),
    durations: durations.subarray(0, taken),
    totalPages: totalPages.subarray(0, taken),
    sentTimes,
  };
}

/** @throws Refusal `bad_request` when all books of a request together hold too many. */
export function checkEventCount(books: readonly StatRows[]): void {
  const events = books.reduce((sum, { startTimes }) => sum + startTimes.length, 0);
  if (events <= LIMITS.pageStatsEvents) return;
  throw new Refusal(
    'bad_request',
    `The request holds ${events} events; send at most ${LIMITS.pageStatsEvents} at once.`,
    { field: 'books' },
  );
}

function listOf(value: unknown, path: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) {
    if (value.length > LIMITS.pageStatsEvents) {
      throw new Refusal(
        'bad_request',
        `${path} holds ${value.length} events; send at most ${LIMITS.pageStatsEvents} at once.`,
        { field: path },
      );
    }
    return value;
  }
  // Lua writes an empty array as an empty object.
  if (typeof value === 'object' && Object.keys(value).length === 0) return [];
  throw new Refusal('bad_request', `${path} must be an array.`, { field: path });
}

function faultOf(page: unknown, startTime: unknown, duration: unknown, totalPages: unknown): string | undefined {
  if (!isWhole(page, 0, LARGEST_INTEGER)) return 'the page must be a whole number from 0';
  if (!isWhole(startTime, 1, LATEST_START)) return 'the start time must be unix seconds from 1';
  if (!isWhole(duration, 0, LONGEST_DURATION)) return `the duration must be 0 to ${LONGEST_DURATION} seconds`;
  if (!isWhole(totalPages, 1, LARGEST_INTEGER)) return 'the total of pages must be a whole number from 1';
  return undefined;
}

function isWhole(value: unknown, from: number, to: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to;
}
