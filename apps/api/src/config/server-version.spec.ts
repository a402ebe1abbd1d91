import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SERVER_VERSION } from './server-version.ts';

it('is the version of the package', () => {
  const { version } = JSON.parse(readFileSync(join(__dirname, '../../../../package.json'), 'utf8')) as {
    version: string;
  };
  expect(SERVER_VERSION).toBe(version);
});
