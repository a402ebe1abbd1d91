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
  /** When the user last chose, whatever steps came after, unix seconds; undefined when they never did. */
  readonly chosenAt?: number;
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
  if (current?.chosenAt !== undefined && current.chosenAt >= readAt) return undefined;
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

/** A place that may step a status. */
export interface SteppingPlace {
  /** 0–1. */
  readonly percentage: number;
  /** Unix seconds. */
  readonly readAt: number;
}

/**
 * What was read after a choice that comes late, in the order in which it steps the status: of `places` those read since, and the place that
 * led to the step the server is at, though something else was read since.
 */
export function readAfterChoice(
  chosenAt: number,
  server: StatusState | undefined,
  places: readonly SteppingPlace[],
  thresholds: StatusThresholds,
): readonly SteppingPlace[] {
  const percentage = server?.status === 'finished' ? thresholds.finished : thresholds.reading;
  const step = server?.setBy === 'progress' ? [{ percentage, readAt: server.setAt }] : [];
  return [...places, ...step]
    .filter(({ readAt }) => readAt > chosenAt)
    .toSorted((one, other) => one.readAt - other.readAt);
}
