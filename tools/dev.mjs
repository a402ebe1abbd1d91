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
      ['tsc', ['-b', 'apps/api', '--watch', '--preserveWatchOutput']],
      [node, ['--watch', '--watch-preserve-output', '--enable-source-maps', 'apps/api/dist/main.js']],
      ['nx', ['run', '@bookorbit/web:serve', `--proxyConfig=${proxy}`, `--port=${WEB_PORT}`]],
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** Runs all commands until one ends or Ctrl-C comes, then ends all of them with everything they started. */
function runTogether(commands) {
  const children = commands.map(([command, parameters]) =>
    spawn(command, parameters, {
      cwd: PROJECT_ROOT,
      env: toolEnvironment(),
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: true,
    }),
  );
  const ends = children.map((child) => new Promise((resolve) => child.once('exit', resolve).once('error', resolve)));
  let isEnding = false;
  const endAll = () => {
    if (isEnding) return;
    isEnding = true;
    for (const child of children) signalGroup(child, 'SIGTERM');
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, endAll);
  for (const end of ends) void end.then(endAll);
  return Promise.all(ends).then((codes) => codes.find((code) => typeof code === 'number' && code !== 0) ?? 0);
}

function signalGroup(child, signal) {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch {
    // It ended by itself.
  }
}
