import {
  type BookSpine,
  engineFileOfItem,
  fragmentsOf,
  mayHaveText,
  pathOfItem,
  spineIndexOfPath,
  spineIndexOfStep,
} from './spine.ts';

const SPINE: BookSpine = {
  packagePath: 'OEBPS/content.opf',
  spineStep: 6,
  items: [
    {
      idref: 'a',
      itemrefId: 'ra',
      itemrefPosition: 1,
      inManifest: true,
      href: 'a%20b.xhtml',
      zipPath: 'OEBPS/a b.xhtml',
      mediaType: 'application/xhtml+xml',
    },
    { idref: 'gone', itemrefPosition: 2, inManifest: false },
    {
      idref: 'pic',
      itemrefPosition: 4,
      inManifest: true,
      href: 'p.svg',
      zipPath: 'OEBPS/p.svg',
      mediaType: 'image/svg+xml',
    },
    {
      idref: 'c',
      itemrefId: 'rc',
      itemrefPosition: 5,
      inManifest: true,
      href: 'c.xhtml#x',
      zipPath: 'OEBPS/c.xhtml',
      mediaType: 'application/xhtml+xml',
    },
  ],
};

describe('the spine of a book', () => {
  it('has a fragment for each item of the manifest, and in old versions for each document that can be read', () => {
    expect(fragmentsOf(SPINE, 20240114)).toEqual([0, 2, 3]);
    expect(fragmentsOf(SPINE, 20210904)).toEqual([0, 3]);
    expect(fragmentsOf(SPINE, 20210904, new Set([3]))).toEqual([0]);
  });

  it('has text in documents and drawings, not in pictures', () => {
    const types = ['application/xhtml+xml', 'image/svg+xml', 'image/png', 'audio/mpeg', undefined];
    const item = { idref: 'x', itemrefPosition: 1, inManifest: true, zipPath: 'x' };
    expect(types.map((mediaType) => mayHaveText({ ...item, mediaType }))).toEqual([true, true, false, false, true]);
    expect(mayHaveText({ ...item, zipPath: 'x.xhtml', mediaType: 'image/png' })).toBe(true);
  });

  it('is stepped through by place, unless an id says otherwise', () => {
    expect(spineIndexOfStep(SPINE, 8, undefined)).toBe(2);
    expect(spineIndexOfStep(SPINE, 2, 'rc')).toBe(3);
    expect(spineIndexOfStep(SPINE, 10, 'unknown')).toBe(3);
    expect(spineIndexOfStep(SPINE, 6, undefined)).toBeUndefined();
  });

  it('is found by path as Kobo writes it', () => {
    expect(spineIndexOfPath(SPINE, 'OEBPS/a b.xhtml')).toBe(0);
    expect(spineIndexOfPath(SPINE, 'oebps/A%20b.xhtml#part')).toBe(0);
    expect(spineIndexOfPath(SPINE, 'c.xhtml')).toBe(3);
    expect(spineIndexOfPath(SPINE, 'd.xhtml')).toBeUndefined();
    const item = { idref: 'd', itemrefPosition: 6, inManifest: true, zipPath: 'OEBPS/d #2.xhtml' };
    expect(spineIndexOfPath({ ...SPINE, items: [...SPINE.items, item] }, 'OEBPS/d #2.xhtml')).toBe(4);
  });

  it('finds files with signs in their names that mean something in an address', () => {
    const item = {
      idref: 'd',
      itemrefPosition: 6,
      inManifest: true,
      href: 'd%20%232.xhtml',
      zipPath: 'OEBPS/d #2.xhtml',
    };
    expect(engineFileOfItem(SPINE, item)).toEqual({ path: 'OEBPS/d #2.xhtml', isFound: true });
  });

  it('has no file, to crengine, whose name is written with other capitals', () => {
    const item = { idref: 'd', itemrefPosition: 6, inManifest: true, href: 'D.XHTML', zipPath: 'OEBPS/d.xhtml' };
    expect(engineFileOfItem(SPINE, item)).toEqual({ path: 'OEBPS/D.XHTML', isFound: false });
  });

  it('names files as crengine does, which takes a fragment for part of the name', () => {
    const [, gone, , last] = SPINE.items;
    expect(last && [pathOfItem(SPINE, last), engineFileOfItem(SPINE, last)]).toEqual([
      'OEBPS/c.xhtml',
      { path: 'OEBPS/c.xhtml#x', isFound: false },
    ]);
    expect(last && engineFileOfItem(SPINE, { ...last, href: 'c.xhtml?page=1' })).toEqual({
      path: 'OEBPS/c.xhtml?page=1',
      isFound: false,
    });
    expect(gone && pathOfItem(SPINE, gone)).toBe('OEBPS/');
  });
});
