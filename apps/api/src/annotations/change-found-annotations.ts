import { Injectable } from '@nestjs/common';
import {
  ANNOTATIONS_CHANGED_AT_ONCE,
  ANNOTATIONS_CHANGED_BOOKS,
  type AnnotationFilter,
  type AnnotationsChange,
  type FoundAnnotationsChange,
  type FoundAnnotationsChanged,
} from '@bookorbit/contracts';
import { Transaction } from '../database/index.ts';
import { Refusal } from '../http/index.ts';
import { AnnotationListRepository, type FoundAnnotation } from './annotation-list.repository.ts';
import { MakeChanges } from './make-changes.ts';

/** Makes one change to everything a filter finds, and says how to take it back. */
@Injectable()
export class ChangeFoundAnnotations {
  constructor(
    private readonly transaction: Transaction,
    private readonly list: AnnotationListRepository,
    private readonly makeChanges: MakeChanges,
  ) {}

  /** @throws Refusal `conflict` when there are not as many as the person was told; nothing is changed then. */
  run(
    userId: number,
    filter: AnnotationFilter,
    { count, except = [], ...change }: FoundAnnotationsChange,
  ): Promise<FoundAnnotationsChanged> {
    return this.transaction.run(async (tx) => {
      const found = await this.list.findAll(tx, userId, filter);
      if (found.length !== count) {
        throw new Refusal(
          'conflict',
          `There are ${found.length} by now, not ${count}. Look again before you change them.`,
        );
      }
      const spared = new Set(except);
      const wanted = found.filter(({ id }) => !spared.has(id));
      if (new Set(wanted.map(({ fileId }) => fileId)).size > ANNOTATIONS_CHANGED_BOOKS) {
        throw new Refusal(
          'bad_request',
          `These are in more than ${ANNOTATIONS_CHANGED_BOOKS} books. Narrow them to fewer, for instance by date, and change them in parts.`,
        );
      }
      const changed = new Set(await this.makeChanges.run(tx, userId, wanted, change));
      const before = wanted.filter(({ id }) => changed.has(id));
      return { count: before.length, undo: undoOf(before, change) };
    });
  }
}

/** Changes that make annotations what they were before. */
function undoOf(before: readonly FoundAnnotation[], change: Omit<AnnotationsChange, 'ids'>): AnnotationsChange[] {
  const { action } = change;
  if (action !== 'edit') {
    return inParts(before).map((ids) => ({ action: action === 'trash' ? 'restore' : 'trash', ids }));
  }
  const alike = Map.groupBy(before, ({ style, color }) =>
    JSON.stringify({
      ...(change.style !== undefined && { style }),
      ...(change.color !== undefined && { color }),
    }),
  );
  return [...alike].flatMap(([former, ofThem]) =>
    inParts(ofThem).map((ids): AnnotationsChange => ({ action, ids, ...(JSON.parse(former) as object) })),
  );
}

function inParts(found: readonly FoundAnnotation[]): number[][] {
  const ids = found.map(({ id }) => id);
  return Array.from({ length: Math.ceil(ids.length / ANNOTATIONS_CHANGED_AT_ONCE) }, (_, n) =>
    ids.slice(n * ANNOTATIONS_CHANGED_AT_ONCE, (n + 1) * ANNOTATIONS_CHANGED_AT_ONCE),
  );
}
