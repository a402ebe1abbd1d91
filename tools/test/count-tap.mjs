/**
 * Counts what busted wrote as TAP. Fewer tests than planned, none at all, and a bad end without a failed test each count as one
 * failure.
 * @param {string} output
 * @param {number | null} exitCode
 * @returns {import('./count-jest.mjs').Count}
 */
export function countTap(output, exitCode) {
  const lines = output.split('\n');
  const results = lines.filter((line) => /^(not )?ok \d+/.test(line));
  const isSkipped = (line) => /# (SKIP|TODO)\b/i.test(line);
  const skipped = results.filter(isSkipped);
  const ran = results.filter((line) => !isSkipped(line));
  const failed = ran.filter((line) => line.startsWith('not ok')).length;
  const planned = Number(lines.find((line) => /^1\.\.\d+/.test(line))?.slice(3) ?? NaN);
  const faults = [];
  if (results.length === 0) faults.push('no test ran');
  else if (planned !== results.length) faults.push(`${results.length} of ${planned || 'unknown many'} tests ended`);
  if (exitCode !== 0 && failed + faults.length === 0) faults.push(`busted ended with ${exitCode ?? 'a signal'}`);
  return { passed: ran.length - failed, failed: failed + faults.length, skipped: skipped.map(nameOf), faults };
}

function nameOf(line) {
  return line.replace(/^(not )?ok \d+( - )?/, '');
}
