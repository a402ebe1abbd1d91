import { engineSpineOf } from './engine-spine.ts';

const A = '<item id="a" href="a.xhtml"/>';
const Z = '<item id="z" href="z.xhtml"/>';
const refs = (...ids: string[]): string => ids.map((id) => `<itemref idref="${id}"/>`).join('');

// What crengine makes fragments of, for each of these packages.
describe('the spine of a package, to crengine,', () => {
  it.each([
    ['is what its items say', A + Z, refs('a', 'z', 'a'), ['a', 'z', 'a']],
    ['leaves out what no item is', `<item id="q"/><item id="r" href=" "/>${A}`, refs('q', 'r', '', 's', 'a'), ['a']],
    ['has no item with a TAB behind its name', `<item\tid="a" href="a"/>${Z}`, refs('a', 'z'), ['z']],
    ['has no itemref with one', A + Z, `<itemref\tidref="a"/><itemref idref="z"\t/>`, ['z']],
    ['may have line ends anywhere', `<item\nid\r\n=\n"a"\thref="a"\n/>${Z}`, refs('a', 'z'), ['a', 'z']],
    ['ends where an itemref is not closed', A + Z, '<itemref idref="a"></itemref\t><itemref idref="z"/>', ['a']],
    ['takes blanks from around ids and reads references', `<item id=" a&#98;\t" href="a"/>`, refs('ab '), ['ab ']],
    ['goes by capitals', `<ITEM id="a" href="a"/>${Z}`, refs('a', 'Z', 'z'), ['z']],
    ['goes by no prefix', `<o:item o:id="a" href="a"/>`, '<o:itemref idref="a"/>', ['a']],
    ['looks into no group', `<g>${A}</g>${Z}`, `<g>${refs('z')}</g>${refs('a', 'z')}`, ['z']],
    ['looks into no comment', `<!-- ${A} -- -->${Z}`, refs('a', 'z'), ['z']],
  ])('%s', (_what, manifest, spine, shown) => {
    const text = `<?xml version="1.0"?><package><metadata/><manifest>${manifest}</manifest><spine>${spine}</spine></package>`;
    expect(engineSpineOf(text)).toEqual(shown.map((id) => id.trim()));
  });

  it('is the first of two', () => {
    const text = `<package><manifest>${A}</manifest><manifest>${Z}</manifest><spine>${refs('z', 'a')}</spine><spine>${refs('a')}</spine></package>`;
    expect(engineSpineOf(text)).toEqual(['a']);
  });

  it('is empty where the package is none', () => {
    expect(engineSpineOf(`<package\t><manifest>${A}</manifest><spine>${refs('a')}</spine></package>`)).toEqual([]);
  });
});
