import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

/** A server of this project running as a process of its own, as operators run it. */
export interface ServerProcess {
  /** Without a trailing slash. */
  readonly origin: string;
  readonly port: number;
  readonly pid: number;
  /** Everything it has printed so far. */
  output(): string;
  /** Sets its clock, unix seconds, from which time goes on; only of a server started with `hasClock`. */
  setTime(seconds: number): Promise<void>;
  /** Ctrl-C, and waits until it is gone. */
  stop(): Promise<void>;
  /** `kill -9`, and waits until it is gone. */
  kill(): Promise<void>;
}

/** Both `src` and `dist` of this lib lie three folders below the project's root. */
const PROJECT_ROOT = new URL('../../../', import.meta.url);
/** The build of this checkout, or another one that BOOKORBIT_SERVER names. */
const BUILT_SERVER = process.env['BOOKORBIT_SERVER'] ?? fileURLToPath(new URL('apps/api/dist/main.js', PROJECT_ROOT));
/** Ends the server when this process is killed outright. */
const FOLLOW_PARENT = new URL('tools/launch/follow-parent.mjs', PROJECT_ROOT).href;
/** Lets the server's clock be set. */
const SIMULATED_CLOCK = new URL('libs/testing/src/simulated-clock.mjs', PROJECT_ROOT).href;
/** Takes the lock on a user's file from the server. */
const WITHOUT_FILE_LOCKS = new URL('libs/testing/src/without-file-locks.mjs', PROJECT_ROOT).href;
const START_WITHIN_MS = 60_000;
const ASK_EVERY_MS = 50;

/** What a server is started with that operators' servers are not. */
export interface ServerProcessOptions {
  /** Its clock can be set. */
  readonly hasClock?: boolean;
  /** Nothing keeps two requests on the same file of a user apart: to show what the lock is for. */
  readonly lacksFileLocks?: boolean;
}

/**
 * Starts the built server on a free port and waits until it answers.
 *
 * @param variables Its environment besides PATH: `DATABASE_URL`, `DATA_DIR` and whatever the test is about.
 * @throws With what it printed, when it ends instead of answering.
 */
export async function startServerProcess(
  variables: Readonly<Record<string, string>>,
  options: ServerProcessOptions = {},
): Promise<ServerProcess> {
  if (!existsSync(BUILT_SERVER)) throw new Error('The server is not built; run: npx nx run-many -t build -p api');
  const port = Number(variables['PORT'] ?? (await freePort()));
  const preloads = [
    FOLLOW_PARENT,
    ...(options.hasClock ? [SIMULATED_CLOCK] : []),
    ...(options.lacksFileLocks ? [WITHOUT_FILE_LOCKS] : []),
  ];
  const child = spawn(process.execPath, [...preloads.flatMap((preload) => ['--import', preload]), BUILT_SERVER], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], LOG_LEVEL: 'warn', ...variables, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (part: Buffer) => (printed += String(part)));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const origin = `http://127.0.0.1:${port}`;
  try {
    await untilItAnswers(origin, child);
  } catch (error) {
    child.kill('SIGKILL');
    await ended;
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${printed}`);
  }
  const end = async (signal: NodeJS.Signals) => {
    // Nothing happens to one that is gone already.
    child.kill(signal);
    await ended;
  };
  return {
    origin,
    port,
    pid: child.pid ?? 0,
    output: () => printed,
    setTime: (seconds) => setTime(child, seconds),
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

/** A server that was killed meanwhile has no clock to set. */
function setTime(child: ChildProcess, seconds: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      child.off('message', done);
      child.off('exit', done);
      resolve();
    };
    child.on('message', done);
    child.once('exit', done);
    if (child.connected) child.send({ clock: seconds }, (error) => error && done());
    else done();
  });
}

/** @returns A port nobody listened on a moment ago. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('The system gave no free port');
  return address.port;
}

async function untilItAnswers(origin: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + START_WITHIN_MS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error('The server ended instead of answering.');
    const answer = await fetch(`${origin}/api/v1/koreader/healthcheck`).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
  throw new Error(`The server did not answer within ${START_WITHIN_MS / 1000} s.`);
}
