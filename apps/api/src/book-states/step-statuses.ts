import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { BookStateRepository, type StoredBookState } from './book-state.repository.ts';
import { steppedBy, type MaybeTimedPlace } from './with-status.ts';

/** A place that was read in a file, of whatever source. */
export interface ReadPlace extends MaybeTimedPlace {
  readonly bookFileId: number;
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
      const stepped = steppedBy(changed.get(before.bookId) ?? before.state, place, before.thresholds, now);
      if (stepped) changed.set(before.bookId, stepped);
    }
    if (changed.size > 0) await this.states.save(tx, userId, changed);
  }
}
