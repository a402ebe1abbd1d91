import { Component, computed, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { BookCard } from '@bookorbit/contracts';
import { Icon, ProgressLine, sayPercentage } from '../ui/index.ts';
import { Cover } from './cover.ts';

/** One book of the grid: cover, title, author, and how far it is read. */
@Component({
  selector: 'bo-book-tile',
  imports: [Cover, Icon, ProgressLine, RouterLink],
  templateUrl: './book-tile.html',
  styleUrl: './book-tile.css',
})
export class BookTile {
  readonly book = input.required<BookCard>();
  protected readonly nobody = $localize`Author unknown`;
  protected readonly authors = computed(() => this.book().authors.join(', '));
  protected readonly series = computed(() => {
    const { series, seriesIndex } = this.book();
    return series !== undefined && seriesIndex !== undefined ? `${series} ${seriesIndex}` : series;
  });
  protected readonly read = computed(() => {
    const { percentage } = this.book();
    return percentage === undefined ? undefined : sayPercentage(percentage);
  });
}
