import { Injectable } from '@nestjs/common';
import type { AnnotationsChange, AnnotationsChanged } from '@bookorbit/contracts';
import { Transaction } from '../database/index.ts';
import { AnnotationListRepository } from './annotation-list.repository.ts';
import { MakeChanges } from './make-changes.ts';

/** Makes one change to many annotations at once. */
@Injectable()
export class ChangeManyAnnotations {
  constructor(
    private readonly transaction: Transaction,
    private readonly list: AnnotationListRepository,
    private readonly makeChanges: MakeChanges,
  ) {}

  /** Leaves out what is gone, what is not the user's, and what the change does not concern. */
  run(userId: number, { ids, ...change }: AnnotationsChange): Promise<AnnotationsChanged> {
    return this.transaction.run(async (tx) => {
      const seen = await this.list.findMany(tx, userId, ids);
      const changed = await this.makeChanges.run(tx, userId, seen, change);
      return { annotations: await this.list.findMany(tx, userId, changed) };
    });
  }
}
