import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isBuilt, markBuilt } from './ensure-built.mjs';

describe('isBuilt', () => {
  let root = '';
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  };
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'built-'));
    write('apps/api/src/main.ts', 'start()');
    write('apps/api/dist/main.js', 'start()');
    write('apps/web/dist/browser/index.html', '<p>');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('holds after a build, and as long as only specs and results change', () => {
    expect(isBuilt(root)).toBe(false);
    markBuilt(root);
    write('apps/api/src/main.spec.ts', 'it()');
    write('apps/api/dist/main.js', 'started()');
    expect(isBuilt(root)).toBe(true);
  });

  it('does not hold once a source is changed, added or removed', () => {
    markBuilt(root);
    write('apps/api/src/main.ts', 'startAgain()');
    expect(isBuilt(root)).toBe(false);
    markBuilt(root);
    write('libs/contracts/src/index.ts', '');
    expect(isBuilt(root)).toBe(false);
    markBuilt(root);
    rmSync(join(root, 'libs'), { recursive: true });
    expect(isBuilt(root)).toBe(false);
  });

  it('does not hold once a result is gone', () => {
    markBuilt(root);
    rmSync(join(root, 'apps/web/dist'), { recursive: true });
    expect(isBuilt(root)).toBe(false);
  });
});
