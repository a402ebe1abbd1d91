import { NgTemplateOutlet } from '@angular/common';
import {
  Component,
  DestroyRef,
  ElementRef,
  TemplateRef,
  afterRenderEffect,
  computed,
  contentChild,
  effect,
  inject,
  input,
  output,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import { KnownHeights, type RowRange, rowsWithin } from './row-heights.ts';

/** What the template of a row is given. */
export interface RowContext<T> {
  readonly $implicit: T;
  readonly index: number;
}

const ESTIMATED_PIXELS = 160;
/** Drawn beyond each edge of the view, so that Tab and a quick scroll always find a row. */
const OVERSCAN_PIXELS = 700;
/** More rows are asked for when fewer than this are left below what is drawn. */
const ROWS_AHEAD = 60;

/**
 * A long list of rows of any height, of which only those near the view are in the page. It is a real list all the same: each row says which
 * of how many it is, and the keyboard goes through it as through any other.
 */
@Component({
  selector: 'bo-windowed-list',
  imports: [NgTemplateOutlet],
  template: `
    <div [style.height.px]="range().before"></div>
    <ol #list [attr.aria-label]="label()">
      @for (row of rows(); track row.$implicit.id) {
        <li [attr.aria-setsize]="total()" [attr.aria-posinset]="row.index + 1" [attr.data-row]="row.$implicit.id">
          <ng-container [ngTemplateOutlet]="template()" [ngTemplateOutletContext]="row" />
        </li>
      }
    </ol>
    <div [style.height.px]="range().after"></div>
  `,
  styles: `
    :host {
      display: block;
    }
    li {
      /* Margins of neighbours would join, and heights not add up. */
      display: flow-root;
      contain: layout style;
    }
  `,
})
export class WindowedList<T extends { readonly id: number }> {
  /** The rows that are here already, in order. */
  readonly items = input.required<readonly T[]>();
  /** Rows there are in all, here or not. */
  readonly total = input.required<number>();
  readonly label = input.required<string>();
  /** Of rows that were drawn once; whoever is to find the list as it was left keeps them. */
  readonly known = input(new KnownHeights());
  /** The end of what is here comes near. */
  readonly more = output();

  protected readonly template = contentChild.required<TemplateRef<RowContext<T>>>(TemplateRef);
  private readonly list = viewChild.required<ElementRef<HTMLElement>>('list');
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  private readonly measurement = signal(0);
  private readonly view = signal({ top: 0, bottom: window.innerHeight });

  private readonly heights = computed(() => {
    this.measurement();
    const { byId } = this.known();
    const estimate = this.averageHeight();
    return Float64Array.from(this.items(), ({ id }) => byId.get(id) ?? estimate);
  });
  protected readonly range = computed(
    () => rowsWithin(this.heights(), this.view().top - OVERSCAN_PIXELS, this.view().bottom + OVERSCAN_PIXELS),
    { equal: isSameRange },
  );
  protected readonly rows = computed((): RowContext<T>[] => {
    const { first, end } = this.range();
    return this.items()
      .slice(first, end)
      .map((item, n) => ({ $implicit: item, index: first + n }));
  });

  constructor() {
    let frame = 0;
    const lookSoon = (): void => {
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        this.look();
      });
    };
    const sizes = new ResizeObserver(() => this.measure());
    window.addEventListener('scroll', lookSoon, { passive: true });
    window.addEventListener('resize', lookSoon, { passive: true });
    inject(DestroyRef).onDestroy(() => {
      sizes.disconnect();
      cancelAnimationFrame(frame);
      window.removeEventListener('scroll', lookSoon);
      window.removeEventListener('resize', lookSoon);
    });
    afterRenderEffect({
      read: () => {
        this.rows();
        sizes.observe(this.list().nativeElement);
        untracked(() => {
          this.measure();
          this.look();
        });
      },
    });
    effect(() => {
      if (this.range().end + ROWS_AHEAD > this.items().length && this.items().length < this.total()) {
        untracked(() => this.more.emit());
      }
    });
  }

  private look(): void {
    const { top } = this.host.getBoundingClientRect();
    const { top: known, bottom } = this.view();
    if (-top !== known || bottom !== window.innerHeight - top)
      this.view.set({ top: -top, bottom: window.innerHeight - top });
  }

  private measure(): void {
    const { offsetWidth } = this.host;
    const known = this.known();
    // Other lines break in another width.
    if (offsetWidth !== known.width) known.byId.clear();
    known.width = offsetWidth;
    let isNew = false;
    for (const row of this.list().nativeElement.children) {
      const id = Number((row as HTMLElement).dataset['row']);
      const { height } = row.getBoundingClientRect();
      if (height === 0 || Math.abs((known.byId.get(id) ?? 0) - height) < 0.5) continue;
      known.byId.set(id, height);
      isNew = true;
    }
    if (isNew) this.measurement.update((times) => times + 1);
  }

  private averageHeight(): number {
    const { byId } = this.known();
    if (byId.size === 0) return ESTIMATED_PIXELS;
    let sum = 0;
    for (const height of byId.values()) sum += height;
    return sum / byId.size;
  }
}

function isSameRange(one: RowRange, other: RowRange): boolean {
  return one.first === other.first && one.end === other.end && one.before === other.before && one.after === other.after;
}
