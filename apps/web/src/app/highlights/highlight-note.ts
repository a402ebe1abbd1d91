import { Component, computed, inject, input, output } from '@angular/core';
import { type AnnotationDetail, LIMITS } from '@bookorbit/contracts';
import { HighlightEdits } from './highlight-edits.ts';

/** The note of a highlight, and the form it is written in once {@link write} is called. */
@Component({
  selector: 'bo-highlight-note',
  templateUrl: './highlight-note.html',
  styleUrl: './highlight-note.css',
})
export class HighlightNote {
  readonly highlight = input.required<AnnotationDetail>();
  /** The form has closed; what opened it has the focus next. */
  readonly closed = output();

  protected readonly noteLength = LIMITS.noteLength;
  /** Nobody writes on what is in the trash; restored, it is as it was left. */
  protected readonly draft = computed(() => {
    const { id, deletedAt } = this.highlight();
    return deletedAt === undefined ? this.edits.draftOf(id) : undefined;
  });

  private readonly edits = inject(HighlightEdits);

  /** Opens the form; one that is open stays as it is. */
  write(): void {
    const { id, note } = this.highlight();
    if (this.draft() === undefined) this.edits.keepDraft(id, note ?? '');
  }

  protected keep(draft: string): void {
    this.edits.keepDraft(this.highlight().id, draft);
  }

  protected async save(): Promise<void> {
    const { id, note: before = '' } = this.highlight();
    const note = this.draft()?.trim();
    this.stopWriting();
    if (note === undefined || note === before) return;
    // What was written is not lost with the connection.
    if (!(await this.edits.edit(id, { note }))) this.edits.keepDraft(id, note);
  }

  protected stopWriting(): void {
    this.edits.dropDraft(this.highlight().id);
    this.closed.emit();
  }
}
