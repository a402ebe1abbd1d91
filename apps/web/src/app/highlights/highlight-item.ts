import {
  Component,
  ElementRef,
  computed,
  inject,
  input,
  linkedSignal,
  model,
  output,
  signal,
  viewChild,
} from '@angular/core';
import { RouterLink } from '@angular/router';
import { type AnnotationDetail, LIMITS } from '@bookorbit/contracts';
import { Icon, Notices, When, writeToClipboard } from '../ui/index.ts';
import { QUALITY_EXPLANATIONS, QUALITY_LABELS, SOURCE_LABELS, STYLE_LABELS, sayColor } from './highlight-words.ts';
import { HighlightsStore } from './highlights-store.ts';

/** Texts beyond this are shown in part until somebody asks for the rest. */
const LONG_CHARACTERS = 700;

/** One highlight or bookmark: its text as it is marked, its note, where it is from and how sure its place is. */
@Component({
  selector: 'bo-highlight-item',
  imports: [Icon, RouterLink, When],
  templateUrl: './highlight-item.html',
  styleUrl: './highlight-item.css',
})
export class HighlightItem {
  readonly highlight = input.required<AnnotationDetail>();
  /** The book is named by the heading of the group already. */
  readonly isBookNamed = input(false);
  readonly isSelected = model(false);
  /** Asks to be moved into the trash, or out of it. */
  readonly moved = output();

  protected readonly editLabel = $localize`Edit note`;
  protected readonly addLabel = $localize`Add a note`;
  protected readonly noteLength = LIMITS.noteLength;
  protected readonly isLong = computed(() => (this.highlight().text?.length ?? 0) > LONG_CHARACTERS);
  protected readonly isUnfolded = linkedSignal({ source: () => this.highlight().id, computation: () => false });
  protected readonly isInTrash = computed(() => this.highlight().deletedAt !== undefined);
  protected readonly quality = computed(() => ({
    label: QUALITY_LABELS[this.highlight().quality],
    explanation: this.highlight().failure ?? QUALITY_EXPLANATIONS[this.highlight().quality],
  }));
  protected readonly mark = computed(() => {
    const { style } = this.highlight();
    return style === undefined ? undefined : `${sayColor(this.highlight())}, ${STYLE_LABELS[style]}`;
  });
  protected readonly origin = computed(() => this.highlight().deviceName ?? SOURCE_LABELS[this.highlight().source]);
  /** The note as it is being written; undefined while nobody writes. */
  protected readonly draft = signal<string | undefined>(undefined);

  private readonly store = inject(HighlightsStore);
  private readonly notices = inject(Notices);
  private readonly noteButton = viewChild<ElementRef<HTMLElement>>('noteButton');

  protected editNote(): void {
    this.draft.set(this.highlight().note ?? '');
  }

  protected async saveNote(): Promise<void> {
    const note = this.draft()?.trim();
    this.stopEditing();
    if (note === undefined || note === (this.highlight().note ?? '')) return;
    // What was written is not lost with the connection.
    if (!(await this.store.edit(this.highlight().id, { note }))) this.draft.set(note);
  }

  protected stopEditing(): void {
    this.draft.set(undefined);
    this.noteButton()?.nativeElement.focus();
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
