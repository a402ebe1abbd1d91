import { ensureInstalled } from './ensure-installed.mjs';
import { ensureBuilt } from './launch/ensure-built.mjs';
import { findNode, OperatorError, PROJECT_ROOT, runCommand, toolEnvironment } from './launch/project.mjs';
import { runChild } from './launch/run-child.mjs';

const USAGE = 'Use: npm run simulate -- [--schedules N] [--seed S] [--http]';

await runCommand(async () => {
  const { schedules, seed, isHttp } = readParameters(process.argv.slice(2));
  ensureInstalled();
  if (isHttp) ensureBuilt();
  const spec = isHttp ? 'apps/api-e2e/src/simulator.spec.ts' : 'apps/api/src/simulator/simulator.spec.ts';
  const project = isHttp ? 'api-e2e' : 'api';
  return runChild(findNode(), ['node_modules/jest/bin/jest.js', spec, '--runInBand', '--selectProjects', project], {
    cwd: PROJECT_ROOT,
    env: {
      ...toolEnvironment(),
      SIMULATE_SCHEDULES: String(schedules),
      SIMULATE_SEED: String(seed),
      SIMULATE_TELLS: 'yes',
    },
  });
});

function readParameters(words) {
  const found = { schedules: 200, seed: 1, isHttp: false };
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at];
    if (word === '--http') found.isHttp = true;
    else if (word === '--schedules') found.schedules = countOf(words[(at += 1)]);
    else if (word === '--seed') found.seed = countOf(words[(at += 1)]);
    else throw new OperatorError(USAGE);
  }
  return found;
}

function countOf(word) {
  if (!/^[1-9]\d{0,8}$/.test(word ?? '')) throw new OperatorError(USAGE);
  return Number(word);
}
