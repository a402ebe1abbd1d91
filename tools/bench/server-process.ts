import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CleanUp } from './clean-up.ts';

const PATIENCE_TO_START_MS = 60_000;
const PATIENCE_TO_STOP_MS = 15_000;

/** A server in a process of its own. */
export interface ServerProcess {
  readonly pid: number;
  /** `http://localhost:40123`. */
  readonly origin: string;
  stop(): Promise<void>;
}

/** How to start one. */
export interface ServerProgram {
  readonly name: string;
  /** Options for Node, the script and its arguments. */
  readonly parameters: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** Starts a server on a free port and waits until it prints its address, which is the first that begins with http://localhost. */
export async function startServer(
  { name, parameters, environment }: ServerProgram,
  folder: string,
  cleanUp: CleanUp,
): Promise<ServerProcess> {
  const output = join(folder, `${name}.out`);
  // A file, so that reading what a server logs costs the client nothing.
  const descriptor = openSync(output, 'a');
  const child = spawn(process.execPath, [...parameters], {
    env: { ...inheritedEnvironment(), NODE_ENV: 'production', PORT: '0', ...environment },
    stdio: ['ignore', descriptor, descriptor],
    // A group of its own, so that Ctrl-C in a terminal leaves the order of stopping to the clean-up.
    detached: true,
  });
  closeSync(descriptor);
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const stop = async () => {
    await stopChild(child);
    process.off('exit', kill);
  };
  cleanUp.add(stop);
  return { pid: child.pid ?? NaN, origin: await originIn(output, child, name), stop };
}

/** Ours may hold settings of somebody's real server. */
function inheritedEnvironment(): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, LANG } = process.env;
  return { PATH, HOME, TMPDIR, LANG };
}

async function originIn(output: string, child: ChildProcess, name: string): Promise<string> {
  const deadline = performance.now() + PATIENCE_TO_START_MS;
  while (performance.now() < deadline) {
    const said = readFileSync(output, 'utf8');
    const [origin] = /http:\/\/localhost:\d+/.exec(said) ?? [];
    if (origin !== undefined) return origin;
    if (hasEnded(child)) throw new Error(`The server "${name}" ended at once:\n${said.slice(-2_000)}`);
    await sleep(20);
  }
  throw new Error(`The server "${name}" did not say its address within ${PATIENCE_TO_START_MS / 1000} s.`);
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_TO_STOP_MS);
  await ended;
  clearTimeout(timer);
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
