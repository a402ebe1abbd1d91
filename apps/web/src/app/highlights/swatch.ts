import { Component, input } from '@angular/core';

/** A dot of a colour, beside words that say it. */
@Component({
  selector: 'bo-swatch',
  template: '',
  styleUrl: './swatch.css',
  host: { 'aria-hidden': 'true', '[style.--mark]': 'color()' },
})
export class Swatch {
  readonly color = input<string>();
}
