/**
 * @param {string | undefined} json What jest wrote with --json
 * @returns {readonly object[]} Its suites; none if it wrote nothing, or half of it
 */
export function suitesOf(json) {
  return readReport(json)?.testResults ?? [];
}

/**
 * @param {string | undefined} json What jest wrote with --json
 * @returns {{ testResults: readonly object[] } | undefined} Undefined if it wrote nothing, or half of it
 */
export function readReport(json) {
  try {
    const report = JSON.parse(json ?? '');
    return Array.isArray(report.testResults) ? report : undefined;
  } catch {
    return undefined;
  }
}
