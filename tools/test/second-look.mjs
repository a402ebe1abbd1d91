import { suitesOf } from './jest-report.mjs';

/**
 * A browser spec that failed beside others is run once more, alone. One that passes then is counted as passed, and named, so that what it
 * waited for in vain is found; what fails twice has failed. Only browser specs: where data is at stake, one failure is one too many.
 */

/** More than this is no accident. */
const MOST_SUITES = 4;

/**
 * @param {string | undefined} json What jest wrote with --json
 * @param {string} folder The absolute folder of the specs that may be looked at again
 * @returns {readonly string[]} Files to run once more; none if anything failed that may not be, or too many did
 */
export function suitesToLookAtAgain(json, folder) {
  const failed = suitesOf(json).filter((suite) => suite.status === 'failed');
  const isAllowed = failed.length <= MOST_SUITES && failed.every((suite) => suite.name.startsWith(`${folder}/`));
  return isAllowed ? failed.map((suite) => suite.name) : [];
}

/**
 * @param {string} firstJson
 * @param {string | undefined} secondJson Of the suites that were run once more; undefined if jest wrote nothing
 * @returns {{ json: string, passedAtSecond: readonly string[] }} The first report with the second's suites in place of its own, and the full
 *   names of the tests that failed first and passed then
 */
export function withSecondLook(firstJson, secondJson) {
  const first = JSON.parse(firstJson);
  const second = new Map(suitesOf(secondJson).map((suite) => [suite.name, suite]));
  const passedAtSecond = [];
  const testResults = first.testResults.map((suite) => {
    const again = second.get(suite.name);
    if (again === undefined || suite.status !== 'failed') return suite;
    const passed = new Set(again.assertionResults.filter(isPassed).map((test) => test.fullName));
    const failedFirst = suite.assertionResults.filter((test) => !isPassed(test));
    passedAtSecond.push(...failedFirst.map((test) => test.fullName).filter((name) => passed.has(name)));
    return again;
  });
  return { json: JSON.stringify({ ...first, testResults }), passedAtSecond };
}

function isPassed(test) {
  return test.status === 'passed';
}
