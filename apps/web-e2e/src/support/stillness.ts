import type { Page } from 'playwright-core';
import { expectSoon } from './expect-soon.ts';

/** A page is still when this long nothing was drawn into it. */
const QUIET_MILLISECONDS = 150;
/** Somebody who waits longer for a page to come to rest has found a fault. */
const MOST_MILLISECONDS = 30_000;

/**
 * Waits until a page has come to rest: everything is loaded, drawn and sized, no animation runs and nothing changes any more. Before that, what
 * is measured on it is the measure of a moment.
 */
export async function untilStill(page: Page): Promise<void> {
  await page.waitForLoadState('load');
  const unrest = await page.evaluate(
    async ({ quiet, most }) => {
      const end = performance.now() + most;
      const frame = (): Promise<void> => new Promise((drawn) => requestAnimationFrame(() => drawn()));
      let changedAt = performance.now();
      const changes = new MutationObserver(() => (changedAt = performance.now()));
      changes.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
      const whatMoves = (): string | undefined => {
        if (document.querySelector('.bo-skeleton') !== null) return 'something is still loading';
        if (document.fonts.status !== 'loaded') return 'a font is loading';
        const moving = document.getAnimations().find(({ playState }) => playState === 'running');
        if (moving !== undefined) return 'something moves';
        return performance.now() - changedAt < quiet ? 'the page is being drawn' : undefined;
      };
      // Two frames, so that whoever watches sizes or media has been told of the last change.
      await frame();
      await frame();
      let moving = whatMoves();
      while (moving !== undefined && performance.now() < end) {
        await frame();
        moving = whatMoves();
      }
      changes.disconnect();
      return moving;
    },
    { quiet: QUIET_MILLISECONDS, most: MOST_MILLISECONDS },
  );
  if (unrest !== undefined) throw new Error(`${page.url()} does not come to rest: ${unrest}.`);
}

/** Waits until the focus is at the beginning of a page somebody was led to: from there the keyboard goes on. */
export async function untilArrived(page: Page): Promise<void> {
  await expectSoon(() => page.evaluate(() => document.activeElement?.id), 'main');
}
