import {
  Component,
  type ElementRef,
  computed,
  inject,
  input,
  linkedSignal,
  model,
  output,
  viewChild,
} from '@angular/core';
import { RouterLink } from '@angular/router';
import type { AnnotationDetail } from '@bookorbit/contracts';
import { Icon, Notices } from '../ui/index.ts';
import { copyHighlight } from './copy-highlight.ts';
import { HighlightFacts } from './highlight-facts.ts';
import { HighlightFailure } from './highlight-failure.ts';
import { HighlightNote } from './highlight-note.ts';
import { sayQuality } from './highlight-words.ts';
import { MarkedText } from './marked-text.ts';

/** Texts beyond this are shown in part until somebody asks for the rest. */
const LONG_CHARACTERS = 700;

/** One highlight or bookmark: its text as it is marked, its note, where it is from and how sure its place is. */
@Component({
  selector: 'bo-highlight-item',
  imports: [HighlightFacts, HighlightFailure, HighlightNote, Icon, MarkedText, RouterLink],
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
  protected readonly isLong = computed(() => (this.highlight().text?.length ?? 0) > LONG_CHARACTERS);
  protected readonly isUnfolded = linkedSignal({ source: () => this.highlight().id, computation: () => false });
  protected readonly isInTrash = computed(() => this.highlight().deletedAt !== undefined);
  protected readonly quality = computed(() => sayQuality(this.highlight()));

  private readonly noteButton = viewChild<ElementRef<HTMLElement>>('noteButton');
  private readonly notices = inject(Notices);

  protected focusNoteButton(): void {
    this.noteButton()?.nativeElement.focus();
  }

  protected copy(): void {
    void copyHighlight(this.highlight(), this.notices);
  }
}
