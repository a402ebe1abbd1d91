import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** A terminal's Ctrl-C and npm's forwarding of it arrive within this time and are one wish. */
const SAME_WISH_MILLISECONDS = 1_000;

const FOLLOW_PARENT = new URL('./follow-parent.mjs', import.meta.url).href;

/**
 * Runs a script in a child Node with our own stdin, stdout and stderr, hands signals on, and waits for its end. Each Ctrl-C
 * reaches the child once, and the child ends when this process is killed.
 * @param {string} node Path of the program
 * @param {readonly string[]} parameters Options for Node, the script, its arguments
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<number>} The child's exit code; 128 + the number of the signal that ended it
 */
export function runChild(node, parameters, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(node, ['--import', FOLLOW_PARENT, ...parameters], {
      ...options,
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
      // A group of its own: a terminal signals whole groups, and then the child would hear everything twice.
      detached: process.platform !== 'win32',
    });
    const stopForwarding = forwardSignals(child);
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      stopForwarding();
      if (signal === 'SIGKILL')
        process.stderr.write('BookOrbit was killed, perhaps because the machine ran out of memory.\n');
      resolve(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}

function forwardSignals(child) {
  let last = -Infinity;
  const forward = (signal) => {
    const now = performance.now();
    if (now - last < SAME_WISH_MILLISECONDS) return;
    last = now;
    // A closed terminal is a wish to end as well.
    child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, forward);
  return () => {
    for (const signal of signals) process.off(signal, forward);
  };
}
