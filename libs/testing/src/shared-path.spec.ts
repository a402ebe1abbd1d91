import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { corpusBooks, sharedPath } from './shared-path.ts';

describe('sharedPath', () => {
  const folder = mkdtempSync(join(tmpdir(), 'shared-'));
  const before = process.env['BOOKORBIT_SHARED'];
  beforeEach(() => {
    process.env['BOOKORBIT_SHARED'] = folder;
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
    if (before === undefined) delete process.env['BOOKORBIT_SHARED'];
    else process.env['BOOKORBIT_SHARED'] = before;
  });

  it('is undefined where nothing is shared', () => {
    expect(sharedPath()).toBeUndefined();
    expect(corpusBooks()).toEqual([]);
  });

  it('finds the books of the folder that BOOKORBIT_SHARED names', () => {
    mkdirSync(join(folder, 'corpus/books'), { recursive: true });
    writeFileSync(join(folder, 'corpus/books/b.epub'), '');
    writeFileSync(join(folder, 'corpus/books/a.epub'), '');
    expect(corpusBooks()).toEqual([join(folder, 'corpus/books/a.epub'), join(folder, 'corpus/books/b.epub')]);
  });
});
