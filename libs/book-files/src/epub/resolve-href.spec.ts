import fc from 'fast-check';
import { resolveHref } from './resolve-href.ts';

describe('an href', () => {
  it.each([
    ['OEBPS/content.opf', 'c1.xhtml', 'OEBPS/c1.xhtml'],
    ['OEBPS/content.opf', 'Text/a%20b.xhtml#p1', 'OEBPS/Text/a b.xhtml'],
    ['OEBPS/content.opf', '../images/x.jpg', 'images/x.jpg'],
    ['OEBPS/content.opf', '/root.xhtml', 'root.xhtml'],
    ['OEBPS/content.opf', 'Text\\c1.xhtml', 'OEBPS/Text/c1.xhtml'],
    ['OEBPS/content.opf', './a/./b//c.xhtml?x=1', 'OEBPS/a/b/c.xhtml'],
    ['content.opf', '%E8%8D%89.xhtml', '草.xhtml'],
    ['content.opf', '100%.xhtml', '100%.xhtml'],
    ['content.opf', '%ff.xhtml', '%ff.xhtml'],
  ])('in %s: %s leads to %s', (from, href, expected) => {
    expect(resolveHref(from, href)).toBe(expected);
  });

  it.each([
    ['../../etc/passwd'],
    ['..%2f..%2fetc/passwd'],
    ['..\\..\\windows'],
    ['/../x'],
    ['http://127.0.0.1/x'],
    ['file:///etc/passwd'],
    ['//host/x'],
    ['\\\\host\\share'],
    ['C:\\x'],
    ['data:text/html,x'],
    [''],
    ['#only'],
    ['..'],
  ])('%s leads nowhere', (href) => {
    expect(resolveHref('OEBPS/content.opf', href)).toBeUndefined();
  });

  it('never leads outside, whatever it is', () =>
    fc.assert(
      fc.property(hrefs(), (href) => {
        const path = resolveHref('a/b/c.opf', href) ?? 'x';
        expect(path.startsWith('/')).toBe(false);
        expect(path.split('/')).not.toContain('..');
      }),
    ));
});

function hrefs(): fc.Arbitrary<string> {
  return fc
    .array(fc.oneof(fc.constantFrom('..', '/', '\\', '%2e', '%2f', '%5c', '.', 'a', ':', '#', '%'), fc.string()))
    .map((parts) => parts.join(''));
}
