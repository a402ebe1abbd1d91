import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { npmEnvironment, OperatorError, PROJECT_ROOT, runCommand } from './launch/project.mjs';

/**
 * Installs the packages of package-lock.json, unless exactly they are installed. Says what it does on stderr.
 * @returns {boolean} Whether something had to be installed
 */
export function ensureInstalled(root = PROJECT_ROOT) {
  if (isInstalled(root)) return false;
  refuseReadOnly(root);
  process.stderr.write('Installing what BookOrbit needs (npm ci); the first time this takes some minutes.\n');
  const run = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    env: npmEnvironment(root),
    // The caller's stdout may be somebody's data.
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (run.error?.code === 'ENOENT')
    throw new OperatorError('npm is not installed: install Node 20 or newer with npm, and try again.');
  if (run.error) throw run.error;
  if (run.status !== 0) {
    throw new OperatorError(
      `npm could not install BookOrbit's packages (npm ci ended with ${run.status ?? run.signal}, its reason is above): check the connection to the registry and the free space on the disk, and try again.`,
    );
  }
  return true;
}

/**
 * Whether node_modules holds what package-lock.json asks for. npm writes down what it installed when it is through, so an
 * install that was broken off counts as none.
 */
export function isInstalled(root = PROJECT_ROOT) {
  const installed = readPackages(join(root, 'node_modules', '.package-lock.json'));
  if (installed === undefined) return false;
  const wanted = readPackages(join(root, 'package-lock.json')) ?? {};
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.startsWith('node_modules/') && !path.includes('/node_modules/')) return true;
    const found = installed[path];
    // Optional packages are mostly those of other platforms.
    if (found === undefined) return entry.optional === true;
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

function readPackages(file) {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages ?? {};
  } catch {
    return undefined;
  }
}

function refuseReadOnly(root) {
  for (const folder of [root, join(root, 'node_modules')]) {
    try {
      if (existsSync(folder)) accessSync(folder, constants.W_OK);
    } catch {
      throw new OperatorError(
        `BookOrbit has packages to install but may not write to ${folder}: start it once with an account that owns this folder.`,
      );
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runCommand(() => {
    ensureInstalled();
    return 0;
  });
}
