import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { findPostmaster } from './postmaster.ts';
import { startThrowAwayPostgres } from './throw-away-postgres.ts';

describe('startThrowAwayPostgres', () => {
  it('leaves nothing behind, not even what a killed run before it left', async () => {
    const launcher = pathToFileURL(join(__dirname, 'throw-away-postgres.ts')).href;
    const script = `
      import { startThrowAwayPostgres } from ${JSON.stringify(launcher)};
      console.log((await startThrowAwayPostgres()).connection.host);
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script]);
    const [host] = (await once(child.stdout, 'data')) as [Buffer];
    const orphan = host.toString().trim();
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(findPostmaster({ files: orphan })).toBeDefined();

    const postgres = await startThrowAwayPostgres();
    expect(findPostmaster({ files: orphan })).toBeUndefined();
    await postgres.stop();
    for (const files of [orphan, postgres.connection.host]) {
      expect(existsSync(dirname(dirname(files)))).toBe(false);
    }
  });
});
