import { readReport } from './jest-report.mjs';

/**
 * @typedef {object} Count What a runner did
 * @property {number} passed
 * @property {number} failed
 * @property {readonly string[]} skipped Names of tests that did not run
 * @property {readonly string[]} faults What counts as a failure without being a failed test
 */

/**
 * Counts what jest wrote with --json. A suite that could not run, a project without a test and a jest that ended badly without
 * a failed test each count as one failure.
 * @param {string | undefined} json Undefined when jest wrote nothing
 * @param {number | null} exitCode
 * @param {readonly { name: string, folder: string }[]} projects Those that were to run, with their absolute folders
 * @returns {Count}
 */
export function countJest(json, exitCode, projects) {
  const report = readReport(json);
  if (report === undefined) return { passed: 0, failed: 1, skipped: [], faults: ['jest ended without a report'] };
  const tests = report.testResults.flatMap((suite) => suite.assertionResults);
  const faults = [
    ...report.testResults
      .filter((suite) => suite.status === 'failed' && suite.assertionResults.every((test) => test.status !== 'failed'))
      .map((suite) => `${suite.name} could not run`),
    ...projects
      .filter((project) => !hasTest(report, project))
      .map((project) => `the project ${project.name} ran no test`),
  ];
  const failed = tests.filter((test) => test.status === 'failed').length;
  if (exitCode !== 0 && failed + faults.length === 0) faults.push(`jest ended with ${exitCode ?? 'a signal'}`);
  return {
    passed: tests.filter((test) => test.status === 'passed').length,
    failed: failed + faults.length,
    skipped: tests.filter((test) => !['passed', 'failed'].includes(test.status)).map((test) => test.fullName),
    faults,
  };
}

function hasTest(report, { folder }) {
  return report.testResults.some((suite) => suite.name.startsWith(`${folder}/`) && suite.assertionResults.length > 0);
}
