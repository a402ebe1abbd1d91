import { Component, DestroyRef, ElementRef, afterRenderEffect, inject, input, signal, viewChild } from '@angular/core';
import type { EChartsCoreOption, EChartsType } from 'echarts/core';
import { Theme } from '../shell/theme.ts';
import { type ChartColors, readChartColors } from './chart-colors.ts';

/** What a chart says, as text: for screen readers, the keyboard, and whoever wants the numbers. */
export interface ChartTable {
  readonly head: readonly [string, string];
  readonly rows: readonly (readonly [string, string])[];
}

/** How a chart is drawn in the colours of now. */
export type ChartDrawing = (colors: ChartColors) => EChartsCoreOption;

/** A picture of numbers, and behind it the numbers as a table. */
@Component({
  selector: 'bo-chart',
  templateUrl: './chart.html',
  styleUrl: './chart.css',
})
export class Chart {
  /** What it shows, in a sentence: stands in for the picture. */
  readonly summary = input.required<string>();
  readonly drawing = input.required<ChartDrawing>();
  readonly table = input.required<ChartTable>();
  /** CSS length. */
  readonly height = input('15rem');
  /** Wider than a phone: scrolled sideways there. */
  readonly least = input('0');

  private readonly canvas = viewChild.required<ElementRef<HTMLElement>>('canvas');
  private readonly theme = inject(Theme);
  private readonly systemIsDark = signal(false);
  private readonly chart = signal<EChartsType | undefined>(undefined);

  constructor() {
    const destroyed = inject(DestroyRef);
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const follow = (): void => this.systemIsDark.set(dark.matches);
    follow();
    dark.addEventListener('change', follow);
    const sizes = new ResizeObserver(() => this.chart()?.resize());
    let isGone = false;
    destroyed.onDestroy(() => {
      isGone = true;
      dark.removeEventListener('change', follow);
      sizes.disconnect();
      this.chart()?.dispose();
    });
    const opened = import('./echarts.ts');
    afterRenderEffect({
      write: () => {
        // Read so that a change of either draws it anew.
        this.theme.chosen();
        this.systemIsDark();
        const host = this.canvas().nativeElement;
        this.chart()?.setOption(this.drawing()(readChartColors(host)), { notMerge: true });
      },
    });
    void opened.then(({ init }) => {
      if (isGone) return;
      const host = this.canvas().nativeElement;
      this.chart.set(init(host, undefined, { renderer: 'svg' }));
      sizes.observe(host);
      // What is wider than its frame is read from its end: today.
      const frame = host.parentElement;
      if (frame !== null) frame.scrollLeft = frame.scrollWidth;
    });
  }
}
