import { Component, computed, input } from '@angular/core';

/** How far along something is, as a thin line; the words beside it say the same. */
@Component({
  selector: 'bo-progress-line',
  template: `<span [style.inline-size.%]="percent()"></span>`,
  styles: `
    :host {
      display: block;
      height: 6px;
      border-radius: 3px;
      background: var(--bo-inset);
      box-shadow: inset 0 0 0 1px var(--bo-line);
      overflow: hidden;
    }
    span {
      display: block;
      height: 100%;
      background: var(--bo-accent);
      transition: inline-size 0.3s;
    }
  `,
  host: { 'aria-hidden': 'true' },
})
export class ProgressLine {
  /** 0–1. */
  readonly value = input.required<number>();
  protected readonly percent = computed(() => Math.min(100, Math.max(0, this.value() * 100)));
}

/** A fraction (0–1) as a percentage in the reader's language; a book is 100 % read only at its very end. */
export function sayPercentage(fraction: number): string {
  const shown = fraction < 1 ? Math.min(fraction, 0.99) : 1;
  return new Intl.NumberFormat(undefined, { style: 'percent' }).format(shown);
}
