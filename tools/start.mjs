import { ensureInstalled } from './ensure-installed.mjs';
import { ensureBuilt } from './launch/ensure-built.mjs';
import { findNode, PROJECT_ROOT, runCommand } from './launch/project.mjs';
import { runChild } from './launch/run-child.mjs';

await runCommand(async () => {
  ensureInstalled();
  const node = findNode();
  ensureBuilt();
  return runChild(node, ['apps/api/dist/main.js'], {
    cwd: PROJECT_ROOT,
    env: { NODE_ENV: 'production', ...process.env },
  });
});
