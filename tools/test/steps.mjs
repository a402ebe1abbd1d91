import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findNode, PROJECT_ROOT } from '../launch/project.mjs';
import { BOOKS_READ_VARIABLE, booksReadIn } from './books-read.mjs';
import { countJest } from './count-jest.mjs';
import { countTap } from './count-tap.mjs';
import { longestSuites } from './longest-suites.mjs';
import { runProcess } from './run-process.mjs';
import { suitesToLookAtAgain, withSecondLook } from './second-look.mjs';

/**
 * @typedef {object} Step
 * @property {string} name As printed, and as a word for `npm test -- <word>` where it stands alone
 * @property {string} part The word that selects it
 * @property {() => Promise<import('./count-jest.mjs').Count & { output: string, passedAtSecond?: readonly string[], booksRead?: number, longest?: readonly string[] }>} run
 */

const JEST_WORKERS = 2;
const BROWSER_PROJECT = 'web-e2e';
const PLUGIN = join(PROJECT_ROOT, 'koreader-plugin');

/** @type {readonly Step[]} */
export const STEPS = [
  { name: 'format', part: 'format', run: () => check('npm', ['run', '--silent', 'format:check']) },
  { name: 'lint', part: 'lint', run: () => check('npm', ['run', '--silent', 'lint']) },
  {
    name: 'build',
    part: 'build',
    run: () => check('nx', ['run-many', '-t', 'build', '--skip-nx-cache', '--outputStyle=static']),
  },
  { name: 'texts to translate', part: 'build', run: () => check('npm', ['run', '--silent', 'extract-i18n']) },
  { name: 'types', part: 'types', run: () => check('npm', ['run', '--silent', 'types']) },
  { name: 'unit and database tests', part: 'unit', run: () => jest((project) => !isEndToEnd(project)) },
  { name: 'Lua lint', part: 'lua', run: () => check('luacheck', ['.'], { cwd: PLUGIN }) },
  { name: 'Lua tests', part: 'lua', run: busted },
  { name: 'HTTP and browser tests', part: 'e2e', run: () => jest(isEndToEnd) },
];

/** Steps of one row run one after the other, rows of one block beside each other, blocks one after the other. */
export const PLAN = [
  [
    ['format', 'lint'],
    ['build', 'texts to translate', 'types'],
  ],
  [['unit and database tests'], ['Lua lint', 'Lua tests']],
  [['HTTP and browser tests']],
];

function isEndToEnd(project) {
  return project.name.endsWith('-e2e');
}

async function check(command, parameters, options) {
  const { exitCode, output } = await runProcess(command, parameters, options);
  const isPassed = exitCode === 0;
  return { passed: isPassed ? 1 : 0, failed: isPassed ? 0 : 1, skipped: [], faults: [], output };
}

async function busted() {
  const { exitCode, output } = await runProcess('busted', ['--lua=luajit', '-o', 'TAP'], { cwd: PLUGIN });
  return { ...countTap(output, exitCode), output };
}

/** @param {(project: { name: string }) => boolean} isWanted */
async function jest(isWanted) {
  const projects = (await readJestProjects()).filter(isWanted);
  const { json, exitCode, output, booksRead } = await runJest(projects, [`--maxWorkers=${JEST_WORKERS}`]);
  const browser = projects.find((project) => project.name === BROWSER_PROJECT);
  const files = browser === undefined ? [] : suitesToLookAtAgain(json, browser.folder);
  const longest = longestSuites(json, PROJECT_ROOT);
  if (files.length === 0) return { ...countJest(json, exitCode, projects), output, booksRead, longest };
  const second = await runJest([browser], ['--maxWorkers=1', '--runTestsByPath', ...files]);
  const both = withSecondLook(json, second.json);
  return {
    ...countJest(both.json, second.exitCode, projects),
    output: `${output}\nRun once more, alone:\n${second.output}`,
    passedAtSecond: both.passedAtSecond,
    longest,
  };
}

async function runJest(projects, parameters) {
  const folder = mkdtempSync(join(tmpdir(), 'bookorbit-jest-'));
  try {
    const report = join(folder, 'report.json');
    const books = join(folder, 'books-read');
    const words = [
      ...['node_modules/jest/bin/jest.js', '--ci', '--json', `--outputFile=${report}`],
      ...['--selectProjects', ...projects.map((project) => project.name), ...parameters],
    ];
    const { exitCode, output } = await runProcess(findNode(), words, { env: { [BOOKS_READ_VARIABLE]: books } });
    return { json: readIfThere(report), exitCode, output: withoutReport(output), booksRead: booksReadIn(books) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function readJestProjects() {
  const script = `
    const { default: config } = await import('./jest.config.ts');
    console.log(JSON.stringify(config.projects.map(({ displayName, rootDir }) => ({ name: displayName, folder: rootDir }))));`;
  const { exitCode, output } = await runProcess(findNode(), ['--input-type=module', '--eval', script]);
  if (exitCode !== 0) return [];
  return JSON.parse(output).map(({ name, folder }) => ({ name, folder: join(PROJECT_ROOT, folder) }));
}

function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function withoutReport(output) {
  return output
    .split('\n')
    .filter((line) => !line.startsWith('Test results written to:'))
    .join('\n');
}
