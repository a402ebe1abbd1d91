import { Injectable } from '@nestjs/common';
import type { BookStateResult } from '@bookorbit/contracts';
import {
  type FieldReport,
  hasFinished,
  mergeField,
  mergeStatus,
  readAfterChoice,
  type ReadingStatus,
  statusForDevice,
} from '@bookorbit/domain-book-state';
import type { EntityManager } from 'typeorm';
import { calendarOf, endOfDay } from '../clock/index.ts';
import { lockFiles } from '../database/index.ts';
import {
  type DeviceBookState,
  type KnownBookState,
  BookStateRepository,
  type StoredBookState,
} from './book-state.repository.ts';
import { type BookStateReport, believable, timeOf, type UserDays } from './book-state-report.ts';
import { statusOf, steppedBy, withStatus } from './with-status.ts';

/** What a device says of a file, checked. */
export interface FileBookState {
  readonly bookFileId: number;
  readonly hash: string;
  readonly report: BookStateReport;
}

/** The one way in for what devices say of books: lock, merge each field by itself, save. Runs inside the caller's transaction. */
@Injectable()
export class MergeBookStates {
  constructor(private readonly states: BookStateRepository) {}

  /** @returns A result for each file, in the order of `files`. */
  async run(
    tx: EntityManager,
    userId: number,
    deviceId: string,
    files: readonly FileBookState[],
    now: Date,
  ): Promise<BookStateResult[]> {
    if (files.length === 0) return [];
    const fileIds = files.map(({ bookFileId }) => bookFileId);
    await lockFiles(tx, userId, fileIds);
    const known = await this.states.findKnown(tx, userId, fileIds, deviceId);
    const changedBooks = new Map<number, StoredBookState>();
    const heard = new Map<number, DeviceBookState>();
    const results = files.map(({ bookFileId, hash, report }) => {
      const before = known.get(bookFileId);
      if (!before) throw new Error('a recognised file is not there');
      const device = heard.get(bookFileId) ?? before.device;
      const merged = merge({ ...before, state: changedBooks.get(before.bookId) ?? before.state, device }, report, now);
      if (merged.isChanged) changedBooks.set(before.bookId, merged.state);
      if (hasChanged(device, merged.device)) heard.set(bookFileId, merged.device);
      return { hash, bookId: before.bookId, applied: merged.applied, own: merged.state };
    });
    if (changedBooks.size > 0) await this.states.save(tx, userId, changedBooks);
    if (heard.size > 0) await this.states.saveDevice(tx, userId, deviceId, heard);
    return results.map(({ hash, bookId, applied, own }) => resultOf(hash, applied, changedBooks.get(bookId) ?? own));
  }
}

interface Applied {
  readonly status: boolean;
  readonly rating: boolean;
  readonly review: boolean;
}

function merge(known: KnownBookState, sent: BookStateReport, now: Date) {
  const { state, device } = known;
  const days = daysOf(known.timeZone, now);
  const { status, rating, review } = believable(sent, days);
  const dayOf = (time: number) => days.calendar.dayOf(time).day;
  const current = statusOf(state);
  const chosenAt = timeOf(status, days);
  const statusDecision = mergeStatus(current, device.status, status, hasFinished(state.readings, chosenAt), dayOf);
  const rated = mergeField(
    { value: state.rating, changedAt: state.ratingAt },
    device.rating,
    rating,
    dayOf,
    device.givenRating,
  );
  const reviewed = mergeField(
    { value: state.review, changedAt: state.reviewAt },
    device.review,
    review,
    dayOf,
    device.givenReview,
  );
  const withNewStatus = statusDecision.isApplied ? withChoice(known, statusDecision.status, chosenAt, days.now) : state;
  return {
    applied: {
      // A choice that what was read since has stepped on from is not what the device is to keep.
      status: statusDecision.isApplied && statusForDevice(withNewStatus.status) === saidOf(status, undefined),
      rating: rated.isApplied,
      review: reviewed.isApplied,
    },
    isChanged: statusDecision.isApplied || rated.isApplied || reviewed.isApplied,
    state: {
      ...withNewStatus,
      ...(rated.isApplied && { rating: rated.field.value, ratingAt: timeOf(undated(rating), days) }),
      ...(reviewed.isApplied && { review: reviewed.field.value, reviewAt: timeOf(review, days) }),
    },
    device: {
      status: status.kind === 'set' ? status.value : device.status,
      rating: saidOf(rating, device.rating),
      review: saidOf(review, device.review),
      givenRating: rated.field.value ?? undefined,
      givenReview: reviewed.field.value ?? undefined,
    },
  };
}

/** @returns The state after a device's choice, which may come late, and after what was read since it was made. */
function withChoice(
  { state, places, thresholds }: KnownBookState,
  status: ReadingStatus,
  chosenAt: number,
  now: number,
): StoredBookState {
  const current = statusOf(state);
  const isFinishedSince = current?.status === 'finished' && current.setBy === 'progress' && current.setAt > chosenAt;
  // The reading that ended since had not ended then.
  const then = isFinishedSince ? withStatus(state, 'reading', 'progress', chosenAt) : state;
  return readAfterChoice(chosenAt, current, places, thresholds).reduce(
    (after, place) => steppedBy(after, place, thresholds, now) ?? after,
    withStatus(then, status, 'user', chosenAt),
  );
}

/** Of a rating the date only says since when at the earliest. */
function undated<T>(field: FieldReport<T>): FieldReport<T> {
  return field.kind === 'absent' ? field : { ...field, changedOn: undefined };
}

function daysOf(timeZone: string, now: Date): UserDays {
  const calendar = calendarOf(timeZone);
  const seconds = Math.floor(now.getTime() / 1000);
  return {
    calendar,
    now: seconds,
    today: calendar.dayOf(seconds).day,
    endOf: (day) => endOfDay(calendar, day),
  };
}

function saidOf<T>(
  report: { readonly kind: 'absent' } | { readonly kind: 'cleared' } | { readonly kind: 'set'; readonly value: T },
  before: T | null | undefined,
): T | null | undefined {
  switch (report.kind) {
    case 'absent':
      return before;
    case 'cleared':
      return null;
    case 'set':
      return report.value;
  }
}

function hasChanged(before: DeviceBookState, after: DeviceBookState): boolean {
  return (
    before.status !== after.status ||
    before.rating !== after.rating ||
    before.review !== after.review ||
    before.givenRating !== after.givenRating ||
    before.givenReview !== after.givenReview
  );
}

function resultOf(hash: string, applied: Applied, state: StoredBookState): BookStateResult {
  const status = statusForDevice(state.status);
  return {
    hash,
    statusApplied: applied.status,
    ratingApplied: applied.rating,
    reviewApplied: applied.review,
    ...(state.rating !== null && { rating: state.rating }),
    ratingSet: state.rating !== null,
    ...(state.ratingAt !== undefined && { ratingUpdatedAt: state.ratingAt }),
    ...(state.review !== null && { reviewNote: state.review }),
    reviewNoteSet: state.review !== null,
    ...(state.reviewAt !== undefined && { reviewUpdatedAt: state.reviewAt }),
    ...(status && { status }),
    ...(state.statusAt !== undefined && { statusUpdatedAt: state.statusAt }),
  };
}
