import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { BookStateRepository, type StoredBookState } from './book-state.repository.ts';

/** What became of the status, rating and review an import brought. */
export interface TakenBackState {
  readonly reverted: number;
  readonly kept: number;
}

/** What imports need of a book's state besides the merge itself. Callers hold the file's lock. */
@Injectable()
export class ImportedStates {
  constructor(private readonly states: BookStateRepository) {}

  find(tx: EntityManager, userId: number, bookId: number): Promise<StoredBookState> {
    return this.states.find(tx, userId, bookId);
  }

  /** Takes back what an import did to a book's state; what somebody set since stays. */
  async takeBack(
    tx: EntityManager,
    userId: number,
    deviceId: string,
    { bookId, bookFileId }: { readonly bookId: number; readonly bookFileId: number },
    imported: { readonly before: StoredBookState; readonly after: StoredBookState },
  ): Promise<TakenBackState> {
    await tx.query(`DELETE FROM device_book_states WHERE user_id = $1 AND device_id = $2 AND book_file_id = $3`, [
      userId,
      deviceId,
      bookFileId,
    ]);
    const taken = takeBackState(imported.before, imported.after, await this.states.find(tx, userId, bookId));
    if (taken.reverted > 0) await this.states.save(tx, userId, new Map([[bookId, taken.state]]));
    return taken;
  }
}

const FIELDS = [
  ['status', 'statusSetBy', 'statusAt', 'statusChosenAt', 'readings'],
  ['rating', 'ratingAt'],
  ['review', 'reviewAt'],
] as const;

/** @returns The state without what changed from `before` to `after`, field by field, but for what changed again since. */
export function takeBackState(
  before: StoredBookState,
  after: StoredBookState,
  current: StoredBookState,
): TakenBackState & { readonly state: StoredBookState } {
  let state = current;
  let [reverted, kept] = [0, 0];
  for (const names of FIELDS) {
    const isSame = (a: StoredBookState, b: StoredBookState) =>
      names.every((name) => JSON.stringify(a[name] ?? null) === JSON.stringify(b[name] ?? null));
    if (isSame(before, after)) continue;
    if (isSame(current, after)) {
      state = { ...state, ...Object.fromEntries(names.map((name) => [name, before[name]])) };
      reverted += 1;
    } else {
      kept += 1;
    }
  }
  return { state, reverted, kept };
}
