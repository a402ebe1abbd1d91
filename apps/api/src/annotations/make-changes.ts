import { Injectable } from '@nestjs/common';
import type { AnnotationsChange } from '@bookorbit/contracts';
import { type Annotation, editOnServer, entomb, restoreOnServer } from '@bookorbit/domain-annotations';
import type { EntityManager } from 'typeorm';
import { Clock } from '../clock/index.ts';
import { lockFiles } from '../database/index.ts';
import { AnnotationRepository } from './annotation.repository.ts';
import { patchedFields, webColumns } from './patched-annotation.ts';

/** One change, to whatever it may be. */
export type ChangeOfMany = Omit<AnnotationsChange, 'ids'>;

/** Makes one change to annotations of one user, in a constant number of statements. Devices hear of it like of any other change. */
@Injectable()
export class MakeChanges {
  constructor(
    private readonly annotations: AnnotationRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * @param seen Annotations the user may see, with their files.
   * @returns Those that were changed: what is gone meanwhile, and what the change does not concern, is left out.
   */
  async run(
    tx: EntityManager,
    userId: number,
    seen: readonly { readonly id: number; readonly fileId: number }[],
    change: ChangeOfMany,
  ): Promise<number[]> {
    await lockFiles(tx, userId, [...new Set(seen.map(({ fileId }) => fileId))]);
    const now = this.clock.now();
    const ids = seen.map(({ id }) => id);
    const concerned = (await this.annotations.findMany(tx, userId, ids)).filter(({ annotation }) =>
      isConcerned(annotation, change),
    );
    const changed = concerned.map(({ bookFileId, annotation }) => ({
      bookFileId,
      before: annotation,
      after: decide(annotation, change, now.getTime() / 1000),
    }));
    const saves = [...Map.groupBy(changed, ({ bookFileId }) => bookFileId)].map(([bookFileId, ofFile]) => ({
      bookFileId,
      change: {
        annotations: ofFile.filter(({ before, after }) => after !== before).map(({ after }) => after),
        holdings: [],
      },
    }));
    await this.annotations.save(tx, userId, { source: 'web', deviceId: '' }, saves, now);
    const concernedIds = concerned.map(({ annotation }) => annotation.id);
    const columns = change.action === 'edit' ? webColumns(change) : {};
    if (Object.keys(columns).length > 0) {
      await this.annotations.saveWebColumns(tx, userId, concernedIds, columns);
    }
    return concernedIds;
  }
}

function isConcerned({ kind, deletedAt }: Annotation, { action }: ChangeOfMany): boolean {
  switch (action) {
    case 'edit':
      return kind === 'highlight' && deletedAt === undefined;
    case 'trash':
      return deletedAt === undefined;
    case 'restore':
      return deletedAt !== undefined;
  }
}

function decide(annotation: Annotation, change: ChangeOfMany, now: number): Annotation {
  switch (change.action) {
    case 'edit':
      return editOnServer(annotation, patchedFields(annotation, { style: change.style, color: change.color }), now);
    case 'trash':
      return entomb(annotation, now);
    case 'restore':
      return restoreOnServer(annotation);
  }
}
