import { spawn } from 'node:child_process';
import { PROJECT_ROOT, toolEnvironment } from '../launch/project.mjs';

/** Nothing here takes this long unless it hangs. */
const LIMIT_MINUTES = 45;

const running = new Set();

/**
 * Runs a program to its end and keeps what it prints, both streams in the order in which they came. One that hangs is ended.
 * @param {string} command
 * @param {readonly string[]} parameters
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<{ exitCode: number | null, output: string }>}
 */
export function runProcess(command, parameters, options = {}) {
  return new Promise((resolve) => {
    const chunks = [];
    const child = spawn(command, parameters, {
      cwd: options.cwd ?? PROJECT_ROOT,
      env: { ...toolEnvironment(), CI: 'true', FORCE_COLOR: '0', ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    running.add(child);
    const limit = setTimeout(() => {
      chunks.push(`\nEnded after ${LIMIT_MINUTES} minutes.\n`);
      endGroup(child, 'SIGKILL');
    }, LIMIT_MINUTES * 60_000);
    const finish = (exitCode) => {
      clearTimeout(limit);
      running.delete(child);
      resolve({ exitCode, output: Buffer.concat(chunks.map((chunk) => Buffer.from(chunk))).toString('utf8') });
    };
    // What a test forgot to stop would go on for ever, and hold the pipes open.
    child.on('exit', () => endGroup(child, 'SIGTERM'));
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    child.on('error', (error) => {
      chunks.push(`${command} could not be started: ${error.message}\n`);
      finish(null);
    });
    child.on('close', finish);
  });
}

/** Ends every program that still runs, with all it started. */
export function endRunningProcesses() {
  for (const child of running) endGroup(child, 'SIGKILL');
}

function endGroup(child, signal) {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch {
    // Nothing of it is left.
  }
}
