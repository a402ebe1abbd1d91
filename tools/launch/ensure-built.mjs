import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OperatorError, PROJECT_ROOT, toolEnvironment } from './project.mjs';

/** What a build reads, and what it must have made. */
const SOURCES = ['apps/api', 'apps/web', 'libs', 'nx.json', 'package-lock.json', 'tsconfig.base.json'];
const RESULTS = ['apps/api/dist/main.js', 'apps/web/dist/browser/index.html'];
const STAMP = 'node_modules/.cache/bookorbit/built';
const IGNORED_FOLDERS = new Set(['node_modules', 'dist', 'coverage']);

/**
 * Builds server and web app, unless they were built from exactly these sources. Says what it does on stderr.
 * @returns {boolean} Whether something had to be built
 */
export function ensureBuilt(root = PROJECT_ROOT) {
  if (isBuilt(root)) return false;
  // Taken before the build: what changes meanwhile has to be built again.
  const state = sourceState(root);
  process.stderr.write('Building BookOrbit; the first time this takes a minute.\n');
  const run = spawnSync('nx', ['run-many', '-t', 'build', '--outputStyle=static'], {
    cwd: root,
    env: toolEnvironment(root),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  if (run.error) throw run.error;
  if (run.status !== 0) {
    process.stderr.write(run.stdout + run.stderr);
    throw new OperatorError(
      /EACCES|EROFS|permission denied/i.test(run.stdout + run.stderr)
        ? `BookOrbit has to be built but may not write to ${root}: start it once with an account that owns this folder.`
        : 'BookOrbit could not be built; the reason is above.',
    );
  }
  markBuilt(root, state);
  return true;
}

/** Whether the results of a build are there and none of its sources changed since. */
export function isBuilt(root) {
  const stamp = join(root, STAMP);
  return (
    RESULTS.every((file) => existsSync(join(root, file))) &&
    existsSync(stamp) &&
    readFileSync(stamp, 'utf8') === sourceState(root)
  );
}

/** Remembers from which sources the results were built. */
export function markBuilt(root, state = sourceState(root)) {
  mkdirSync(join(root, STAMP, '..'), { recursive: true });
  writeFileSync(join(root, STAMP), state);
}

/** Names, sizes and times of all sources, as one digest: reading a few hundred entries takes milliseconds, asking Nx seconds. */
function sourceState(root) {
  const digest = createHash('sha256');
  for (const file of SOURCES.flatMap((source) => listFiles(root, source)).sort()) {
    const { size, mtimeMs } = statSync(join(root, file));
    digest.update(`${file}\0${size}\0${mtimeMs}\n`);
  }
  return digest.digest('hex');
}

function listFiles(root, path) {
  const stat = statSync(join(root, path), { throwIfNoEntry: false });
  if (stat === undefined) return [];
  if (!stat.isDirectory()) return path.endsWith('.spec.ts') ? [] : [path];
  return readdirSync(join(root, path))
    .filter((name) => !IGNORED_FOLDERS.has(name))
    .flatMap((name) => listFiles(root, `${path}/${name}`));
}
