import fc from 'fast-check';
import { BookPositions } from './book/book-positions.ts';
import { followPointer, writePointer, type DocumentAddress } from './book/document-pointers.ts';
import { type Dialect, readPointer } from './book/pointer.ts';
import { compareCfiPaths, parseCfi } from './cfi.ts';
import { buildDocumentIndex, type DocumentPlaces, openIndex } from './document-index.ts';
import type { Place, PlaceRole } from './place.ts';
import { deserializeIndex, serializeIndex } from './storage/serialize-index.ts';
import { dialectOf, formatXpointer, parseXpointer } from './xpointer.ts';

const ADDRESS: DocumentAddress = {
  root: { fragment: 2 },
  itemrefSteps: [{ index: 6 }, { index: 4 }],
  path: 'OEBPS/ch1.xhtml',
};
const CLASSIC = dialectOf(20240114);

describe('translating within one document', () => {
  it('brings every character back from CFI to the same xpointer', () => {
    fc.assert(
      fc.property(documents(), (source) => {
        const places = placesOf(source);
        for (const xpointer of charactersOf(places)) {
          expect(translated(places, translated(places, xpointer, 'xpointer', 'cfi'), 'cfi', 'xpointer')).toBe(xpointer);
        }
      }),
    );
  });

  it('brings every end of a range back to the same xpointer', () => {
    fc.assert(
      fc.property(documents(), (source) => {
        const places = placesOf(source);
        for (const xpointer of charactersOf(places)) {
          const end = xpointer.replace(/\d+$/, (character) => String(Number(character) + 1));
          const cfi = translated(places, end, 'xpointer', 'cfi', 'end');
          expect(translated(places, cfi, 'cfi', 'xpointer', 'end')).toBe(end);
        }
      }),
    );
  });

  it('never writes a range that ends in front of its start', async () => {
    await fc.assert(
      fc.asyncProperty(documents(), fc.nat(), fc.nat(), async (source, one, other) => {
        const index = indexOf(source);
        const pointers = charactersOf(openIndex(index));
        const start = pointers[one % pointers.length]?.replace('DocFragment[2]', 'DocFragment[1]');
        const end = pointers[other % pointers.length]?.replace('DocFragment[2]', 'DocFragment[1]');
        if (start === undefined || end === undefined) return;
        const item = {
          idref: 'c1',
          itemrefPosition: 1,
          inManifest: true,
          zipPath: 'c1',
          mediaType: 'application/xhtml+xml',
        };
        const spine = { packagePath: 'x.opf', spineStep: 6, items: [item] };
        const book = { spine, loadDocument: () => Promise.resolve(index), loadText: () => Promise.resolve(source) };
        const range = await new BookPositions(book).translate({ from: 'xpointer', to: 'cfi', start, end });
        const [first, last] = range.kind === 'lost' ? [] : [parseCfi(range.start), parseCfi(range.end ?? range.start)];
        if (first?.kind !== 'point' || last?.kind !== 'point') throw new Error('no CFI');
        expect(compareCfiPaths(first.at, last.at)).toBeLessThanOrEqual(0);
        expect(last.at.parts.at(-1)?.[0]?.index).toBe(4);
      }),
      { numRuns: 300 },
    );
  });

  it('keeps the order of the text', () => {
    fc.assert(
      fc.property(documents(), (source) => {
        const places = placesOf(source);
        const paths = charactersOf(places).map((xpointer) => {
          const cfi = parseCfi(translated(places, xpointer, 'xpointer', 'cfi'));
          if (cfi?.kind !== 'point') throw new Error('no CFI');
          return cfi.at;
        });
        for (const [index, path] of paths.entries()) {
          const next = paths[index + 1];
          if (next !== undefined) expect(compareCfiPaths(path, next)).toBeLessThanOrEqual(0);
        }
      }),
    );
  });

  it.each(['xpointer', 'cfi', 'kobospan'] as const)('never writes a pointer that leads nowhere: %s', (to) => {
    fc.assert(
      fc.property(fc.oneof(documents(), tagSoup()), fc.nat(), fc.boolean(), (source, where, isEnd) => {
        const places = placesOf(source);
        const place: Place = { kind: 'text', offset: where % (source.length + 1), inner: 0 };
        const role = isEnd ? 'end' : 'start';
        const pointer = writePointer(places, ADDRESS, place, role, to, CLASSIC);
        const read = pointer && readPointer(to, pointer.written);
        if (pointer !== undefined) expect(read && followPointer(places, read.start, role)).toBeDefined();
      }),
    );
  });

  it('brings a place in a sentence back into the same sentence', () => {
    fc.assert(
      fc.property(documents(), (source) => {
        const places = placesOf(source);
        for (const xpointer of charactersOf(places)) {
          const place = follow(places, xpointer, 'xpointer', 'start');
          const span = place && writePointer(places, ADDRESS, place, 'start', 'kobospan', CLASSIC);
          if (span === undefined || span.isNear) continue;
          const back = translated(places, span.written, 'kobospan', 'xpointer');
          expect(translated(places, back, 'xpointer', 'kobospan').split(':')[0]).toBe(span.written.split(':')[0]);
        }
      }),
    );
  });

  it('gives the same answers from a stored index', () => {
    fc.assert(
      fc.property(fc.oneof(documents(), tagSoup()), (source) => {
        const index = indexOf(source);
        expect(deserializeIndex(serializeIndex(index))).toEqual(index);
      }),
    );
  });

  it('takes any markup, however broken', () => {
    fc.assert(
      fc.property(tagSoup(), (soup) => {
        expect(() => placesOf(`<html><head/><body>${soup}`)).not.toThrow();
        expect(() => placesOf(soup)).not.toThrow();
      }),
      { numRuns: 300 },
    );
  });
});

describe('building an index', () => {
  const MILLISECONDS = 20_000;

  it.each([
    ['thousands of attributes', `<p ${Array.from({ length: 20_000 }, (_, each) => `a${each}="1"`).join(' ')}>x</p>`],
    ['thousands of siblings selectors ask for', '<p class="x">a</p>'.repeat(20_000)],
    ['formatting in paragraphs without end', '<p><i>'.repeat(50_000)],
    ['formatting without end', '<b>'.repeat(100_000)],
    ['blocks without end', `${'<div>'.repeat(50_000)}x${'</div>'.repeat(50_000)}`],
  ])(
    'takes finite time for %s',
    (_what, body) => {
      const css = 'p ~ .zz ~ p.x { display: block } p:nth-of-type(2n+1) ~ p:first-child ~ p + p.x { white-space: pre }';
      const text = `<html xmlns="http://www.w3.org/1999/xhtml"><head/><body>${body}</body></html>`;
      const names = { path: 'c1.xhtml', mediaType: 'application/xhtml+xml', idref: 'c1' };
      const started = performance.now();
      buildDocumentIndex({ text, ...names, styleSheets: [css] });
      expect(performance.now() - started).toBeLessThan(MILLISECONDS);
    },
    MILLISECONDS * 6,
  );
});

describe('a stored index', () => {
  it('is refused when it is cut off, or something else', () => {
    const bytes = serializeIndex(indexOf('<html><head/><body><p>Some text</p></body></html>'));
    for (let length = 0; length < bytes.length; length++)
      expect(deserializeIndex(bytes.subarray(0, length))).toBeUndefined();
    expect(deserializeIndex(new TextEncoder().encode('not an index at all'))).toBeUndefined();
  });
});

function indexOf(text: string) {
  return buildDocumentIndex({
    text,
    path: 'OEBPS/ch1.xhtml',
    mediaType: 'application/xhtml+xml',
    idref: 'c1',
    styleSheets: [],
  });
}

function placesOf(source: string): DocumentPlaces {
  return openIndex(indexOf(source));
}

/** A pointer to each character; of those that one reference or TAB stands for together, only to the first. */
function charactersOf({ engine, index }: DocumentPlaces): string[] {
  const { length } = index.engine.texts;
  const pointers: string[] = [];
  length.forEach((characters, text) => {
    let previous = -1;
    for (let character = 0; character < characters; character++) {
      const place = engine.placeOfPoint({ text, character }, 'start');
      const next = engine.placeOfPoint({ text, character: character + 1 }, 'end');
      if (
        place.kind !== 'text' ||
        place.inner > 0 ||
        place.offset === previous ||
        isShared(engine, text, character, characters)
      )
        continue;
      previous = next.offset;
      const steps = engine.stepsToText(text, CLASSIC);
      // crengine cannot read its own pointers to elements with a dot in their names.
      if (steps.some((step) => step.kind === 'element' && step.name.includes('.'))) continue;
      pointers.push(formatXpointer({ fragment: 2, steps, point: character }, CLASSIC));
    }
  });
  return pointers;
}

/** Whether the next character comes from the same reference. */
function isShared(engine: DocumentPlaces['engine'], text: number, character: number, characters: number): boolean {
  const next =
    character + 1 < characters ? engine.placeOfPoint({ text, character: character + 1 }, 'start') : undefined;
  return next?.kind === 'text' && next.inner > 0;
}

function follow(places: DocumentPlaces, written: string, from: Dialect, role: PlaceRole): Place | undefined {
  const read = readPointer(from, written);
  return read && followPointer(places, read.start, role);
}

function translated(
  places: DocumentPlaces,
  written: string,
  from: Dialect,
  to: Dialect,
  role: PlaceRole = 'start',
): string {
  const place = follow(places, written, from, role);
  if (place === undefined) throw new Error(`${written} leads nowhere`);
  const pointer = writePointer(places, ADDRESS, place, role, to, CLASSIC);
  if (pointer === undefined) throw new Error(`no ${to} for ${written}`);
  if (to === 'xpointer' && parseXpointer(pointer.written) === undefined)
    throw new Error(`${pointer.written} is not an xpointer`);
  return pointer.written;
}

const TEXTS = fc.array(
  fc.constantFrom(
    'word',
    'a',
    ' ',
    '  ',
    '\n',
    '\n   ',
    '\t',
    '\r\n',
    '&amp;',
    '&#32;',
    '&nbsp;',
    '&#x1F600;',
    '&NotEqualTilde;',
    '😀',
    'é',
    '\u00ad',
    '漢字',
    '.',
    '“',
  ),
  { maxLength: 6 },
);
const INLINE = ['b', 'i', 'span', 'a', 'ruby', 'rt', 'rtc', 'math', 'mfenced', 'unknown', 'dotted.name'] as const;
const BLOCKS = ['p', 'div', 'li', 'ul', 'h1', 'blockquote', 'pre', 'table', 'tr', 'td', 'section'] as const;
const EMPTY = [
  '<br/>',
  '<img src="x"/>',
  '<!-- comment -->',
  '<?target some data?>',
  '<hr/>',
  '<script>var a = "&lt;b>";</script>',
] as const;

/** Well-formed documents with everything that makes crengine's texts differ from a browser's. */
function documents(): fc.Arbitrary<string> {
  const { content } = fc.letrec<{ content: string; element: string; text: string }>((tie) => ({
    text: TEXTS.map((pieces) => pieces.join('')),
    element: fc
      .record({
        name: fc.constantFrom(...INLINE, ...BLOCKS),
        id: fc.option(fc.constantFrom('one', 'two', 'a&#93;b'), { nil: undefined }),
        style: fc.constantFrom(
          '',
          '',
          ' style="display:block"',
          ' style="display: none"',
          ' style="white-space:pre-wrap"',
          ' style="display:table"',
          ' style="display:table-row"',
          ' class="g"',
        ),
        inner: tie('content'),
      })
      .map(
        ({ name, id, style, inner }) => `<${name}${id === undefined ? '' : ` id="${id}"`}${style}>${inner}</${name}>`,
      ),
    content: fc
      .array(
        fc.oneof(
          { depthSize: 'small', withCrossShrink: true },
          tie('text'),
          fc.constantFrom(...EMPTY),
          fc.constantFrom('<![CDATA[ raw & ]]>', '<![CDATA[]]>'),
          tie('element'),
        ),
        { maxLength: 7 },
      )
      .map((pieces) => pieces.join('')),
  }));
  return content.map(
    (body) => `<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" "xhtml11.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head><title>Some title</title></head>\n<body>\n${body}</body></html>`,
  );
}

/** Anything at all that looks a little like markup. */
function tagSoup(): fc.Arbitrary<string> {
  const bits = fc.constantFrom(
    '<',
    '>',
    '/',
    '</',
    '<p',
    '<p>',
    '</p>',
    '<b>',
    '</b>',
    '<body>',
    '</body>',
    '<br>',
    '<a href="',
    "'",
    '"',
    '=',
    ' ',
    '\n',
    '\t',
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
    '<?',
    '?>',
    '<!DOCTYPE ',
    '[',
    ']',
    '&',
    '&#',
    '&#x',
    ';',
    '&amp',
    '&lt;',
    '<svg>',
    '</svg>',
    '<linearGradient>',
    '<style>',
    '</style>',
    '<script>',
    '</script',
    '<pre>\n',
    '</pre>',
    '<table>',
    '<td>',
    '<math>',
    '<mi>',
    '<ruby>',
    '<rt>',
    'text',
    '\ud83d',
    '\ude00',
    '\u0000',
    'x'.repeat(40),
    'y'.repeat(9000),
  );
  return fc
    .array(fc.oneof({ weight: 9, arbitrary: bits }, { weight: 1, arbitrary: fc.string() }), { maxLength: 60 })
    .map((all) => all.join(''));
}
