import fc from 'fast-check';
import { ElementStyles } from './element-style.ts';
import type { SelectableElement } from './selector.ts';

describe('the style of an element', () => {
  it.each([
    ['.a { display: block }', 'block'],
    ['x.a { display: block } .a { display: none }', 'block'],
    ['.a { display: none !important } x#i.a { display: block }', 'none'],
    ['.a { display: block } .a { display: flex }', 'block'],
    ['.a { display: none; display: -moz-stack }', 'none'],
    ['.a { display: none !important; display: block }', 'none'],
    ['.a:first-of-type { display: block }', 'block'],
    ['.a:nth-child(2) { display: block }', 'block'],
    ['.a:nth-child(2n) { display: block }', 'block'],
    ['.a:nth-child( 2n + 0 ) { display: block }', 'inline'],
    ['.a:nth-child(even) { display: block }', 'block'],
    ['.a:hover, .a { display: block }', 'inline'],
    ['.a:is(:hover, #i) { display: block }', 'block'],
    ['.a { display: block junk }', 'block'],
    ['.a { display: block', 'inline'],
    ['<!-- .b { color: red } .a { display: block } -->', 'block'],
    ['<!-- .a { display: block } -->', 'inline'],
    ['@supports (display: grid) { .a { display: none } } .a { display: block }', 'block'],
    ['@MEDIA not amzn-kf8 { .a { display: block } }', 'block'],
    ['@supports not (display: grid) { .a { display: block } }', 'block'],
    ['@supports (hyphens: auto) and (display: block) { .a { display: block } }', 'block'],
    ['.a:matches(x) { display: block }', 'inline'],
    ['.1st, .a { display: block }', 'inline'],
    ['.a > { display: block }', 'inline'],
    ['[id|=i] { display: block }', 'block'],
    ['div > .a { display: block }', 'inline'],
    ['section .a { display: block }', 'block'],
    ['span + .a { display: block }', 'block'],
    ['.a:not(.b) { display: block }', 'block'],
    ['[class~="a"][id^=i] { display: block }', 'block'],
    ['.a:last-child { display: block }', 'block'],
    ['@media screen and (max-width: 700px) { .a { display: block } }', 'block'],
    ['@media print { .a { display: block } }', 'inline'],
    ['@font-face { src: url("}") } .a { display: block }', 'block'],
    ['/* .a { display: none } */ .b, .a { display: block }', 'block'],
    ['.a { content: "} .a { display: none }"; display: block }', 'block'],
    ['html .a { display: block }', 'block'],
    ['.a::before { display: none }', 'inline'],
  ])('%s makes it %s', (css, display) => {
    expect(new ElementStyles([css]).styleOf(element(), undefined).display).toBe(display);
  });

  it('is found in finite time, whatever the sheet', () => {
    const bits = fc.constantFrom(
      ...[
        '{',
        '}',
        '@media ',
        '@import "x"',
        ';',
        ':',
        '::',
        'a',
        '.a',
        '#i',
        '[',
        ']',
        '(',
        ')',
        ':not(',
        '"',
        "'",
        '\\',
        '/*',
        '*/',
        '>',
        '+',
        '~',
        ',',
      ],
      ...['display', 'none', 'content', ' ', '!important', '<!--', '\n'],
    );
    fc.assert(
      fc.property(fc.array(bits, { maxLength: 60 }), (sheet) => {
        expect(() => new ElementStyles([sheet.join('')]).styleOf(element(), undefined)).not.toThrow();
      }),
      { numRuns: 400 },
    );
    expect(
      () => new ElementStyles(['@media all{'.repeat(50_000), ':not('.repeat(50_000), '('.repeat(50_000)]),
    ).not.toThrow();
  });

  it('is what its own style attribute says, before any sheet', () => {
    const styles = new ElementStyles(['.a { display: none; white-space: pre }']);
    const own = element(
      new Map([
        ['class', 'a'],
        ['style', 'display: block; float: left'],
      ]),
    );
    expect(styles.styleOf(own, undefined)).toMatchObject({ display: 'block', isFloating: true, isPreformatted: true });
  });

  it('is not asked for by all classes at once: crengine writes a space behind several', () => {
    const several = element(new Map([['class', 'a b']]));
    for (const [css, display] of [
      ['[class="a b"] { display: block }', 'inline'],
      ['[class$="b"] { display: block }', 'inline'],
      ['[class^="a"] { display: block }', 'block'],
      ['[class~="b"] { display: block }', 'block'],
    ] as const)
      expect(new ElementStyles([css]).styleOf(several, undefined).display).toBe(display);
  });

  it('has generated content unless it is none', () => {
    const css = '.a:before { content: "" } .a::after { content: "x"; display: block } .b::after { content: none }';
    expect(new ElementStyles([css]).styleOf(element(), undefined)).toMatchObject({ before: 'inline', after: 'block' });
    expect(
      new ElementStyles([`${css} .a::after { content: none }`]).styleOf(element(), undefined).after,
    ).toBeUndefined();
  });
});

/** `<html><section><span/><… class="a" id="i"/>`. */
function element(
  attributes: ReadonlyMap<string, string> = new Map([
    ['class', 'a'],
    ['id', 'i'],
  ]),
): SelectableElement {
  const root = {
    name: 'DocFragment',
    attributes: new Map(),
    parent: undefined,
    previous: undefined,
    place: 1,
    placeOfType: 1,
  };
  const section = {
    name: 'section',
    attributes: new Map(),
    parent: root,
    previous: undefined,
    place: 1,
    placeOfType: 1,
  };
  const previous = {
    name: 'span',
    attributes: new Map(),
    parent: section,
    previous: undefined,
    place: 1,
    placeOfType: 1,
  };
  return { name: 'x', attributes, parent: section, previous, place: 2, placeOfType: 1 };
}
