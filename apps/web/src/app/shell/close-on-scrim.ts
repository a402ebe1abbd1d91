import { DestroyRef, Directive, ElementRef, inject } from '@angular/core';

/** Closes a dialog when the scrim round it is clicked; Escape and its close button do the same for everybody else. */
@Directive({ selector: 'dialog[boCloseOnScrim]' })
export class CloseOnScrim {
  constructor() {
    const dialog = inject<ElementRef<HTMLDialogElement>>(ElementRef).nativeElement;
    // A click on the scrim lands on the dialog itself, one inside lands on its content.
    const close = (event: Event): void => {
      if (event.target === dialog) dialog.close();
    };
    dialog.addEventListener('click', close);
    inject(DestroyRef).onDestroy(() => dialog.removeEventListener('click', close));
  }
}
