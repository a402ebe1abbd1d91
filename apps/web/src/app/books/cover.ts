import { Component, computed, input, linkedSignal } from '@angular/core';
import { coverAtEdge } from '../api/books-api.ts';
import { bindingOf } from './binding.ts';

/** A book's cover, or one drawn from its title and authors where the file has none. Decoration: words beside it name the book. */
@Component({
  selector: 'bo-cover',
  templateUrl: './cover.html',
  styleUrl: './cover.css',
  host: { 'aria-hidden': 'true' },
})
export class Cover {
  readonly title = input.required<string>();
  readonly authors = input.required<readonly string[]>();
  readonly coverUrl = input<string>();
  /** Pixels of the longer edge to ask for. */
  readonly edge = input(400);

  protected readonly hasBroken = linkedSignal({ source: this.coverUrl, computation: () => false });
  protected readonly image = computed(() => {
    const url = this.coverUrl();
    return url === undefined || this.hasBroken() ? undefined : coverAtEdge(url, this.edge());
  });
  protected readonly binding = computed(() => bindingOf(`${this.title()}\n${this.authors().join('\n')}`));
  protected readonly author = computed(() => this.authors()[0]);
  protected readonly isLong = computed(() => this.title().length > 40);
}
