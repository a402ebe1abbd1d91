import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { corpusBooks, sharedPath } from '@bookorbit/testing';
import { World } from './world.ts';

const PLUGIN = join(import.meta.dirname, '../../../koreader-plugin');
const SPEC = 'spec/end_to_end_spec.lua';
/** The books whose sidecars and statistics lie in ../shared/koreader-data. */
const BOOKS = ['epubjs-alice.epub', 'se-wodehouse-love-among-the-chickens.epub'];

const run = promisify(execFile);

/** Real plugin code under LuaJIT, its own sockets, a real statistics database, against the built server. */
describe('the plugin on a device', () => {
  if (sharedPath() === undefined) {
    it('is not driven here: it needs the real books and device files of ../shared', () =>
      expect(corpusBooks()).toEqual([]));
    return;
  }

  it.each(['one call', 'single'])('agrees with the server about everything, by %s routes', async (routes) => {
    const world = await World.start();
    try {
      await world.setUp();
      await world.addLibrary(
        Object.fromEntries(
          corpusBooks().flatMap((path) =>
            BOOKS.filter((name) => path.endsWith(`/${name}`)).map((name) => [name, path]),
          ),
        ),
      );
      const ann = await world.addReader('ann');
      await world.addReader('ben');
      const { origins, username, key } = await ann.downloadPlugin();
      const { stdout } = await run('busted', ['--lua=luajit', '-o', 'TAP', SPEC], {
        cwd: PLUGIN,
        timeout: 120_000,
        env: {
          ...process.env,
          BOOKORBIT_E2E_ORIGIN: origins[0],
          BOOKORBIT_E2E_USERNAME: username,
          BOOKORBIT_E2E_KEY: key,
          BOOKORBIT_E2E_BOOKS: world.books,
          BOOKORBIT_E2E_ROUTES: routes,
        },
      }).catch((failed: { stdout?: string; stderr?: string }) => ({
        stdout: `${failed.stdout}\n${failed.stderr}\nnot ok`,
      }));
      expect(stdout).not.toMatch(/^not ok/m);
      expect(stdout).not.toMatch(/# SKIP/);
      expect(stdout.match(/^ok /gm)?.length).toBeGreaterThan(3);
    } finally {
      await world.stop();
    }
  });
});
