import type { ReadingStatus } from './reading-status.ts';

/** When progress says something about the status; settable for each library. */
export interface StatusThresholds {
  /** 0–1. */
  readonly reading: number;
  /** 0–1. */
  readonly finished: number;
}

export const USUAL_THRESHOLDS: StatusThresholds = { reading: 0.0025, finished: 0.98 };

/** A status with who set it and when. */
export interface StatusState {
  readonly status: ReadingStatus;
  /** `progress`: an automatic step; `user`: a choice, on the web or on a device. */
  readonly setBy: 'user' | 'progress';
  /** Unix seconds. */
  readonly setAt: number;
}

/**
 * The automatic step progress makes, if any: Reading once begun, Finished at the end. It never undoes a choice the user made after that
 * place was read, and never leads back.
 *
 * @param readAt When the place was read, unix seconds.
 */
export function statusByProgress(
  current: StatusState | undefined,
  percentage: number,
  readAt: number,
  thresholds: StatusThresholds = USUAL_THRESHOLDS,
): ReadingStatus | undefined {
  if (current?.setBy === 'user' && current.setAt >= readAt) return undefined;
  const status = current?.status ?? 'unread';
  if (percentage >= thresholds.finished) return isOpen(status) ? 'finished' : undefined;
  if (percentage >= thresholds.reading)
    return status === 'unread' || status === 'want_to_read' || status === 'on_hold' ? 'reading' : undefined;
  return undefined;
}

/** Statuses that reaching the end completes. Abandoning is a choice; a finished book is finished. */
function isOpen(status: ReadingStatus): boolean {
  return status !== 'finished' && status !== 'abandoned';
}
