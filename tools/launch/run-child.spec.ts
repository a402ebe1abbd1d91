import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

describe('runChild', () => {
  const folder = mkdtempSync(join(tmpdir(), 'run-child-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** A process that runs `script` as its child through runChild, as `npm start` runs the server. */
  function run(script: string): { parent: ChildProcess; output: () => string } {
    const file = join(folder, `child-${Math.random()}.mjs`);
    writeFileSync(file, script);
    const parent = spawn(process.execPath, [
      '--input-type=module',
      '--eval',
      `import { runChild } from ${JSON.stringify(pathToFileURL(join(__dirname, 'run-child.mjs')).href)};
       process.exitCode = await runChild(process.execPath, [${JSON.stringify(file)}]);`,
    ]);
    let output = '';
    parent.stdout.on('data', (chunk) => (output += String(chunk)));
    return { parent, output: () => output };
  }

  const WAITING = `
    let heard = 0;
    process.on('SIGINT', () => { heard += 1; setTimeout(() => { console.log('heard ' + heard); process.exit(7); }, 300); });
    process.on('SIGTERM', () => { console.log('ended'); process.exit(0); });
    setInterval(() => {}, 1000);
    console.log('pid ' + process.pid);`;

  async function waitFor(output: () => string, pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(output());
      if (match !== null) return match;
      await sleep(20);
    }
  }

  it('ends with the exit code of the child', async () => {
    const { parent } = run('process.exit(3)');
    expect(await once(parent, 'exit')).toEqual([3, null]);
  });

  it('hands Ctrl-C on once, although a terminal and npm both send it', async () => {
    const { parent, output } = run(WAITING);
    await waitFor(output, /pid \d+/);
    parent.kill('SIGINT');
    parent.kill('SIGINT');
    const [code] = await once(parent, 'exit');
    expect(output()).toContain('heard 1');
    expect(code).toBe(7);
  });

  it('ends the child when it is killed itself', async () => {
    const { parent, output } = run(WAITING);
    await waitFor(output, /pid \d+/);
    parent.kill('SIGKILL');
    await waitFor(output, /ended/);
  });
});
