import type { ReadingStatus } from './reading-status.ts';

/** One time somebody read a book; the last may still go on. */
export interface BookReading {
  /** Unix seconds; undefined when only its end is known. */
  readonly startedAt?: number;
  /** Unix seconds; undefined while it goes on. */
  readonly endedAt?: number;
  readonly outcome?: 'finished' | 'abandoned';
}

/**
 * What a change of status makes of the times a book was read. Reading again begins a new one, so that the dates of the first stay;
 * going back to Reading goes on with the last.
 *
 * @param readings Oldest first.
 * @param at Unix seconds.
 */
export function readingsAfter(
  readings: readonly BookReading[],
  from: ReadingStatus,
  to: ReadingStatus,
  at: number,
): readonly BookReading[] {
  if (from === to) return readings;
  const last = readings.at(-1);
  const before = readings.slice(0, -1);
  const isOpen = last !== undefined && last.outcome === undefined;
  switch (to) {
    case 'reading':
      if (isOpen) return readings;
      return last ? [...before, { startedAt: last.startedAt }] : [{ startedAt: at }];
    case 'rereading':
      return isOpen && from !== 'finished' ? readings : [...readings, { startedAt: at }];
    case 'finished':
      return finished(readings, at);
    case 'abandoned':
      return isOpen ? [...before, ended(last, at, 'abandoned')] : readings;
    case 'on_hold':
      return readings;
    case 'unread':
    case 'want_to_read':
      return isOpen ? before : readings;
  }
}

/** @returns Whether somebody had got to the end of a book by then, unix seconds. */
export function hasFinished(readings: readonly BookReading[], by: number): boolean {
  return readings.some(({ outcome, endedAt = 0 }) => outcome === 'finished' && endedAt <= by);
}

function finished(readings: readonly BookReading[], at: number): readonly BookReading[] {
  const last = readings.at(-1);
  const goesOn = last !== undefined && last.outcome !== 'finished';
  return goesOn
    ? [...readings.slice(0, -1), ended(last, at, 'finished')]
    : [...readings, { endedAt: at, outcome: 'finished' }];
}

function ended({ startedAt }: BookReading, at: number, outcome: 'finished' | 'abandoned'): BookReading {
  return { startedAt: startedAt === undefined ? undefined : Math.min(startedAt, at), endedAt: at, outcome };
}
