import { ensureInstalled } from './ensure-installed.mjs';
import { ensureBuilt } from './launch/ensure-built.mjs';
import { findNode, PROJECT_ROOT, runCommand } from './launch/project.mjs';
import { runChild } from './launch/run-child.mjs';
import { SERVER_ENVIRONMENT, SERVER_NODE_OPTIONS } from './launch/server-memory.mjs';

await runCommand(async () => {
  ensureInstalled();
  const node = findNode();
  ensureBuilt();
  return runChild(node, [...SERVER_NODE_OPTIONS, 'apps/api/dist/main.js'], {
    cwd: PROJECT_ROOT,
    env: { NODE_ENV: 'production', ...SERVER_ENVIRONMENT, ...process.env },
  });
});
