import {
  type ReadingStatus,
  readingsAfter,
  statusByProgress,
  type StatusState,
  type StatusThresholds,
} from '@bookorbit/domain-book-state';
import type { StoredBookState } from './book-state.repository.ts';

/** @returns The state with another status, and the times the book was read as they then are. */
export function withStatus(
  state: StoredBookState,
  status: ReadingStatus,
  setBy: 'user' | 'progress',
  at: number,
): StoredBookState {
  return {
    ...state,
    status,
    statusSetBy: setBy,
    statusAt: at,
    statusChosenAt: setBy === 'user' ? at : state.statusChosenAt,
    readings: readingsAfter(state.readings, state.status, status, at),
  };
}

/** @returns The status as the rules see it; undefined when nobody set it yet. */
export function statusOf({ status, statusSetBy, statusAt, statusChosenAt }: StoredBookState): StatusState | undefined {
  return statusSetBy && { status, setBy: statusSetBy, setAt: statusAt ?? 0, chosenAt: statusChosenAt };
}

/** A place that was read. */
export interface MaybeTimedPlace {
  /** 0–1. */
  readonly percentage: number;
  /** Unix seconds; undefined when nobody knows. */
  readonly readAt?: number;
}

/**
 * @param now Unix seconds; stands for a time nobody knows.
 * @returns The state with the status a place leads to; undefined where it leads to none.
 */
export function steppedBy(
  state: StoredBookState,
  { percentage, readAt }: MaybeTimedPlace,
  thresholds: StatusThresholds,
  now: number,
): StoredBookState | undefined {
  // Reading of unknown time may be older than any choice.
  const status = statusByProgress(statusOf(state), percentage, readAt ?? 0, thresholds);
  return status && withStatus(state, status, 'progress', readAt ?? now);
}
