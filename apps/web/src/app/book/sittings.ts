import type { ReadingLogEntry } from '@bookorbit/contracts';

/** A sitting as it is drawn: when it was, and which part of the book it was in. All are shares from 0 to 1. */
export interface DrawnSitting {
  readonly id: number;
  /** Of the time shown. */
  readonly at: number;
  /** Of the book. */
  readonly from: number;
  readonly until: number;
  /** Nobody counted its pages, so where it was is not known. */
  readonly isPlaceless: boolean;
}

/** Sittings over time, the oldest at 0 and the newest at 1; alone, one is in the middle. */
export function drawSittings(sittings: readonly ReadingLogEntry[]): readonly DrawnSitting[] {
  const times = sittings.map(({ startedAt }) => Date.parse(startedAt));
  const first = Math.min(...times);
  const span = Math.max(...times) - first;
  return sittings.map(({ id, from, until }, n) => ({
    id,
    at: span === 0 ? 0.5 : ((times[n] ?? first) - first) / span,
    from: from ?? 0,
    until: until ?? 0,
    isPlaceless: from === undefined || until === undefined,
  }));
}
