import { relative } from 'node:path';
import { suitesOf } from './jest-report.mjs';

/** So many are named: enough to see where the time of a run goes. */
const MOST_SUITES = 8;
/** Shorter ones are nothing to think about. */
const LEAST_SECONDS = 20;

/**
 * @param {string | undefined} json What jest wrote with --json
 * @param {string} root The absolute folder names are told from
 * @returns {readonly string[]} The suites that took longest, the longest first, with their seconds
 */
export function longestSuites(json, root) {
  return suitesOf(json)
    .map(({ name, startTime, endTime }) => ({ name: relative(root, name), seconds: (endTime - startTime) / 1_000 }))
    .filter(({ seconds }) => seconds >= LEAST_SECONDS)
    .sort((one, other) => other.seconds - one.seconds)
    .slice(0, MOST_SUITES)
    .map(({ name, seconds }) => `${name} ${seconds.toFixed(0)} s`);
}
