import { Component, ElementRef, computed, inject, input, output, signal, viewChild } from '@angular/core';
import { RouterLink } from '@angular/router';
import { ANNOTATION_STYLES, type AnnotationDetail, type AnnotationStyle, LIMITS } from '@bookorbit/contracts';
import {
  COLOR_OPTIONS,
  QUALITY_EXPLANATIONS,
  QUALITY_LABELS,
  SOURCE_LABELS,
  STYLE_LABELS,
  sayColor,
} from '../highlights/highlight-words.ts';
import { HighlightsStore } from '../highlights/highlights-store.ts';
import { Icon, Notices, When, writeToClipboard } from '../ui/index.ts';

/** One highlight of the book at hand: its text as it is marked, its note, and what can be done about both. */
@Component({
  selector: 'bo-book-highlight',
  imports: [Icon, RouterLink, When],
  templateUrl: './book-highlight.html',
  styleUrl: './book-highlight.css',
})
export class BookHighlight {
  readonly highlight = input.required<AnnotationDetail>();
  readonly trashed = output();
  readonly restored = output();

  protected readonly noteLength = LIMITS.noteLength;
  protected readonly colors = COLOR_OPTIONS;
  protected readonly styles = ANNOTATION_STYLES.map((value) => ({ value, label: STYLE_LABELS[value] }));
  protected readonly isInTrash = computed(() => this.highlight().deletedAt !== undefined);
  protected readonly origin = computed(() => this.highlight().deviceName ?? SOURCE_LABELS[this.highlight().source]);
  protected readonly mark = computed(() => {
    const { style } = this.highlight();
    return [sayColor(this.highlight()), style && STYLE_LABELS[style]].filter(Boolean).join(', ');
  });
  protected readonly doubt = computed(() => {
    const { quality, failure } = this.highlight();
    return quality === 'exact'
      ? undefined
      : { label: QUALITY_LABELS[quality], words: failure ?? QUALITY_EXPLANATIONS[quality] };
  });
  /** The note as it is being written; undefined while nobody writes. */
  protected readonly draft = signal<string | undefined>(undefined);
  protected readonly isStyling = signal(false);

  private readonly store = inject(HighlightsStore);
  private readonly notices = inject(Notices);
  private readonly noteButton = viewChild<ElementRef<HTMLElement>>('noteButton');

  protected writeNote(): void {
    this.draft.set(this.highlight().note ?? '');
  }

  protected async saveNote(): Promise<void> {
    const note = this.draft()?.trim();
    this.stopWriting();
    if (note === undefined || note === (this.highlight().note ?? '')) return;
    // What was written is not lost with the connection.
    if (!(await this.store.edit(this.highlight().id, { note }))) this.draft.set(note);
  }

  protected stopWriting(): void {
    this.draft.set(undefined);
    this.noteButton()?.nativeElement.focus();
  }

  protected setColor(color: string): void {
    void this.store.edit(this.highlight().id, { color });
  }

  protected setStyle(value: string): void {
    const style = ANNOTATION_STYLES.find((one): one is AnnotationStyle => one === value);
    if (style !== undefined) void this.store.edit(this.highlight().id, { style });
  }

  protected retry(): void {
    void this.store.retryPlacing(this.highlight().id);
  }

  protected async copy(): Promise<void> {
    const { text, note } = this.highlight();
    try {
      await writeToClipboard([text, note].filter(Boolean).join('\n\n'));
      this.notices.say($localize`Copied.`);
    } catch {
      this.notices.say($localize`Your browser does not let this page copy. Select the text and copy it by hand.`);
    }
  }
}
