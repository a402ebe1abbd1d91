import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');

/** A file, what it imports, and whether it may. */
const IMPORTS: readonly (readonly [string, string, boolean])[] = [
  ['libs/contracts/src/x.ts', 'node:fs', false],
  ['libs/domain/progress/src/x.ts', '@bookorbit/contracts', false],
  ['libs/domain/progress/src/x.ts', '@bookorbit/domain-book-state', false],
  ['libs/domain/progress/src/x.ts', '@bookorbit/domain-positions', true],
  ['libs/domain/annotations/src/x.ts', '@bookorbit/domain-positions', true],
  ['libs/domain/annotations/src/x.ts', '@bookorbit/domain-progress', false],
  ['libs/domain/positions/src/x.ts', '@bookorbit/domain-progress', false],
  ['libs/domain/positions/src/x.ts', '../../progress/src/index.ts', false],
  ['libs/book-files/src/x.ts', '@bookorbit/domain-fingerprint', true],
  ['libs/book-files/src/x.ts', '@bookorbit/testing', false],
  ['libs/testing/src/x.ts', '@bookorbit/contracts', true],
  ['libs/testing/src/x.ts', '@bookorbit/domain-fingerprint', true],
  ['libs/testing/src/x.ts', '@bookorbit/book-files', false],
  ['libs/testing/src/x.ts', '@nestjs/common', false],
  ['apps/api-e2e/src/x.spec.ts', '@bookorbit/testing', true],
  ['apps/api-e2e/src/x.spec.ts', '@bookorbit/domain-progress', false],
  ['apps/api-e2e/src/x.spec.ts', '../../api/src/server.ts', false],
  ['apps/web-e2e/src/x.ts', '@bookorbit/contracts', true],
  ['apps/web-e2e/src/x.ts', '@angular/core', false],
  ['apps/api/src/x.ts', '@bookorbit/book-files', true],
  ['apps/api/src/x.ts', '@bookorbit/testing', false],
  ['apps/web/src/x.ts', '@bookorbit/domain-positions', true],
  ['apps/web/src/x.ts', '@bookorbit/book-files', false],
];

/** ESLint and its configuration are modules of a kind jest does not load: a process of its own asks. */
const ASK = `
  import { ESLint } from 'eslint';
  const eslint = new ESLint();
  const said = [];
  for (const [filePath, name] of ${JSON.stringify(IMPORTS)}) {
    const [{ messages }] = await eslint.lintText(\`export * from '\${name}';\\n\`, { filePath });
    said.push(messages.filter(({ ruleId }) => ruleId === 'no-restricted-imports').map(({ message }) => message));
  }
  console.log(JSON.stringify(said));`;

describe('lint', () => {
  it('holds who may import whom, and says why', () => {
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', ASK], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    const said = JSON.parse(stdout) as readonly (readonly string[])[];
    const found = IMPORTS.map(([file, name], n) => [file, name, said[n]?.length === 0]);
    expect(found).toEqual(IMPORTS.map((each) => [...each]));
    for (const message of said.flat()) expect(message).toMatch(/import is restricted .*\. .{20,}\.$/);
  });
});
