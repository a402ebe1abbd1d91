import { Injectable } from '@nestjs/common';
import type { AnnotationsChange, AnnotationsChanged } from '@bookorbit/contracts';
import { type Annotation, editOnServer, entomb, restoreOnServer } from '@bookorbit/domain-annotations';
import { Clock } from '../clock/index.ts';
import { lockFiles, Transaction } from '../database/index.ts';
import { AnnotationListRepository } from './annotation-list.repository.ts';
import { AnnotationRepository } from './annotation.repository.ts';
import { patchedFields, webColumns } from './patched-annotation.ts';

/** Makes one change to many annotations at once, in a constant number of statements. Devices hear of it like of any other change. */
@Injectable()
export class ChangeManyAnnotations {
  constructor(
    private readonly transaction: Transaction,
    private readonly annotations: AnnotationRepository,
    private readonly list: AnnotationListRepository,
    private readonly clock: Clock,
  ) {}

  /** Leaves out what is gone, what is not the user's, and what the change does not concern. */
  run(userId: number, change: AnnotationsChange): Promise<AnnotationsChanged> {
    return this.transaction.run(async (tx) => {
      const seen = await this.list.findMany(tx, userId, change.ids);
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
      return { annotations: await this.list.findMany(tx, userId, concernedIds) };
    });
  }
}

function isConcerned({ kind, deletedAt }: Annotation, { action }: AnnotationsChange): boolean {
  switch (action) {
    case 'edit':
      return kind === 'highlight' && deletedAt === undefined;
    case 'trash':
      return deletedAt === undefined;
    case 'restore':
      return deletedAt !== undefined;
  }
}

function decide(annotation: Annotation, change: AnnotationsChange, now: number): Annotation {
  switch (change.action) {
    case 'edit':
      return editOnServer(annotation, patchedFields(annotation, { style: change.style, color: change.color }), now);
    case 'trash':
      return entomb(annotation, now);
    case 'restore':
      return restoreOnServer(annotation);
  }
}
