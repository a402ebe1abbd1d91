import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { ensureInstalled } from './ensure-installed.mjs';
import { ensureBuilt } from './launch/ensure-built.mjs';
import { OperatorError, PROJECT_ROOT } from './launch/project.mjs';
import { toldOfBooks } from './test/books-read.mjs';
import { endRunningProcesses } from './test/run-process.mjs';
import { PLAN, STEPS } from './test/steps.mjs';
import { ensureSystemPackages } from './test/system-packages.mjs';

const SHARED = resolve(PROJECT_ROOT, process.env.BOOKORBIT_SHARED ?? '../shared');
/** Parts that need what apt installs. */
const PARTS_OF_THE_SYSTEM = ['lua', 'e2e'];

const total = { passed: 0, failed: 0, booksRead: undefined };

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    endRunningProcesses();
    process.exit(130);
  });
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  total.failed += 1;
  print(error instanceof OperatorError ? error.message : String(error instanceof Error ? error.stack : error));
}
print(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;

async function main(words) {
  const parts = [...new Set(STEPS.map((step) => step.part))];
  const unknown = words.filter((word) => !parts.includes(word));
  if (unknown.length > 0)
    throw new OperatorError(`There is no part ${unknown.join(', ')}; there are ${parts.join(', ')}.`);
  const isWanted = (part) => words.length === 0 || words.includes(part);

  ensureInstalled();
  // The full run builds in a step of its own; a part alone must not test yesterday's server.
  if (isWanted('e2e') && !isWanted('build')) ensureBuilt();
  if (PARTS_OF_THE_SYSTEM.some(isWanted)) {
    const missing = ensureSystemPackages(print);
    if (missing !== undefined) fail(missing);
  }
  await runPlan(isWanted);
  // The HTTP tests read some of them too, but not each one.
  if (isWanted('unit')) {
    const { sentence, isFault } = toldOfBooks(SHARED, total.booksRead);
    if (isFault) fail(sentence);
    else print(sentence);
  }
  const leftOut = parts.filter((part) => !isWanted(part));
  if (leftOut.length > 0) print(`Left out: ${leftOut.join(', ')}.`);
}

async function runPlan(isWanted) {
  const stepsByName = new Map(STEPS.map((step) => [step.name, step]));
  for (const block of PLAN) {
    const runRow = async (row) => {
      for (const name of row) {
        const step = stepsByName.get(name);
        if (step !== undefined && isWanted(step.part)) await runStep(step);
      }
    };
    await Promise.all(block.map(runRow));
  }
}

async function runStep(step) {
  const start = performance.now();
  const result = await step.run().catch((error) => ({
    ...{ passed: 0, failed: 1, skipped: [], faults: [String(error.stack ?? error)], output: '' },
  }));
  const seconds = ((performance.now() - start) / 1_000).toFixed(0);
  total.passed += result.passed;
  total.failed += result.failed;
  total.booksRead ??= result.booksRead;
  const passedAtSecond = result.passedAtSecond ?? [];
  if (result.failed + passedAtSecond.length > 0) print(`\n${result.output.trimEnd()}\n`);
  const skipped = result.skipped.length > 0 ? `, ${result.skipped.length} skipped` : '';
  print(
    `${result.failed > 0 ? '✗' : '✓'} ${step.name}: ${result.passed} passed, ${result.failed} failed${skipped} (${seconds} s)`,
  );
  if (result.longest?.length > 0) print(`  took longest: ${result.longest.join(', ')}`);
  for (const fault of result.faults) print(`  ${fault}`);
  for (const name of passedAtSecond) print(`  passed only when run once more, alone: ${name}`);
  for (const name of result.skipped) print(`  skipped: ${name}`);
  // Where the real books are, there is no reason to skip anything.
  if (result.skipped.length > 0 && existsSync(SHARED))
    fail(`${step.name}: tests were skipped although ${SHARED} is there.`);
}

function fail(sentence) {
  total.failed += 1;
  print(`✗ ${sentence}`);
}

function print(line) {
  process.stdout.write(`${line}\n`);
}
