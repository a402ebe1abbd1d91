import { Injectable, inject } from '@angular/core';
import { MatSnackBar } from '@angular/material/snack-bar';
import { failureFrom } from '../api/index.ts';

/** Short words about what just happened, read out by screen readers and gone after a while. */
@Injectable({ providedIn: 'root' })
export class Notices {
  private readonly snackBar = inject(MatSnackBar);

  say(words: string): void {
    this.snackBar.open(words, 'Close', { duration: 6_000 });
  }

  /** Says why something did not work; stays longer, as it asks for something. */
  sayFailure(thrown: unknown): void {
    const failure = failureFrom(thrown);
    // The sign-in page says it already.
    if (failure.kind === 'signed_out') return;
    this.snackBar.open(failure.message, 'Close', { duration: 12_000, politeness: 'assertive' });
  }
}
