import { runProcess } from './run-process.mjs';

describe('runProcess', () => {
  it('answers with the exit code and with both streams in their order', async () => {
    const script = `process.stdout.write('a'); setTimeout(() => { process.stderr.write('b'); process.exitCode = 3; }, 50)`;
    expect(await runProcess(process.execPath, ['--eval', script])).toEqual({ exitCode: 3, output: 'ab' });
  });

  it('says so when there is no such program', async () => {
    const { exitCode, output } = await runProcess('no-such-program', []);
    expect(exitCode).toBeNull();
    expect(output).toContain('no-such-program could not be started');
  });

  it('ends what the program left running, which would hold the output open', async () => {
    const script = `
      const left = require('node:child_process').spawn('sleep', ['600'], { stdio: ['ignore', 'inherit', 'inherit'] });
      left.unref();
      process.stdout.write('done');`;
    expect(await runProcess(process.execPath, ['--eval', script])).toEqual({ exitCode: 0, output: 'done' });
  });
});
