import { ensureInstalled } from './ensure-installed.mjs';
import { findNode, OperatorError, PROJECT_ROOT, runCommand, toolEnvironment } from './launch/project.mjs';
import { runChild } from './launch/run-child.mjs';

await runCommand(async () => {
  const [tool, ...parameters] = process.argv.slice(2);
  if (tool === undefined)
    throw new OperatorError('Name the tool to run, such as: node tools/run-tool.mjs tools/demo.ts');
  ensureInstalled();
  return runChild(findNode(), ['--conditions=@bookorbit/source', tool, ...parameters], {
    cwd: PROJECT_ROOT,
    env: toolEnvironment(),
  });
});
