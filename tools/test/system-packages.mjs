import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Where the browser tests look for a Chromium. */
const CHROMIUM_PATHS = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** What the tests need of the machine: how to find out whether it is there, and Debian's package of it. */
const NEEDS = [
  { package: 'luajit', command: ['luajit', '-v'] },
  { package: 'lua-busted', command: ['busted', '--version'] },
  { package: 'lua-check', command: ['luacheck', '--version'] },
  { package: 'lua-socket', module: 'socket' },
  { package: 'lua-filesystem', module: 'lfs' },
  { package: 'lua-cjson', module: 'cjson' },
  { package: 'lua-sec', module: 'ssl' },
  { package: 'lua-sql-sqlite3', module: 'luasql.sqlite3' },
  { package: 'lua-md5', module: 'md5' },
  { package: 'lua-zip', module: 'zip' },
  { package: 'lua-posix', module: 'posix' },
  { package: 'sqlite3', command: ['sqlite3', '--version'] },
  { package: 'zip', command: ['zip', '--version'] },
  { package: 'chromium', isThere: () => CHROMIUM_PATHS.some((path) => path !== undefined && existsSync(path)) },
];

/**
 * Installs the Debian packages that the tests lack, where this account may.
 * @param {(line: string) => void} print
 * @returns {string | undefined} What is missing still, and what to do about it
 */
export function ensureSystemPackages(print) {
  const missing = findMissing();
  if (missing.length === 0) return undefined;
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    print(`Installing ${missing.join(', ')}.`);
    apt('update');
    const run = apt('install', '--yes', '--no-install-recommends', ...missing);
    if (run.status !== 0) print(run.stdout + run.stderr);
  }
  const stillMissing = findMissing();
  return stillMissing.length === 0
    ? undefined
    : `The tests need ${stillMissing.join(', ')}: run, as root, apt-get install ${stillMissing.join(' ')}`;
}

function findMissing() {
  return NEEDS.filter((need) => !isThere(need)).map((need) => need.package);
}

function isThere({ command, module, isThere: ask }) {
  if (ask !== undefined) return ask();
  const [program, ...parameters] = command ?? ['luajit', '-e', `require(${JSON.stringify(module)})`];
  return spawnSync(program, parameters, { stdio: 'ignore', timeout: 60_000 }).status === 0;
}

function apt(...parameters) {
  return spawnSync('/usr/bin/apt-get', ['-o', 'DPkg::Lock::Timeout=300', ...parameters], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
}
