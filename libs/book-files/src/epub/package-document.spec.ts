import { parsePackageDocument } from './package-document.ts';

describe('a package document', () => {
  it('names its items without the white space around a name, as KOReader reads it', () => {
    const { spine, itemById } = parsePackageDocument(
      '<package><manifest><item id=" a " href=" a.xhtml "/></manifest><spine><itemref idref="a "/></spine></package>',
    );
    expect(itemById(spine[0]?.idref ?? '')?.href).toBe('a.xhtml');
  });

  it('shows the itemrefs KOReader sees, which a TAB behind the name of a tag hides from it', () => {
    const { spine } = parsePackageDocument(
      '<package><manifest><item\tid="a" href="a"/><item id="b" href="b" media-type="X/Y"/></manifest><spine><itemref idref="a"/><itemref idref="b"/><itemref idref="c"/><itemref\tidref="b"/><itemref idref="b"/></spine></package>',
    );
    expect(spine.map(({ idref, isShown, position }) => `${position} ${idref} ${isShown}`)).toEqual([
      '1 a false',
      '2 b true',
      '3 c false',
      '4 b true',
      '5 b false',
    ]);
  });

  // By a pattern for blanks at an end it takes a minute.
  it('with an attribute full of blanks is read in finite time', () => {
    const started = performance.now();
    const blanks = `a${' '.repeat(200_000)}b`;
    const { spine } = parsePackageDocument(
      `<package><manifest><item id="${blanks}" href=" a.xhtml\t"/></manifest><spine><itemref idref=" ${blanks} "/></spine></package>`,
    );
    expect(spine.map(({ idref, isShown }) => [idref.length, isShown])).toEqual([[200_002, true]]);
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});
