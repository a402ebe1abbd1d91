import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { DESKTOP, PHONE } from './browser.ts';
import { untilStill } from './stillness.ts';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/**
 * What axe finds wrong with a page as it stands, one line each: the rule, and where.
 *
 * @param isOverlaid A menu or a dialog lies over the page; those are outside its landmarks by their nature.
 */
export async function violationsOn(page: Page, isOverlaid = false): Promise<readonly string[]> {
  // Evaluated rather than added as a script, which the page's content security policy rightly refuses; once in each page that was loaded.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source);
  const results = await page.evaluate<AxeResults, { rules: string[]; isOverlaid: boolean }>(
    ({ rules, isOverlaid }) =>
      (globalThis as unknown as { axe: { run(options: unknown): Promise<AxeResults> } }).axe.run({
        runOnly: { type: 'tag', values: rules },
        rules: { region: { enabled: !isOverlaid } },
      }),
    { rules: RULES, isOverlaid },
  );
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary ?? ''}`),
  );
}

/** What axe finds, and what sticks out sideways, in all four looks of a page as it stands: light and dark, on a desktop and a phone. */
export async function faultsOf(page: Page, isOverlaid = false): Promise<readonly string[]> {
  const found: string[] = [];
  for (const viewport of [DESKTOP, PHONE]) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await untilStill(page);
      const look = `${viewport.width} px, ${colorScheme}: `;
      found.push(...(await violationsOn(page, isOverlaid)).map((violation) => look + violation));
      const overhang = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (overhang > 0) found.push(`${look}${overhang} px too wide`);
    }
  }
  return found;
}
