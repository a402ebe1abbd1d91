import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isInstalled } from './ensure-installed.mjs';

describe('isInstalled', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'install-'));
    mkdirSync(join(root, 'node_modules'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const LOCK = {
    '': { name: 'project' },
    'apps/api': { name: 'api' },
    'node_modules/api': { link: true, resolved: 'apps/api' },
    'node_modules/pg': { version: '8.0.0', integrity: 'sha512-a' },
    'node_modules/fsevents': { version: '2.0.0', integrity: 'sha512-b', optional: true, os: ['darwin'] },
  };
  const lock = (packages: object) => writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages }));
  const install = (packages: object | string) =>
    writeFileSync(
      join(root, 'node_modules/.package-lock.json'),
      typeof packages === 'string' ? packages : JSON.stringify({ packages }),
    );
  const installedPackages = () => ({
    'node_modules/api': LOCK['node_modules/api'],
    'node_modules/pg': LOCK['node_modules/pg'],
  });

  it('holds when everything but packages of other platforms is there', () => {
    lock(LOCK);
    install(installedPackages());
    expect(isInstalled(root)).toBe(true);
  });

  it('does not hold before the first install, nor after one that was broken off', () => {
    lock(LOCK);
    expect(isInstalled(root)).toBe(false);
    install('{"packages": {');
    expect(isInstalled(root)).toBe(false);
  });

  it('does not hold once the lock file asks for another version, other bytes or one package more', () => {
    install(installedPackages());
    lock({ ...LOCK, 'node_modules/pg': { version: '8.0.1', integrity: 'sha512-c' } });
    expect(isInstalled(root)).toBe(false);
    lock({ ...LOCK, 'node_modules/pg': { version: '8.0.0', integrity: 'sha512-c' } });
    expect(isInstalled(root)).toBe(false);
    lock({ ...LOCK, 'node_modules/yauzl': { version: '3.0.0', integrity: 'sha512-d' } });
    expect(isInstalled(root)).toBe(false);
  });
});
