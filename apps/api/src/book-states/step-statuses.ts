import { Injectable } from '@nestjs/common';
import { statusByProgress } from '@bookorbit/domain-book-state';
import type { EntityManager } from 'typeorm';
import { BookStateRepository, type StoredBookState } from './book-state.repository.ts';
import { withStatus } from './with-status.ts';

/** A place that was read in a file, of whatever source. */
export interface ReadPlace {
  readonly bookFileId: number;
  /** 0–1. */
  readonly percentage: number;
  /** Unix seconds; undefined when nobody knows. */
  readonly readAt?: number;
}

/** Lets progress set the status: Reading once begun, Finished at the end. Runs inside the caller's transaction, the files locked. */
@Injectable()
export class StepStatuses {
  constructor(private readonly states: BookStateRepository) {}

  /** @param now Unix seconds. */
  async run(tx: EntityManager, userId: number, places: readonly ReadPlace[], now: number): Promise<void> {
    if (places.length === 0) return;
    const known = await this.states.findKnown(
      tx,
      userId,
      [...new Set(places.map(({ bookFileId }) => bookFileId))],
      null,
    );
    const changed = new Map<number, StoredBookState>();
    // In the order they were read: whatever order they arrive in, the status is that of the reading.
    for (const place of [...places].sort((a, b) => (a.readAt ?? 0) - (b.readAt ?? 0))) {
      const before = known.get(place.bookFileId);
      if (!before) continue;
      const stepped = stepOf(changed.get(before.bookId) ?? before.state, place, before.thresholds, now);
      if (stepped) changed.set(before.bookId, stepped);
    }
    if (changed.size > 0) await this.states.save(tx, userId, changed);
  }
}

function stepOf(
  state: StoredBookState,
  { percentage, readAt }: ReadPlace,
  thresholds: Parameters<typeof statusByProgress>[3],
  now: number,
): StoredBookState | undefined {
  const current = state.statusSetBy && { status: state.status, setBy: state.statusSetBy, setAt: state.statusAt ?? 0 };
  // Reading of unknown time may be older than any choice.
  const status = statusByProgress(current || undefined, percentage, readAt ?? 0, thresholds);
  return status && withStatus(state, status, 'progress', readAt ?? now);
}
