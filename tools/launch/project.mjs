import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout's folder, with a trailing slash. */
export const PROJECT_ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The oldest Node that runs the server, where the project brings none of its own. */
const NEEDED_NODE = [24, 15];

/** A fault an operator can mend: the message is one sentence that says what to do, printed without a stack. */
export class OperatorError extends Error {}

/**
 * The Node to run everything with: the one npm installed with the project, else the machine's own where that is new enough.
 * @returns {string} Path of the program
 */
export function findNode(root = PROJECT_ROOT) {
  const own = join(root, 'node_modules', '.bin', 'node');
  if (process.platform !== 'win32' && existsSync(own)) return own;
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > NEEDED_NODE[0] || (major === NEEDED_NODE[0] && minor >= NEEDED_NODE[1])) return process.execPath;
  throw new OperatorError(
    `npm installed no Node for ${process.platform}-${process.arch}, and this one is ${process.versions.node}: install Node ${NEEDED_NODE.join('.')} or newer and try again.`,
  );
}

/**
 * The environment for the project's own tools, which start `node` by name.
 * @returns {NodeJS.ProcessEnv}
 */
export function toolEnvironment(root = PROJECT_ROOT) {
  return {
    ...process.env,
    PATH: toolPath(root),
    // Nx otherwise leaves a daemon behind and draws on the terminal.
    NX_DAEMON: 'false',
    NX_TUI: 'false',
    // Tools run as TypeScript: what strips their types takes 30 MB, and only the first run needs it.
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(root, 'node_modules/.cache/bookorbit-tools'),
  };
}

/** The environment for npm, which must not run on the Node inside the folder it is about to replace. */
export function npmEnvironment(root = PROJECT_ROOT) {
  const bin = join(root, 'node_modules', '.bin');
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== bin);
  return { ...process.env, PATH: path.join(delimiter) };
}

/** Runs a command's main function; a fault for the operator becomes one sentence and exit code 1. */
export async function runCommand(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    process.stderr.write(`\n${error.message}\n`);
    process.exitCode = 1;
  }
}

function toolPath(root) {
  return `${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH ?? ''}`;
}
