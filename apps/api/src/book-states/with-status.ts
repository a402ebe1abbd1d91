import { type ReadingStatus, readingsAfter } from '@bookorbit/domain-book-state';
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
    readings: readingsAfter(state.readings, state.status, status, at),
  };
}
