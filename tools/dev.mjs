import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureInstalled } from './ensure-installed.mjs';
import { ensureBuilt } from './launch/ensure-built.mjs';
import { findNode, PROJECT_ROOT, runCommand, toolEnvironment } from './launch/project.mjs';

const WEB_PORT = process.env.WEB_PORT ?? '4200';

await runCommand(async () => {
  ensureInstalled();
  const node = findNode();
  // The server starts from its last build at once; the watching compiler takes over from there.
  ensureBuilt();
  const folder = mkdtempSync(join(tmpdir(), 'bookorbit-dev-'));
  const proxy = join(folder, 'proxy.json');
  writeFileSync(proxy, JSON.stringify({ '/api': { target: `http://127.0.0.1:${process.env.PORT ?? 3000}` } }));
  process.stdout.write(`Web app, built anew at every change: http://localhost:${WEB_PORT}\n`);
  try {
    return await runTogether([
      { command: 'tsc', parameters: ['-b', 'apps/api', '--watch', '--preserveWatchOutput'] },
      {
        command: node,
        parameters: ['--watch', '--watch-preserve-output', '--enable-source-maps', 'apps/api/dist/main.js'],
      },
      {
        command: 'nx',
        parameters: ['run', '@bookorbit/web:serve', `--proxyConfig=${proxy}`],
        // Angular's server takes PORT for its own.
        env: { PORT: WEB_PORT },
      },
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** Runs all commands until one ends or Ctrl-C comes, then ends all of them with everything they started. */
function runTogether(commands) {
  const children = commands.map(({ command, parameters, env }) =>
    spawn(command, parameters, {
      cwd: PROJECT_ROOT,
      env: { ...toolEnvironment(), ...env },
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: true,
    }),
  );
  const ends = children.map((child) => new Promise((resolve) => child.once('exit', resolve).once('error', resolve)));
  return new Promise((resolve) => {
    let exitCode;
    const endAll = (code) => {
      if (exitCode !== undefined) return;
      exitCode = code;
      for (const child of children) child.kill('SIGTERM');
      void Promise.all(ends).then(() => resolve(exitCode));
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => endAll(0));
    children.forEach((child, index) => {
      void ends[index].then(() => {
        // Each ends what it started; this is for what it forgot. A server must hear of it once only: twice means at once.
        signalGroup(child, 'SIGTERM');
        // None of them ends by itself unless something is wrong.
        endAll(1);
      });
    });
  });
}

function signalGroup(child, signal) {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch {
    // It ended by itself.
  }
}
