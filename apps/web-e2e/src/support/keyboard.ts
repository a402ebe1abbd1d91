import type { Page } from 'playwright-core';
import { untilStill } from './stillness.ts';

const MOST_TABS = 150;
const SHOWN_MILLISECONDS = 2_000;
const LOOK_EVERY_MILLISECONDS = 50;

/** Where the focus is. */
interface Focus {
  /** What a screen reader calls it, on one line; empty while nothing has the focus. */
  readonly name: string;
  /** Whether somebody sees that: it is on the screen, and a ring or a box is drawn round it. */
  readonly isShown: boolean;
}

/**
 * Presses Tab until what has the focus is called `name`, as somebody without a mouse does who sees the page at rest.
 *
 * @throws If it is not reached, or if anything on the way has the focus and does not show it.
 */
export async function tabTo(
  page: Page,
  name: string | RegExp,
  options: { readonly backwards?: boolean } = {},
): Promise<void> {
  await untilStill(page);
  const passed: string[] = [];
  for (let presses = 0; presses <= MOST_TABS; presses++) {
    const focus = presses === 0 ? await focusOn(page) : await shownFocus(page);
    if (presses > 0 && focus.name !== '' && !focus.isShown) throw new Error(`“${focus.name}” hides its focus.`);
    if (typeof name === 'string' ? focus.name === name : name.test(focus.name)) return;
    passed.push(focus.name);
    await page.keyboard.press(options.backwards === true ? 'Shift+Tab' : 'Tab');
  }
  throw new Error(`Tab does not lead to “${String(name)}”, only to: ${[...new Set(passed)].join(' | ')}`);
}

/** Every stop of Tab, from the top of a page until it leaves it. */
export async function stopsOf(page: Page): Promise<readonly Focus[]> {
  const stops: Focus[] = [];
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  for (let presses = 0; presses < MOST_TABS; presses++) {
    await page.keyboard.press('Tab');
    const focus = await shownFocus(page);
    const isOut = await page.evaluate(() => (document.activeElement ?? document.body) === document.body);
    // The first press may only lead out of the browser's own bar.
    if (isOut && stops.length > 0) return stops;
    if (isOut) continue;
    stops.push(focus);
  }
  throw new Error(`Tab does not lead out of ${page.url()}.`);
}

/** What a screen reader calls the element that has the focus, on one line; empty while none has. */
export async function focusedName(page: Page): Promise<string> {
  return (await focusOn(page)).name;
}

/** Where the focus is once it shows, or once it had the time to: the page may just be drawn, or scroll to it. */
async function shownFocus(page: Page): Promise<Focus> {
  let focus = await focusOn(page);
  for (const end = Date.now() + SHOWN_MILLISECONDS; focus.name !== '' && !focus.isShown && Date.now() < end;) {
    await page.waitForTimeout(LOOK_EVERY_MILLISECONDS);
    focus = await focusOn(page);
  }
  return focus;
}

function focusOn(page: Page): Promise<Focus> {
  return page.evaluate(() => {
    const focused = document.activeElement;
    if (!(focused instanceof HTMLElement) || focused === document.body) return { name: '', isShown: false };
    const labels = 'labels' in focused ? [...((focused.labels as NodeListOf<HTMLLabelElement> | null) ?? [])] : [];

    const nameOf = (): string => {
      if (focused.id === 'main') return 'the page';
      const labelledBy = focused
        .getAttribute('aria-labelledby')
        ?.split(' ')
        .map((id) => document.getElementById(id)?.innerText)
        .join(' ');
      // A label's first line is its name; what stands below explains.
      const words =
        focused.getAttribute('aria-label') ??
        labels[0]?.innerText.trim().split('\n')[0] ??
        labelledBy ??
        focused.innerText;
      return words.trim().replace(/\s+/g, ' ');
    };
    const isInView = (one: Element): boolean => {
      const { top, bottom, left, right } = one.getBoundingClientRect();
      return bottom > 0 && top < window.innerHeight && right > 0 && left < window.innerWidth;
    };
    const isRinged = (one: Element): boolean =>
      [undefined, '::before', '::after'].some((pseudo) => {
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one, pseudo);
        return (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) || boxShadow !== 'none';
      });
    // A control that is drawn by its label, or by what stands in it, shows the focus there.
    const drawn = [focused, ...labels, ...labels.flatMap((label) => [...label.querySelectorAll('*')])];
    const isShown = drawn.some(isInView) && [...drawn, ...focused.querySelectorAll('*')].some(isRinged);
    return { name: nameOf(), isShown };
  });
}
