import { Injectable, inject } from '@angular/core';
import { MatSnackBar } from '@angular/material/snack-bar';
import { failureFrom } from '../api/index.ts';

/** Long enough to find the button by keyboard or by ear. */
const OFFER_MILLISECONDS = 30_000;
const CLOSE = (): string => $localize`Close`;

/** Short words about what just happened, read out by screen readers and gone after a while. */
@Injectable({ providedIn: 'root' })
export class Notices {
  private readonly snackBar = inject(MatSnackBar);

  say(words: string): void {
    this.snackBar.open(words, CLOSE(), { duration: 6_000 });
  }

  /** Says what was done, with a button that does something about it, such as taking it back. */
  offer(words: string, action: string, run: () => void): void {
    const shown = this.snackBar.open(words, action, { duration: OFFER_MILLISECONDS });
    shown.onAction().subscribe(run);
  }

  /** Says why something did not work; stays longer, as it asks for something. */
  sayFailure(thrown: unknown): void {
    const failure = failureFrom(thrown);
    // The sign-in page says it already.
    if (failure.kind === 'signed_out') return;
    this.snackBar.open(failure.message, CLOSE(), { duration: 12_000, politeness: 'assertive' });
  }

  /** Says why something did not work, with a button that tries again. */
  offerAgain(thrown: unknown, run: () => void): void {
    this.offer(failureFrom(thrown).message, $localize`Try again`, run);
  }
}
