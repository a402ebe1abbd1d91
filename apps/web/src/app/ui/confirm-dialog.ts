import { Component, Injectable, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MAT_DIALOG_DATA, MatDialog, MatDialogModule } from '@angular/material/dialog';
import { firstValueFrom } from 'rxjs';

/** What a person is asked before something that cannot be taken back. */
export interface Question {
  readonly heading: string;
  /** A paragraph each. */
  readonly words: readonly string[];
  /** What the button does: "Delete credentials". */
  readonly action: string;
}

@Component({
  selector: 'bo-confirm-dialog',
  imports: [MatButton, MatDialogModule],
  template: `
    <h2 mat-dialog-title>{{ question.heading }}</h2>
    <mat-dialog-content>
      <div class="bo-stack">
        @for (words of question.words; track $index) {
          <p>{{ words }}</p>
        }
      </div>
    </mat-dialog-content>
    <mat-dialog-actions align="end">
      <button matButton [mat-dialog-close]="false" i18n>Cancel</button>
      <button matButton="filled" class="bo-danger" [mat-dialog-close]="true">{{ question.action }}</button>
    </mat-dialog-actions>
  `,
})
export class ConfirmDialog {
  protected readonly question = inject<Question>(MAT_DIALOG_DATA);
}

/** Asks before something that cannot be taken back. */
@Injectable({ providedIn: 'root' })
export class Confirm {
  private readonly dialog = inject(MatDialog);

  async ask(question: Question): Promise<boolean> {
    const opened = this.dialog.open<ConfirmDialog, Question, boolean>(ConfirmDialog, {
      data: question,
      role: 'alertdialog',
      maxWidth: '30rem',
      // The safe answer has the focus, so a stray Enter deletes nothing.
      autoFocus: 'first-tabbable',
    });
    return (await firstValueFrom(opened.afterClosed())) === true;
  }
}
