import { Injectable } from '@nestjs/common';
import {
  type Annotation,
  entomb,
  type ImportedAnnotation,
  restoreOnServer,
  takeBack,
} from '@bookorbit/domain-annotations';
import type { EntityManager } from 'typeorm';
import { AnnotationRepository } from './annotation.repository.ts';

/** What became of the annotations an import brought into a file. */
export interface TakenBackAnnotations {
  readonly removed: number;
  readonly reverted: number;
  readonly kept: number;
}

/** What imports need of a file's annotations besides the exchange itself. Callers hold the file's lock. */
@Injectable()
export class ImportedAnnotations {
  constructor(private readonly annotations: AnnotationRepository) {}

  /** Everything there is in the file, to be compared with what there is afterwards. */
  find(tx: EntityManager, userId: number, bookFileId: number): Promise<Annotation[]> {
    return this.annotations.findAll(tx, userId, bookFileId);
  }

  /** Takes out of the trash what an import brought, was taken back, and is now brought again. */
  async restore(
    tx: EntityManager,
    userId: number,
    deviceId: string,
    bookFileId: number,
    datetimes: ReadonlySet<string>,
    now: Date,
  ): Promise<void> {
    const { kept, purged } = await this.annotations.findTakenBack(tx, userId, bookFileId);
    if (kept.size + purged.size === 0) return;
    const gone = (await this.annotations.findAll(tx, userId, bookFileId)).filter(({ datetime }) =>
      datetimes.has(datetime),
    );
    // Of those the trash let go there is nothing left to bring back: they come as new.
    const without = gone.filter(({ id }) => purged.has(id)).map(({ id }) => id);
    if (without.length > 0) await this.annotations.remove(tx, userId, without);
    const restored = gone.filter(({ id }) => kept.has(id)).map(restoreOnServer);
    const change = { annotations: restored, holdings: [] };
    if (restored.length > 0)
      await this.annotations.save(tx, userId, { source: 'koreader', deviceId }, [{ bookFileId, change }], now);
  }

  /** Takes back what an import did to a file, and forgets what it had. */
  async takeBack(
    tx: EntityManager,
    userId: number,
    deviceId: string,
    bookFileId: number,
    imported: readonly ImportedAnnotation[],
    now: Date,
  ): Promise<TakenBackAnnotations> {
    const seconds = now.getTime() / 1000;
    const current = new Map((await this.annotations.findAll(tx, userId, bookFileId)).map((each) => [each.id, each]));
    const ids = imported.map(({ after }) => after.id);
    const elsewhere = await this.annotations.findElsewhere(tx, userId, deviceId, ids);
    await this.annotations.forgetHoldings(tx, userId, deviceId, bookFileId);
    const gone: number[] = [];
    const entombed: Annotation[] = [];
    const reverted: Annotation[] = [];
    for (const each of imported) {
      const { id } = each.after;
      const known = current.get(id);
      const taken = takeBack(each, known, elsewhere.own.has(id), seconds);
      if (taken.kind === 'reverted') reverted.push(taken.annotation);
      if (taken.kind !== 'removed' || !known) continue;
      // Who was given it has to hear of its end.
      if (each.before || elsewhere.given.has(id)) entombed.push(entomb(known, seconds));
      else gone.push(id);
    }
    if (gone.length > 0) await this.annotations.remove(tx, userId, gone);
    const change = { annotations: [...entombed, ...reverted], holdings: [] };
    if (change.annotations.length > 0)
      await this.annotations.save(tx, userId, { source: 'koreader', deviceId }, [{ bookFileId, change }], now);
    const removed = gone.length + entombed.length;
    return { removed, reverted: reverted.length, kept: imported.length - removed - reverted.length };
  }
}
