import { Component, inject, input, signal } from '@angular/core';
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

  protected readonly noteLength = LIMITS.noteLength;
  /** The note as it is being written; undefined while nobody writes. */
  protected readonly draft = signal<string | undefined>(undefined);

  private readonly edits = inject(HighlightEdits);
  private opener: HTMLElement | undefined;

  /** Opens the form; `opener` has the focus again when it closes. */
  write(opener: HTMLElement): void {
    this.opener = opener;
    this.draft.set(this.highlight().note ?? '');
  }

  protected async save(): Promise<void> {
    const note = this.draft()?.trim();
    this.stopWriting();
    if (note === undefined || note === (this.highlight().note ?? '')) return;
    // What was written is not lost with the connection.
    if (!(await this.edits.edit(this.highlight().id, { note }))) this.draft.set(note);
  }

  protected stopWriting(): void {
    this.draft.set(undefined);
    this.opener?.focus();
  }
}
