import { Component, type ElementRef, computed, inject, input, output, signal, viewChild } from '@angular/core';
import { RouterLink } from '@angular/router';
import { ANNOTATION_STYLES, type AnnotationDetail, type AnnotationStyle } from '@bookorbit/contracts';
import { copyHighlight } from '../highlights/copy-highlight.ts';
import { HighlightEdits } from '../highlights/highlight-edits.ts';
import { HighlightFacts } from '../highlights/highlight-facts.ts';
import { HighlightFailure } from '../highlights/highlight-failure.ts';
import { HighlightNote } from '../highlights/highlight-note.ts';
import { COLOR_OPTIONS, STYLE_LABELS, sayQuality } from '../highlights/highlight-words.ts';
import { MarkedText } from '../highlights/marked-text.ts';
import { Swatch } from '../highlights/swatch.ts';
import { Icon, Notices } from '../ui/index.ts';

/** One highlight of the book at hand: its text as it is marked, its note, and what can be done about both. */
@Component({
  selector: 'bo-book-highlight',
  imports: [HighlightFacts, HighlightFailure, HighlightNote, Icon, MarkedText, RouterLink, Swatch],
  templateUrl: './book-highlight.html',
  styleUrl: './book-highlight.css',
})
export class BookHighlight {
  readonly highlight = input.required<AnnotationDetail>();
  readonly trashed = output();
  readonly restored = output();

  protected readonly colors = COLOR_OPTIONS;
  protected readonly styles = ANNOTATION_STYLES.map((value) => ({ value, label: STYLE_LABELS[value] }));
  protected readonly isInTrash = computed(() => this.highlight().deletedAt !== undefined);
  protected readonly doubt = computed(() =>
    this.highlight().quality === 'exact' ? undefined : sayQuality(this.highlight()),
  );
  protected readonly isStyling = signal(false);

  private readonly noteButton = viewChild<ElementRef<HTMLElement>>('noteButton');
  private readonly edits = inject(HighlightEdits);
  private readonly notices = inject(Notices);

  protected setColor(color: string): void {
    void this.edits.edit(this.highlight().id, { color });
  }

  protected setStyle(value: string): void {
    const style = ANNOTATION_STYLES.find((one): one is AnnotationStyle => one === value);
    if (style !== undefined) void this.edits.edit(this.highlight().id, { style });
  }

  protected focusNoteButton(): void {
    this.noteButton()?.nativeElement.focus();
  }

  protected copy(): void {
    void copyHighlight(this.highlight(), this.notices);
  }
}
