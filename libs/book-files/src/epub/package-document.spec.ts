import { parsePackageDocument } from './package-document.ts';

describe('a package document', () => {
  it('names its items without the white space around a name, as KOReader reads it', () => {
    const { spine, itemById } = parsePackageDocument(
      '<package><manifest><item id=" a " href=" a.xhtml "/></manifest><spine><itemref idref="a "/></spine></package>',
    );
    expect(itemById(spine[0]?.idref ?? '')?.href).toBe('a.xhtml');
  });
});
