import { Component, computed, input, linkedSignal, output } from '@angular/core';
import { MatButton } from '@angular/material/button';
import type { UnmatchedDocument } from '@bookorbit/contracts';
import { When, sayPercentage } from '../ui/index.ts';

/** One document without a file, with the candidates to choose from when there are several. */
@Component({
  selector: 'bo-unmatched-item',
  imports: [MatButton, When],
  templateUrl: './unmatched-item.html',
  styleUrl: './unmatched-item.css',
})
export class UnmatchedItem {
  readonly unmatched = input.required<UnmatchedDocument>();
  readonly chooseBook = output<void>();
  /** The chosen book file's id. */
  readonly link = output<number>();
  readonly dismiss = output<void>();
  readonly restore = output<void>();

  protected readonly name = computed(() => nameOf(this.unmatched()));
  protected readonly labels = computed(() => ({
    restore: $localize`Restore ${this.name()}:name:`,
    dismiss: $localize`Dismiss ${this.name()}:name:`,
    link: $localize`Link to a book: ${this.name()}:name:`,
  }));
  protected readonly aDevice = $localize`a device`;
  protected readonly chosen = linkedSignal<readonly number[], number | undefined>({
    source: () => this.unmatched().candidates.map(({ bookFileId }) => bookFileId),
    computation: (ids, previous) => ids.find((id) => id === previous?.value),
  });
  protected readonly sayPercentage = sayPercentage;
}

/** What to call a document that is no book here: its title, else its file's name, else the id the device sent. */
export function nameOf(unmatched: UnmatchedDocument): string {
  return unmatched.title ?? unmatched.filename ?? unmatched.document;
}
