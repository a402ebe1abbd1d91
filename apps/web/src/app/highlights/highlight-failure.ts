import { Component, computed, inject, input } from '@angular/core';
import type { AnnotationDetail } from '@bookorbit/contracts';
import { sayQuality } from './highlight-words.ts';
import { HighlightEdits } from './highlight-edits.ts';

/** Why a device could not place a highlight, and the button to let it try again; nothing for one that has its place. */
@Component({
  selector: 'bo-highlight-failure',
  templateUrl: './highlight-failure.html',
  styleUrl: './highlight-failure.css',
})
export class HighlightFailure {
  readonly highlight = input.required<AnnotationDetail>();

  protected readonly words = computed(() => sayQuality(this.highlight()).explanation);

  private readonly edits = inject(HighlightEdits);

  protected retry(): void {
    void this.edits.retryPlacing(this.highlight().id);
  }
}
