import { readFileSync, globSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const namesIn = (text: string, pattern: RegExp) =>
  [...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? ''))].sort();

describe('the files of the container', () => {
  it('copies the package.json of every workspace before it installs', () => {
    const workspaces = globSync(['apps/*/package.json', 'libs/*/package.json', 'libs/domain/*/package.json'], {
      cwd: ROOT,
    });
    expect(namesIn(read('Dockerfile'), /^COPY ((?:apps|libs)\/\S+package\.json) /gm)).toEqual(workspaces.sort());
  });

  it('explains every setting of docker-compose.yml and of the server in .env.example', () => {
    const explained = namesIn(read('.env.example'), /^#?([A-Z_]+)=/gm);
    const ofCompose = namesIn(read('docker-compose.yml'), /\$\{([A-Z_]+)/g);
    const ofServer = namesIn(read('apps/api/src/config/environment.ts'), /(?:value\(|variables\[)'([A-Z_]+)'/g);
    expect(explained).toEqual([...new Set([...ofCompose, ...ofServer])].sort());
  });
});
