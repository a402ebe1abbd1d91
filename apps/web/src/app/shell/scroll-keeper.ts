import { Injectable, inject } from '@angular/core';
import { NavigationStart, Router, Scroll } from '@angular/router';

/** A page at its place is left alone once nothing in it grew for this long. */
const REST_MILLISECONDS = 1_000;
/** Whoever waits longer has found a place of their own. */
const MOST_MILLISECONDS = 15_000;
const OWN_MOVES = ['wheel', 'touchstart', 'pointerdown', 'keydown'] as const;

/**
 * On the way back to a page, leads to where it was left. The router scrolls there once, when what was read from the server last time is not here
 * again: the place is taken again as the page grows, until it is at rest or somebody moves by themselves.
 */
@Injectable({ providedIn: 'root' })
export class ScrollKeeper {
  private readonly router = inject(Router);
  private keeping: AbortController | undefined;

  start(): void {
    this.router.events.subscribe((event) => {
      if (event instanceof NavigationStart) this.keeping?.abort();
      if (event instanceof Scroll && event.position !== null) this.keep(event.position[1]);
    });
  }

  private keep(top: number): void {
    this.keeping?.abort();
    if (top === 0) return;
    const done = new AbortController();
    this.keeping = done;
    let rest: ReturnType<typeof setTimeout> | undefined;
    const sizes = new ResizeObserver(() => {
      window.scrollTo({ top, behavior: 'instant' });
      clearTimeout(rest);
      if (Math.abs(window.scrollY - top) < 1) rest = setTimeout(() => done.abort(), REST_MILLISECONDS);
    });
    sizes.observe(document.body);
    const end = setTimeout(() => done.abort(), MOST_MILLISECONDS);
    for (const move of OWN_MOVES) {
      window.addEventListener(move, () => done.abort(), { capture: true, passive: true, signal: done.signal });
    }
    done.signal.addEventListener('abort', () => {
      sizes.disconnect();
      clearTimeout(rest);
      clearTimeout(end);
    });
  }
}
