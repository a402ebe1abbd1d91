import { READING_SOURCES, type ReadingSource } from '@bookorbit/contracts';
import type { StatisticsQuery } from '../api/index.ts';
import { PERIODS, type Period } from './reading-days.ts';

/** What statistics are of, as the address says it. */
export interface StatisticsChoice {
  readonly year?: number;
  readonly source?: ReadingSource;
  readonly deviceId?: string;
  readonly bookId?: number;
}

const DEFAULT_PERIOD: Period = 'week';
const EARLIEST_YEAR = 1970;
const LATEST_YEAR = 2200;

export function choiceFromAddress(
  address: Readonly<Record<'year' | 'source' | 'device' | 'book', string | undefined>>,
): StatisticsChoice {
  const year = Number(address.year);
  const bookId = Number(address.book);
  const source = READING_SOURCES.find((known) => known === address.source);
  return {
    ...(Number.isInteger(year) && year >= EARLIEST_YEAR && year <= LATEST_YEAR && { year }),
    ...(Number.isSafeInteger(bookId) && bookId > 0 && { bookId }),
    ...(source && { source }),
    ...(address.device && { deviceId: address.device }),
  };
}

/** Query parameters for a choice, with `null` for whatever the address need not say. */
export function addressFromChoice({
  year,
  source,
  deviceId,
  bookId,
}: StatisticsChoice): Record<string, string | number | null> {
  return { year: year ?? null, source: source ?? null, device: deviceId ?? null, book: bookId ?? null };
}

export function periodFromAddress(by: string | undefined): Period {
  return PERIODS.find((known) => known === by) ?? DEFAULT_PERIOD;
}

export function addressFromPeriod(period: Period): Record<string, string | null> {
  return { by: period === DEFAULT_PERIOD ? null : period };
}

export function queryFromChoice({ year, ...rest }: StatisticsChoice): StatisticsQuery {
  return { ...rest, ...(year !== undefined && { from: `${year}-01-01`, to: `${year}-12-31` }) };
}

/** Years something was read in, latest first. */
export function yearsSince(firstDay: string | undefined, today: string): readonly number[] {
  if (firstDay === undefined) return [];
  const [first, last] = [Number(firstDay.slice(0, 4)), Number(today.slice(0, 4))];
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, n) => last - n);
}
