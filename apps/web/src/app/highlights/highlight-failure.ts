import { Component, computed, inject, input } from '@angular/core';
import type { AnnotationDetail } from '@bookorbit/contracts';
import { sayQuality } from './highlight-words.ts';
import { HighlightsStore } from './highlights-store.ts';

/** Why a device could not place a highlight, and the button to let it try again; nothing for one that has its place. */
@Component({
  selector: 'bo-highlight-failure',
  templateUrl: './highlight-failure.html',
  styleUrl: './highlight-failure.css',
})
export class HighlightFailure {
  readonly highlight = input.required<AnnotationDetail>();

  protected readonly words = computed(() => sayQuality(this.highlight()).explanation);

  private readonly store = inject(HighlightsStore);

  protected retry(): void {
    void this.store.retryPlacing(this.highlight().id);
  }
}
