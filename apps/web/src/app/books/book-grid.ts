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
import { areSameRows, nextRows, OVERSCAN_ROWS, type Rows, visibleRows } from './visible-rows.ts';

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
  private readonly inView = computed(() => this.rowsWith(0), { equal: areSameRows });
  private readonly wanted = computed(() => this.rowsWith(OVERSCAN_ROWS), { equal: areSameRows });
  /** Follows `wanted` row by row, one in each frame. */
  private readonly drawn = signal<Rows>({ first: 0, end: 0 }, { equal: areSameRows });
  private frame: number | undefined;
  private readonly tiles = computed(() => this.tilesOf(this.drawn()));
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
      if (this.frame !== undefined) cancelAnimationFrame(this.frame);
      window.removeEventListener('scroll', look);
      window.removeEventListener('resize', look);
    });
    effect(() => {
      const { first, end } = this.wanted();
      const { columns } = this.layout();
      const need = { first: first * columns, end: Math.min(this.total(), end * columns) };
      untracked(() => {
        if (this.frame === undefined) this.drawNext();
        if (end > first) this.need.emit(need);
      });
    });
  }

  /** Draws one row more now, and the others in frames of their own. */
  private drawNext(): void {
    const next = nextRows(this.drawn(), this.wanted(), this.inView());
    if (areSameRows(next, this.drawn())) return;
    this.drawn.set(next);
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      this.drawNext();
    });
  }

  private rowsWith(overscan: number): Rows {
    return visibleRows({ ...this.layout(), top: this.top() }, this.view(), this.rowCount(), overscan);
  }

  private tilesOf({ first, end }: Rows): number[] {
    const { columns } = this.layout();
    const start = first * columns;
    return Array.from(
      { length: Math.max(0, Math.min(this.total(), end * columns) - start) },
      (_, index) => start + index,
    );
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
