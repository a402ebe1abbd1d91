import { Component, input } from '@angular/core';
import type { AnnotationDetail } from '@bookorbit/contracts';

/** The text of a highlight as it is marked in the book; nothing for one without text. */
@Component({
  selector: 'bo-marked-text',
  templateUrl: './marked-text.html',
  styleUrl: './marked-text.css',
})
export class MarkedText {
  readonly highlight = input.required<AnnotationDetail>();
  /** Shows its first lines only. */
  readonly isFolded = input(false);
}
