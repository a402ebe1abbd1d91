import fc from 'fast-check';
import { childElements, descendants, elementAt, parseXml, textOf, type XmlElement } from './parse-xml.ts';

describe('XML', () => {
  it('loses its prefixes and comments and keeps its order', () => {
    const root = parseXml(
      '<?xml version="1.0"?><!-- <a> --><o:a x:k="1" k="2"><b/>t<![CDATA[<&]]><!-- x --><b y=\'"\'>u</b></o:a>',
    );
    const a = elementAt(root, 'a');
    expect(a?.attributes.get('k')).toBe('1');
    expect(childElements(a).map(({ name }) => name)).toEqual(['b', 'b']);
    expect(textOf(a)).toBe('t<&u');
    expect(childElements(a)[1]?.attributes.get('y')).toBe('"');
  });

  it('is read as well as it goes when it is broken', () => {
    const root = parseXml('<p><t>Salt & Pepper < Sugar &eacute; &#x41;&#65; &nope; &#0;</x></t><u a=1 b>one<v>two');
    expect(textOf(elementAt(root, 'p', 't'))).toBe('Salt & Pepper < Sugar é AA &nope; \uFFFD');
    expect(elementAt(root, 'p', 'u')?.attributes.get('a')).toBe('1');
    expect(textOf(elementAt(root, 'p', 'u', 'v'))).toBe('two');
  });

  it('has no entities of its own expanded and nothing from outside read', () => {
    const bomb = `<!DOCTYPE p [<!ENTITY a "${'x'.repeat(100)}"><!ENTITY b "&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd"> <!-- ]> ' --> ]>`;
    expect(textOf(parseXml(`${bomb}<p>&b;&f;</p>`))).toBe('&b;&f;');
  });

  it('comes back as it was written, if it was well written', () =>
    fc.assert(
      fc.property(trees(), (tree) => {
        expect(parseXml(written(tree)).children).toEqual([tree]);
      }),
    ));

  it('takes any text without failing', () =>
    fc.assert(
      fc.property(markup(), (text) => {
        expect(textOf(parseXml(text)).length).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 500 },
    ));

  it.each([
    ['<'.repeat(2_000_000)],
    ['<a '.repeat(300_000)],
    [`<a ${'b'.repeat(1_000_000)}"=`],
    [`<a ${' '.repeat(1_000_000)}=`],
    [`<a b="${"<a b='".repeat(200_000)}`],
    ['<!--'.repeat(500_000)],
    ['<![CDATA['.repeat(300_000)],
    ['<!a"'.repeat(300_000)],
    ['<a>'.repeat(200_000) + '</b>'.repeat(200_000)],
    ['&'.repeat(2_000_000)],
    ['</'.repeat(1_000_000)],
    [`<${'a'.repeat(1_000_000)}`],
    [`<a ${'b="1" '.repeat(500_000)}>`],
    [`<a ${'= '.repeat(500_000)}>`],
    [`<a "'`.repeat(400_000)],
    [`<a>${'x<!---->'.repeat(300_000)}`],
  ])('of a hostile kind takes time linear in its length: %#', (text) => {
    const half = text.slice(0, text.length / 2);
    expect(outcomeOf(text)).toEqual(expect.any(Number));
    expect(outcomeOf(half)).toEqual(expect.any(Number));
  });

  it('may have names that mean something to JavaScript', () => {
    const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'];
    const root = parseXml(names.map((name) => `<${name} ${name}="1"><a ${name}="2"/></${name}>`).join(''));
    const found = [...descendants(root)].filter((node) => typeof node !== 'string' && node.name === 'a');
    expect(found).toHaveLength(names.length);
    expect({}).not.toHaveProperty('1');
  });

  it('nested deeper than any book is refused', () => {
    expect(textOf(parseXml(`${'<a>'.repeat(1000)}x`))).toBe('x');
    expect(() => parseXml('<a>'.repeat(1001))).toThrow(expect.objectContaining({ code: 'unpacks_too_large' }));
  });

  it('closes by itself what HTML never closes, and reads on after a wrong closing tag', () => {
    const root = parseXml('<P>a<br>b<hr>c</p><p>d<i>e</p>f');
    expect(childElements(root).map((each) => textOf(each))).toEqual(['abc', 'de']);
    expect(textOf(root)).toBe('abcdef');
  });

  it('of too many elements is refused rather than kept', () => {
    expect(() => parseXml('<a/>'.repeat(500_001))).toThrow(expect.objectContaining({ code: 'unpacks_too_large' }));
  });
});

function outcomeOf(text: string): number {
  try {
    return parseXml(text).children.length;
  } catch (error) {
    expect(error).toMatchObject({ code: 'unpacks_too_large' });
    return -1;
  }
}

function trees(): fc.Arbitrary<XmlElement> {
  const names = fc.constantFrom('package', 'dc', 'item', 'Title', 'a-b');
  const texts = fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => !/[\r\0]/.test(text));
  const attributes = fc.dictionary(names, texts).map((each) => new Map(Object.entries(each)));
  const { element } = fc.letrec<{ element: XmlElement }>((tie) => ({
    element: fc.record({
      name: names,
      attributes,
      children: fc
        .array(fc.oneof({ depthSize: 'small' }, texts, tie('element')), { maxLength: 4 })
        // Two texts in a row would come back as one.
        .map((children) =>
          children.filter((each, i) => typeof each !== 'string' || typeof children[i - 1] !== 'string'),
        ),
    }),
  }));
  return element;
}

function written(node: XmlElement | string): string {
  if (typeof node === 'string') return escaped(node);
  const attributes = [...node.attributes].map(([name, value]) => ` ${name}="${escaped(value)}"`).join('');
  return `<${node.name}${attributes}>${node.children.map(written).join('')}</${node.name}>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function markup(): fc.Arbitrary<string> {
  const parts = fc.constantFrom(
    '<',
    '>',
    '/',
    '"',
    "'",
    '=',
    ' ',
    'a',
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
    '<!',
    '[',
    ']',
    '<?',
    '?>',
    '&',
    ';',
    '&#x',
    'amp;',
  );
  return fc.array(fc.oneof(parts, fc.string({ maxLength: 3 })), { maxLength: 60 }).map((all) => all.join(''));
}
