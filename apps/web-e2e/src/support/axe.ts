import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/**
 * What axe finds wrong with a page as it stands, one line each: the rule, and where.
 *
 * @param isOverlaid A menu or a dialog lies over the page; those are outside its landmarks by their nature.
 */
export async function violationsOn(page: Page, isOverlaid = false): Promise<readonly string[]> {
  // Evaluated rather than added as a script, which the page's content security policy rightly refuses.
  await page.evaluate(axe.source);
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
