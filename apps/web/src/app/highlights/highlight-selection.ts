import { Injectable, computed, inject, linkedSignal } from '@angular/core';
import { HighlightsStore } from './highlights-store.ts';

/** Which of what is found are selected: some, by id, or all of them, on every page, but some. */
interface Selection {
  readonly isAll: boolean;
  readonly ids: ReadonlySet<number>;
}

const NONE: Selection = { isAll: false, ids: new Set() };

/** What of a `HighlightsStore` somebody has selected; another choice begins anew. */
@Injectable()
export class HighlightSelection {
  private readonly store = inject(HighlightsStore);
  private readonly selection = linkedSignal<unknown, Selection>({
    source: this.store.choice,
    computation: () => NONE,
  });

  readonly isAll = computed(() => this.selection().isAll);
  /** Ids of the selected that are shown, in order; of all that is selected only where `isAll` is not. */
  readonly ids = computed(() => {
    const { isAll, ids } = this.selection();
    if (!isAll && ids.size === 0) return [];
    return this.store
      .rows()
      .filter(({ id }) => ids.has(id) !== isAll)
      .map(({ id }) => id);
  });
  readonly count = computed(() =>
    this.isAll() ? Math.max(0, (this.store.total() ?? 0) - this.spared().length) : this.ids().length,
  );
  /** Of all, those that were taken out again. */
  readonly spared = computed((): readonly number[] => (this.isAll() ? [...this.selection().ids] : []));

  has(id: number): boolean {
    const { isAll, ids } = this.selection();
    return ids.has(id) !== isAll;
  }

  set(id: number, isSelected: boolean): void {
    this.selection.update(({ isAll, ids }) => {
      const changed = new Set(ids);
      if (isSelected === isAll) changed.delete(id);
      else changed.add(id);
      return { isAll, ids: changed };
    });
  }

  /** Some are going; should they stay after all, they are not selected any more. */
  drop(ids: readonly number[]): void {
    if (!this.isAll()) for (const id of ids) this.set(id, false);
  }

  /** Some are gone, and are not among all any more, so none of them is spared. */
  forget(ids: readonly number[]): void {
    if (this.isAll()) for (const id of ids) this.set(id, true);
  }

  selectAll(): void {
    this.selection.set({ isAll: true, ids: new Set() });
  }

  clear(): void {
    this.selection.set(NONE);
  }
}
