import { changeTimeOf, type DeviceStatus, type FieldReport } from '@bookorbit/domain-book-state';
import { type DeviceClock, readTimeOf } from '@bookorbit/domain-progress';
import type { Calendar } from '@bookorbit/domain-reading-sessions';
import type { BookStateItemDto } from './book-states.dto.ts';

/** What a device says of a book, field by field. Times are by the server's clock. */
export interface BookStateReport {
  readonly status: FieldReport<DeviceStatus>;
  readonly rating: FieldReport<number>;
  readonly review: FieldReport<string>;
}

/** The user's days as seen now. */
export interface UserDays {
  readonly calendar: Calendar;
  /** Unix seconds. */
  readonly now: number;
  readonly today: string;
  /** Last second of a day, unix seconds. */
  readonly endOf: (day: string) => number;
}

const DAY_SECONDS = 86_400;

/**
 * @param envelope Of the request: our plugin, which says only what differs from what it was given, sends `protocol`.
 * @param now The server's clock, unix seconds.
 */
export function reportFromItem(
  item: BookStateItemDto,
  envelope: DeviceClock & { readonly protocol?: number },
  now: number,
): BookStateReport {
  const isDifference = envelope.protocol !== undefined;
  const { status, rating, reviewNote } = item;
  const time = (timestamp: number | undefined) => readTimeOf(timestamp, envelope, now);
  const statusTime = { changedAt: time(item.statusChangedAt), changedOn: item.statusModified };
  // KOReader has one date, which a new rating does not move: the rating is at least that new.
  const ratingTime = { changedAt: time(item.ratingChangedAt), changedOn: item.statusModified, isDifference };
  const reviewTime = { changedAt: time(item.reviewChangedAt), changedOn: item.reviewModified, isDifference };
  return {
    status: status === undefined ? { kind: 'absent' } : { kind: 'set', value: status, ...statusTime },
    rating: fieldOf(rating, item.ratingCleared, ratingTime),
    // A review that was emptied is no review; only the explicit word clears it.
    review: fieldOf(reviewNote === '' ? null : reviewNote, item.reviewCleared, reviewTime),
  };
}

function fieldOf<T>(
  value: T | null | undefined,
  isCleared: boolean | undefined,
  {
    isDifference,
    ...time
  }: { readonly changedAt?: number; readonly changedOn?: string; readonly isDifference: boolean },
): FieldReport<T> {
  if (isCleared) return { kind: 'cleared', ...time };
  return value === undefined || value === null ? { kind: 'absent' } : { kind: 'set', value, isDifference, ...time };
}

/** @returns The report without dates that lie ahead: the clock that wrote them was wrong, and would win for ever. */
export function believable(report: BookStateReport, days: UserDays): BookStateReport {
  const tomorrow = days.calendar.dayOf(days.now + DAY_SECONDS).day;
  const checked = <T>(field: FieldReport<T>): FieldReport<T> =>
    field.kind !== 'absent' && field.changedOn !== undefined && field.changedOn > tomorrow
      ? { ...field, changedOn: undefined }
      : field;
  return { status: checked(report.status), rating: checked(report.rating), review: checked(report.review) };
}

/** When the device changed a field it speaks of, unix seconds. */
export function timeOf(field: FieldReport<unknown>, days: UserDays): number {
  return field.kind === 'absent' ? days.now : changeTimeOf(field, days, days.now);
}
