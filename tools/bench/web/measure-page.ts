import type { Browser, BrowserContext, Page } from 'playwright-core';
import { type Task, watchMainThread } from './main-thread.ts';

const SCROLL_STEPS = 80;
const SCROLL_PIXELS = 700;
/** Between turns of the wheel: somebody in a hurry. */
const SCROLL_PAUSE_MS = 60;

export interface PageFigures {
  /** From the start of the navigation until the first row is drawn and the page answers. */
  readonly interactiveMs: number;
  /** JavaScript that came over the wire, packed, in bytes. */
  readonly scriptBytes: number;
  /** What the main thread did while the page was scrolled. */
  readonly tasks: readonly Task[];
  /** Pixels that were scrolled through. */
  readonly scrolled: number;
}

interface Watch {
  interactive?: number;
}

/** Opens a page with an empty cache, and scrolls down in it. `row` selects what the page is for. */
export async function measurePage(
  browser: Browser,
  context: BrowserContext,
  path: string,
  row: string,
): Promise<PageFigures> {
  const page = await context.newPage();
  try {
    await page.addInitScript(watch, row);
    await page.goto(path, { waitUntil: 'commit' });
    await page.waitForFunction(() => (globalThis as unknown as { watch: Watch }).watch.interactive !== undefined);
    const { interactiveMs, scriptBytes } = await page.evaluate(() => ({
      interactiveMs: (globalThis as unknown as { watch: Watch }).watch.interactive ?? NaN,
      scriptBytes: performance
        .getEntriesByType('resource')
        .filter(({ name }) => name.endsWith('.js'))
        .reduce((sum, entry) => sum + (entry as PerformanceResourceTiming).encodedBodySize, 0),
    }));
    // What the page still does in the background is not scrolling.
    await page.waitForTimeout(500);
    const mainThread = await watchMainThread(browser, page);
    const scrolled = await scroll(page);
    return { interactiveMs, scriptBytes, tasks: await mainThread.stop(), scrolled };
  } finally {
    await page.close();
  }
}

async function scroll(page: Page): Promise<number> {
  await page.mouse.move(500, 400);
  for (let step = 0; step < SCROLL_STEPS; step += 1) {
    await page.mouse.wheel(0, SCROLL_PIXELS);
    await page.waitForTimeout(SCROLL_PAUSE_MS);
  }
  return page.evaluate(() => window.scrollY);
}

/** Runs in the page, before anything of it. */
function watch(row: string): void {
  const seen: Watch = {};
  (globalThis as unknown as { watch: Watch }).watch = seen;
  const observer = new MutationObserver(() => {
    if (document.querySelector(row) === null) return;
    observer.disconnect();
    // Two frames: the row is on the screen; then a task of its own: nothing else keeps the page from answering.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => (seen.interactive = performance.now());
        port2.postMessage(0);
      }),
    );
  });
  observer.observe(document, { childList: true, subtree: true });
}
