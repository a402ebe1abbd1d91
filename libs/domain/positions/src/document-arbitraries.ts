import fc from 'fast-check';

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
const INLINE = ['b', 'i', 'span', 'a', 'ruby', 'unknown'] as const;
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
export function documents(): fc.Arbitrary<string> {
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
  return content.map((body) => `<html><head><title>Some title</title></head>\n<body>\n${body}</body></html>`);
}

/** Anything at all that looks a little like markup. */
export function tagSoup(): fc.Arbitrary<string> {
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
