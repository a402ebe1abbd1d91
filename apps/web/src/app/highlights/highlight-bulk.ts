import { Component, computed, inject, output } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatMenuModule } from '@angular/material/menu';
import { ANNOTATION_STYLES, type AnnotationsChange } from '@bookorbit/contracts';
import { Notices } from '../ui/index.ts';
import { HighlightEdits, type Marking } from './highlight-edits.ts';
import { HighlightSelection } from './highlight-selection.ts';
import { COLOR_OPTIONS, STYLE_LABELS } from './highlight-words.ts';
import { HighlightsStore } from './highlights-store.ts';
import { Swatch } from './swatch.ts';

/** What can be done with the selected highlights, be they here or all that are found. */
@Component({
  selector: 'bo-highlight-bulk',
  imports: [MatButton, MatMenuModule, Swatch],
  templateUrl: './highlight-bulk.html',
  styleUrl: './highlight-bulk.css',
})
export class HighlightBulk {
  /** The selected ones that are shown are to be moved. */
  readonly moved = output<readonly number[]>();
  /** Nothing is selected any more, and the bar goes away. */
  readonly finished = output();

  protected readonly store = inject(HighlightsStore);
  protected readonly selection = inject(HighlightSelection);
  protected readonly edits = inject(HighlightEdits);
  protected readonly styles = ANNOTATION_STYLES.map((value) => ({ value, label: STYLE_LABELS[value] }));
  protected readonly colors = COLOR_OPTIONS;
  protected readonly isTrash = computed(() => this.store.choice()?.state === 'trash');
  protected readonly count = computed(() => sayNumber(this.selection.count()));
  protected readonly total = computed(() => sayNumber(this.store.total() ?? 0));

  private readonly notices = inject(Notices);

  protected clear(): void {
    this.selection.clear();
    this.finished.emit();
  }

  protected async move(action: 'trash' | 'restore'): Promise<void> {
    if (!this.selection.isAll()) {
      this.moved.emit(this.selection.ids());
      return;
    }
    const count = await this.changeAll({ action });
    if (count === undefined) return;
    this.clear();
    this.offerUndo(
      action === 'trash'
        ? $localize`${sayNumber(count.count)}:count: moved to the trash.`
        : $localize`${sayNumber(count.count)}:count: restored.`,
      count.undo,
    );
  }

  protected async restyle(change: Marking): Promise<void> {
    const ids = this.selection.ids();
    const undo = this.selection.isAll()
      ? await this.changeAll({ action: 'edit', ...change })
      : { count: ids.length, undo: await this.edits.restyle(ids, change) };
    if (undo?.undo === undefined) return;
    const count = sayNumber(undo.count);
    this.offerUndo($localize`${count}:count: changed. Your devices get it at their next sync.`, undo.undo);
  }

  private changeAll(change: Omit<AnnotationsChange, 'ids'>): ReturnType<HighlightEdits['changeAll']> {
    return this.edits.changeAll(change, this.store.total() ?? 0, this.selection.spared());
  }

  private offerUndo(words: string, undo: readonly AnnotationsChange[]): void {
    this.notices.offer(words, $localize`Undo`, () => void this.edits.takeBack(undo));
  }
}

function sayNumber(value: number): string {
  return new Intl.NumberFormat().format(value);
}
