import { Injectable, inject, signal } from '@angular/core';
import {
  ANNOTATIONS_CHANGED_AT_ONCE,
  type AnnotationChange,
  type AnnotationDetail,
  type AnnotationsChange,
  type FoundAnnotationsChanged,
} from '@bookorbit/contracts';
import { hexFromKoreader } from '@bookorbit/domain-annotations';
import { AnnotationsApi } from '../api/index.ts';
import { Notices } from '../ui/index.ts';
import { HighlightsStore } from './highlights-store.ts';

/** How something is marked. */
export type Marking = Pick<AnnotationChange, 'style' | 'color'>;

/** Changes what a `HighlightsStore` shows: at once, and taken back if the server refuses. */
@Injectable({ providedIn: 'root' })
export class HighlightEdits {
  private readonly api = inject(AnnotationsApi);
  private readonly notices = inject(Notices);
  private readonly store = inject(HighlightsStore);

  /** Everything that is found is being changed, here or further down. */
  readonly isChangingAll = signal(false);
  /** Notes as they are being written, by annotation: its row may leave the page meanwhile and come back. */
  private readonly drafts = signal<ReadonlyMap<number, string>>(new Map());

  /** The note of an annotation as it is being written; undefined while nobody writes. */
  draftOf(id: number): string | undefined {
    return this.drafts().get(id);
  }

  keepDraft(id: number, draft: string): void {
    this.drafts.update((drafts) => new Map(drafts).set(id, draft));
  }

  dropDraft(id: number): void {
    this.drafts.update((drafts) => new Map([...drafts].filter(([other]) => other !== id)));
  }

  /** Changes one annotation; @returns whether the server did. */
  async edit(id: number, change: AnnotationChange): Promise<boolean> {
    const before = this.store.rows().find((row) => row.id === id);
    if (before === undefined) return false;
    this.store.replace([{ ...before, ...preview(change), ...(change.note === '' && { note: undefined }) }]);
    return this.write(
      async () => this.store.replace([await this.api.edit(id, change)]),
      () => this.store.replace([before]),
    );
  }

  /** Restyles many; @returns what takes it back, or nothing when the server refused. */
  async restyle(ids: readonly number[], change: Marking): Promise<readonly AnnotationsChange[] | undefined> {
    const wanted = new Set(ids);
    const before = this.store.rows().filter(({ id }) => wanted.has(id));
    this.store.replace(before.map((row) => ({ ...row, ...preview(change) })));
    const isDone = await this.write(
      async () => this.store.replace(await this.changeMany({ action: 'edit', ...change, ids })),
      () => this.store.replace(before),
    );
    return isDone ? undoOfRestyle(before, change) : undefined;
  }

  /** Takes annotations out of what is shown, into the trash or out of it; @returns what takes it back, or nothing when the server refused. */
  async move(ids: readonly number[], action: 'trash' | 'restore'): Promise<readonly AnnotationsChange[] | undefined> {
    const isDone = await this.write(async () => {
      await this.changeMany({ action, ids });
      void this.store.facets.refresh();
    }, this.store.takeOut(ids));
    return isDone ? [{ action: action === 'trash' ? 'restore' : 'trash', ids }] : undefined;
  }

  /**
   * Changes everything that is found but `except`: `count` in all, as the person was told.
   *
   * @returns How many were changed and what takes it back, or nothing when the server refused.
   */
  async changeAll(
    change: Omit<AnnotationsChange, 'ids'>,
    count: number,
    except: readonly number[],
  ): Promise<FoundAnnotationsChanged | undefined> {
    const choice = this.store.choice();
    if (choice === undefined || this.isChangingAll()) return undefined;
    this.isChangingAll.set(true);
    try {
      return await this.store.whileWriting(() => this.api.changeFound(choice, { ...change, count, except }));
    } catch (thrown) {
      this.notices.sayFailure(thrown);
      return undefined;
    } finally {
      this.isChangingAll.set(false);
      await this.store.refreshAll();
    }
  }

  /** Takes something back. What is taken back already stays so, and the rest can be tried again. */
  async takeBack(changes: readonly AnnotationsChange[]): Promise<void> {
    try {
      await this.store.whileWriting(async () => {
        for (const change of changes) await this.changeMany(change);
      });
    } catch (thrown) {
      this.notices.offerAgain(thrown, () => void this.takeBack(changes));
    }
    await this.store.refreshAll();
  }

  /** Lets devices try again to place it. */
  async retryPlacing(id: number): Promise<void> {
    try {
      await this.api.retry(id);
      this.notices.say($localize`Your devices try again at their next sync.`);
      await this.store.refresh();
    } catch (thrown) {
      this.notices.sayFailure(thrown);
    }
  }

  private async changeMany({ ids, ...change }: AnnotationsChange): Promise<AnnotationDetail[]> {
    const changed: AnnotationDetail[] = [];
    for (let from = 0; from < ids.length; from += ANNOTATIONS_CHANGED_AT_ONCE) {
      const some = ids.slice(from, from + ANNOTATIONS_CHANGED_AT_ONCE);
      changed.push(...(await this.api.changeMany({ ...change, ids: some })).annotations);
    }
    return changed;
  }

  /** Sends what is shown already; @returns whether the server took it. */
  private async write(send: () => Promise<void>, takeBack: () => void): Promise<boolean> {
    try {
      await this.store.whileWriting(send);
      return true;
    } catch (thrown) {
      takeBack();
      this.notices.sayFailure(thrown);
      return false;
    }
  }
}

/** What a change looks like before the server has said so. */
function preview({ style, color, note, text }: AnnotationChange): Partial<AnnotationDetail> {
  const isHex = color?.startsWith('#');
  return {
    ...(style !== undefined && { style }),
    ...(color !== undefined && { color: isHex ? color : hexFromKoreader(color) }),
    ...(color !== undefined && !isHex && { colorName: color }),
    ...(note !== undefined && { note }),
    ...(text !== undefined && { text }),
  };
}

/** Changes that give each its own marking back. */
function undoOfRestyle(before: readonly AnnotationDetail[], { style, color }: Marking): AnnotationsChange[] {
  const idsByMarking = new Map<string, number[]>();
  for (const row of before) {
    const former: Marking = {
      ...(style !== undefined && { style: row.style }),
      ...(color !== undefined && { color: colorOf(row) }),
    };
    const key = JSON.stringify(former);
    idsByMarking.set(key, [...(idsByMarking.get(key) ?? []), row.id]);
  }
  return [...idsByMarking].map(([former, ids]) => ({ action: 'edit', ids, ...(JSON.parse(former) as Marking) }));
}

/** A colour as requests say it: by the name devices know, unless the web chose one they have no name for. */
function colorOf({ color, colorName }: AnnotationDetail): string | undefined {
  return colorName !== undefined && hexFromKoreader(colorName) === color ? colorName : color;
}
