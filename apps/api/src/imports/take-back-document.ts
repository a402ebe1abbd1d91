import { Injectable } from '@nestjs/common';
import type { ImportUndo } from '@bookorbit/contracts';
import type { EntityManager } from 'typeorm';
import { ImportedAnnotations } from '../annotations/index.ts';
import { ImportedStates } from '../book-states/index.ts';
import { lockFiles } from '../database/index.ts';
import { ImportedPlaces } from '../progress/index.ts';
import { ImportedPageStats, TakeInPageStats } from '../sessions/index.ts';
import { type DocumentJournal, ImportRepository } from './import.repository.ts';

/** Takes back what an import did to one file, and nothing anybody else did. Runs inside the caller's transaction. */
@Injectable()
export class TakeBackDocument {
  constructor(
    private readonly annotations: ImportedAnnotations,
    private readonly states: ImportedStates,
    private readonly places: ImportedPlaces,
    private readonly pageStats: ImportedPageStats,
    private readonly takeInPageStats: TakeInPageStats,
    private readonly imports: ImportRepository,
  ) {}

  async run(
    tx: EntityManager,
    userId: number,
    { id, deviceId }: { readonly id: number; readonly deviceId: string },
    journal: DocumentJournal,
    now: Date,
  ): Promise<ImportUndo> {
    const { bookFileId, stateBefore, stateAfter } = journal;
    await lockFiles(tx, userId, [bookFileId]);
    const removedPageStats = await this.takeBackPageStats(tx, userId, id, deviceId, bookFileId, now);
    const notes = await this.annotations.takeBack(tx, userId, deviceId, bookFileId, journal.annotations, now);
    const changed = { before: stateBefore, after: stateAfter };
    const state = await this.states.takeBack(tx, userId, deviceId, journal, changed);
    const removedPlaces = await this.places.takeBack(tx, userId, deviceId, bookFileId, journal.sharedBefore);
    return {
      removedPageStats,
      removedAnnotations: notes.removed,
      revertedAnnotations: notes.reverted,
      keptAnnotations: notes.kept,
      revertedStates: state.reverted,
      keptStates: state.kept,
      removedPlaces,
    };
  }

  /** Rows that another import has too are that one's then. */
  private async takeBackPageStats(
    tx: EntityManager,
    userId: number,
    id: number,
    deviceId: string,
    bookFileId: number,
    now: Date,
  ): Promise<number> {
    let removed = await this.pageStats.takeBack(tx, userId, deviceId, bookFileId);
    if (removed === 0) return 0;
    for (const other of await this.imports.findOthers(tx, userId, id, bookFileId)) {
      for (const part of await this.imports.findParts(tx, userId, other.id, other.document)) {
        const stats = await this.imports.findPart(tx, userId, other.id, other.document, part);
        const file = { bookFileId, hash: other.document, stats };
        const [result] = await this.takeInPageStats.run(tx, userId, other.deviceId, [file], now);
        removed -= result?.accepted ?? 0;
      }
    }
    return removed;
  }
}
