import {
  Component,
  ElementRef,
  computed,
  DestroyRef,
  effect,
  inject,
  input,
  output,
  signal,
  untracked,
} from '@angular/core';
import type { BookCard } from '@bookorbit/contracts';
import { BookTile } from './book-tile.ts';
import { type GridGeometry, visibleRows } from './visible-rows.ts';

const NARROW_PIXELS = 480;

/** Any number of books as a grid of covers of which only those near the view are drawn. */
@Component({
  selector: 'bo-book-grid',
  imports: [BookTile],
  templateUrl: './book-grid.html',
  styleUrl: './book-grid.css',
})
export class BookGrid {
  readonly total = input.required<number>();
  readonly bookAt = input.required<(index: number) => BookCard | undefined>();
  /** The books about to be seen. */
  readonly need = output<{ readonly first: number; readonly end: number }>();

  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  private readonly width = signal(this.host.parentElement?.clientWidth ?? window.innerWidth);
  private readonly view = signal({ scrollTop: window.scrollY, height: window.innerHeight });
  private readonly top = signal(0);

  protected readonly layout = computed(() => layoutFor(this.width(), rootFontPixels()));
  protected readonly rowCount = computed(() => Math.ceil(this.total() / this.layout().columns));
  private readonly rows = computed(
    () => visibleRows({ ...this.layout(), top: this.top() } satisfies GridGeometry, this.view(), this.rowCount()),
    { equal: (one, other) => one.first === other.first && one.end === other.end },
  );
  private readonly tiles = computed(() => {
    const { columns } = this.layout();
    const first = this.rows().first * columns;
    const end = Math.min(this.total(), this.rows().end * columns);
    return Array.from({ length: Math.max(0, end - first) }, (_, index) => first + index);
  });
  /** Each tile lies where its index says, so that none moves when others come and go. */
  protected readonly placed = computed(() => {
    const { columns, gap, tileWidth, rowHeight } = this.layout();
    return this.tiles().map((index) => ({
      index,
      top: Math.floor(index / columns) * rowHeight,
      start: (index % columns) * (tileWidth + gap),
    }));
  });

  constructor() {
    const look = (): void => this.look();
    const sizes = new ResizeObserver(look);
    sizes.observe(this.host);
    window.addEventListener('scroll', look, { passive: true });
    window.addEventListener('resize', look, { passive: true });
    inject(DestroyRef).onDestroy(() => {
      sizes.disconnect();
      window.removeEventListener('scroll', look);
      window.removeEventListener('resize', look);
    });
    effect(() => {
      const tiles = this.tiles();
      const first = tiles[0];
      if (first !== undefined) untracked(() => this.need.emit({ first, end: first + tiles.length }));
    });
  }

  private look(): void {
    this.width.set(this.host.clientWidth);
    this.top.set(this.host.getBoundingClientRect().top + window.scrollY);
    this.view.set({ scrollTop: window.scrollY, height: window.innerHeight });
  }
}

/** Columns, and pixels of gap and row, for a grid `width` pixels wide. */
export function layoutFor(
  width: number,
  fontPixels: number,
): { readonly columns: number; readonly gap: number; readonly tileWidth: number; readonly rowHeight: number } {
  const isNarrow = width < NARROW_PIXELS;
  const gap = fontPixels * (isNarrow ? 1 : 1.75);
  const least = fontPixels * (isNarrow ? 8.5 : 9.75);
  const columns = Math.max(2, Math.floor((width + gap) / (least + gap)));
  const tileWidth = (width - gap * (columns - 1)) / columns;
  // A cover of 2 to 3, the caption's fixed height of `book-tile.css`, and the gap below.
  return { columns, gap, tileWidth, rowHeight: tileWidth * 1.5 + fontPixels * 5 + gap };
}

function rootFontPixels(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
}
