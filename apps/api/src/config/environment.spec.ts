import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { readEnvironment } from './environment.ts';

describe('readEnvironment', () => {
  it('works with nothing set', () => {
    const environment = readEnvironment({});
    expect(environment).toMatchObject({
      port: 3000,
      dataDir: join(process.cwd(), 'data'),
      libraryPaths: [],
      trustedProxies: [],
    });
    expect(environment.databaseUrl).toBeUndefined();
  });

  it('reports all faults together, each by the name of its variable', () => {
    const read = () =>
      readEnvironment({
        PORT: 'many',
        DATABASE_URL: 'mysql://x',
        PUBLIC_URL: 'books',
        ADMIN_USERNAME: 'ann',
        LIBRARY_PATHS: '/no/such/folder',
        TRUSTED_PROXIES: 'me',
      });
    for (const name of ['PORT', 'DATABASE_URL', 'PUBLIC_URL', 'ADMIN_PASSWORD', 'LIBRARY_PATHS', 'TRUSTED_PROXIES']) {
      expect(read).toThrow(name);
    }
  });

  it('never repeats a password or an address that holds one', () => {
    expect(() =>
      readEnvironment({ DATABASE_URL: 'mysql://u:secret@h', ADMIN_USERNAME: 'a', ADMIN_PASSWORD: 'short' }),
    ).not.toThrow(/secret|short/);
  });

  it.each(['an\u0007n', 'an\nn', 'an\u202en', 'a'.repeat(101)])(
    'refuses an admin the web app would refuse: %j',
    (name) => {
      expect(() => readEnvironment({ ADMIN_USERNAME: name, ADMIN_PASSWORD: 'a good password' })).toThrow(
        'ADMIN_USERNAME',
      );
    },
  );

  it('takes several library folders', () => {
    const folders = [mkdtempSync(join(tmpdir(), 'a-')), mkdtempSync(join(tmpdir(), 'b-'))];
    expect(readEnvironment({ LIBRARY_PATHS: folders.join(delimiter) }).libraryPaths).toEqual(folders);
    for (const folder of folders) rmSync(folder, { recursive: true });
  });

  it('drops the trailing slash of the public address', () => {
    expect(readEnvironment({ PUBLIC_URL: 'https://books.example.com/' }).publicUrl).toBe('https://books.example.com');
  });

  it('refuses a public address with a path, which the web app would not be found under', () => {
    expect(() => readEnvironment({ PUBLIC_URL: 'https://example.com/books/' })).toThrow(/without a path/);
  });
});
