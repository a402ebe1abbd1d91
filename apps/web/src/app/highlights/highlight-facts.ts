import { Component, computed, input } from '@angular/core';
import type { AnnotationDetail } from '@bookorbit/contracts';
import { When } from '../ui/index.ts';
import { SOURCE_LABELS, sayMark } from './highlight-words.ts';
import { Swatch } from './swatch.ts';

/** Where and when a highlight was made, and how it is marked; what is put inside follows, what is marked `before` goes ahead. */
@Component({
  selector: 'bo-highlight-facts',
  imports: [Swatch, When],
  templateUrl: './highlight-facts.html',
  styleUrl: './highlight-facts.css',
})
export class HighlightFacts {
  readonly highlight = input.required<AnnotationDetail>();

  protected readonly origin = computed(() => this.highlight().deviceName ?? SOURCE_LABELS[this.highlight().source]);
  protected readonly mark = computed(() => sayMark(this.highlight()));
}
