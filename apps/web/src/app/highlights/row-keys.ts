import { Directive, ElementRef, inject } from '@angular/core';

/** Arrow keys go from the checkbox of one row to that of the next, and the focus to a row of which only the id is known. */
@Directive({
  selector: '[boRowKeys]',
  exportAs: 'boRowKeys',
  host: {
    '(keydown.arrowDown)': 'step($event, 1)',
    '(keydown.arrowUp)': 'step($event, -1)',
  },
})
export class RowKeys {
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;

  /** @returns Whether there is such a row. */
  focusRow(id: number): boolean {
    const box = this.host.querySelector<HTMLElement>(`[data-row="${id}"] [type=checkbox]`);
    box?.focus();
    return box !== null;
  }

  protected step(event: Event, step: 1 | -1): void {
    const target = event.target as HTMLElement;
    const row = target.matches('[type=checkbox]') ? target.closest('li') : null;
    if (row === null) return;
    event.preventDefault();
    this.focusBeside(row, step);
  }

  /** A key held down can be ahead of what is drawn: then the row is waited for. */
  private focusBeside(row: Element, step: 1 | -1, patience = 3): void {
    const other = step === 1 ? row.nextElementSibling : row.previousElementSibling;
    const box = other?.querySelector<HTMLElement>('[type=checkbox]');
    if (box) box.focus();
    else if (patience > 0 && row.isConnected) setTimeout(() => this.focusBeside(row, step, patience - 1), 30);
  }
}
