import { dialectOf, formatXpointer } from '../xpointer.ts';
import { buildEngineView } from './build-engine-view.ts';
import { EnginePlaces } from './engine-places.ts';
import { engineText } from './engine-text.ts';

// What is expected here was dumped from the engine itself; the torture books beside the project hold more of it.
describe("crengine's texts", () => {
  it('collapse white space within a node only, and keep single spaces at its edges', () => {
    expect(texts('<p>\n\t Leading  white \n space\t</p><p>a <b> b </b> c</p>')).toEqual([
      '/p[1]/text() " Leading white space "',
      '/p[2]/text()[1] "a "',
      '/p[2]/b/text() " b "',
      '/p[2]/text()[2] " c"',
    ]);
  });

  it('are cut by comments, CDATA sections and processing instructions', () => {
    expect(texts('<p>a<!-- x -->b<![CDATA[ <c> & ]]>d<?e f?>g</p>')).toEqual([
      '/p/text()[1] "a"',
      '/p/text()[2] "b"',
      '/p/text()[3] " <c> & "',
      '/p/text()[4] "d"',
      '/p/text()[5] "g"',
    ]);
  });

  it('have no blank ones around pictures that are put to the side', () => {
    expect(
      texts('<div>\n<img align="left"/>\n<img align="RIGHT"/>\n<p>x</p>\ntail text</div><p>a <img align="top"/> b</p>'),
    ).toEqual(['/div/p/text() "x"', '/div/text() " tail text"', '/p/text()[1] "a "', '/p/text()[2] " b"']);
  });

  it('have no blank ones at the start of a block nor around blocks', () => {
    expect(texts('<div>\n <p>a</p>\n <p>b</p>\n</div>\n<div> <i>x</i> <b>y</b> <p>z</p> tail</div>')).toEqual([
      '/div[1]/p[1]/text() "a"',
      '/div[1]/p[2]/text() "b"',
      '/div[2]/i/text() "x"',
      '/div[2]/text()[1] " "',
      '/div[2]/b/text() "y"',
      '/div[2]/p/text() "z"',
      '/div[2]/text()[2] " tail"',
    ]);
  });

  it('expand references as it does, and swallow what follows a stray ampersand', () => {
    expect(texts('<p>&lt;&eacute;&#8212;&#x1F600;&#151;&foo; a & b &amp c</p>')).toEqual([
      '/p/text() "<é—😀—&foo; a b &c"',
    ]);
  });

  it('keep line ends and spread TABs where text is preformatted', () => {
    expect(texts('<pre>\n a\r\n\tb</pre>')).toEqual(['/pre/text() " a\\n       b"']);
    expect(texts('<pre>\n a</pre>', { domVersion: 20200824 })).toEqual(['/pre/text() "\\n a"']);
  });

  it('follow the style sheets of the book', () => {
    const css = '.pw { white-space: pre-wrap } div.in { display: inline } @media print { p { display: none } }';
    expect(texts('<p class="pw">\n a  b</p><div class="in"> <b>x</b></div>', { styleSheets: [css] })).toEqual([
      '/p/text() "\\n a  b"',
      '/div/text() " "',
      '/div/b/text() "x"',
    ]);
  });

  it('keep a blank one behind generated content, which counts as a child', () => {
    const styleSheets = ['li::before { content: "*" } li.not:before { content: none }'];
    expect(texts('<ul><li> <a>x</a></li><li class="not"> <a>y</a></li></ul>', { styleSheets })).toEqual([
      '/ul/li[1]/text() " "',
      '/ul/li[1]/a/text() "x"',
      '/ul/li[2]/a/text() "y"',
    ]);
  });

  it('come from tags that are closed up to the nearest of their name, and never by implication', () => {
    expect(texts('<p>a<b>b<i>c</b>d</i>e<p>f</p></p>')).toEqual([
      '/p/text()[1] "a"',
      '/p/b/text() "b"',
      '/p/b/i/text() "c"',
      '/p/text()[2] "d"',
      '/p/text()[3] "e"',
      '/p/p/text() "f"',
    ]);
  });

  it('are in a tree that knows no prefixes, and no capitals outside of SVG', () => {
    expect(texts('<DIV><svg:svg><svg:textPath>t</svg:textPath></svg:svg></DIV>')).toEqual([
      '/div/svg/textPath/text() "t"',
    ]);
  });

  it('are split when their source is longer than 8192 characters, at a space', () => {
    const words = 'word '.repeat(2000);
    expect(texts(`<p>${words}</p>`).map((text) => text.length)).toEqual(
      [8190, 1810].map((count) => count + '/p/text()[1] ""'.length),
    );
  });

  it('have one more in ruby for each annotation without a base, and no blank ones at the edges of its rows', () => {
    const source =
      '<p><ruby><rt>a</rt>漢<rt>b</rt></ruby><ruby>x</ruby></p>' +
      '<p><ruby> <rb>漢</rb> <rt>c</rt> <!-- --> <rtc>d</rtc></ruby></p>';
    expect(texts(source)).toEqual([
      '/p[1]/ruby[1]/rt[1]/text() "a"',
      '/p[1]/ruby[1]/text()[2] "漢"',
      '/p[1]/ruby[1]/rt[2]/text() "b"',
      '/p[1]/ruby[2]/text()[2] "x"',
      '/p[2]/ruby/text()[1] " "',
      '/p[2]/ruby/rb/text() "漢"',
      '/p[2]/ruby/rt/text() "c"',
      '/p[2]/ruby/text()[2] " "',
      '/p[2]/ruby/rtc/text() "d"',
    ]);
  });

  it('lose blank ones where a table by style boxes what is neither row nor cell', () => {
    const source =
      '<div class="t"> <p>a</p> x <span>b</span> </div>' +
      '<div class="t"><div class="r">c <b>d</b> </div> <div class="c">e</div> <i>f</i> </div>';
    const styleSheets = ['.t { display: table } .r { display: table-row } .c { display: table-cell }'];
    expect(texts(source, { styleSheets })).toEqual([
      '/div[1]/p/text() "a"',
      '/div[1]/text() " x "',
      '/div[1]/span/text() "b"',
      '/div[2]/div[1]/text() "c "',
      '/div[2]/div[1]/b/text() "d"',
      '/div[2]/div[2]/text() "e"',
      '/div[2]/i/text() "f"',
    ]);
  });

  it('lose blank ones in rows by style that lie in no table, unless an inline element is around them', () => {
    const source =
      '<div class="r">a <b>b</b> </div><p>c</p><div class="g"><div class="r"><i>d</i> <!-- --> </div></div>' +
      '<span><div class="r">e <b>f</b> </div></span>';
    const styleSheets = ['.g { display: table-row-group } .r { display: table-row }'];
    expect(texts(source, { styleSheets })).toEqual([
      '/div[1]/text() "a "',
      '/div[1]/b/text() "b"',
      '/p/text() "c"',
      '/div[2]/div/i/text() "d"',
      '/div[2]/div/text() " "',
      '/span/div/text()[1] "e "',
      '/span/div/b/text() "f"',
      '/span/div/text()[2] " "',
    ]);
  });

  it('have no blank ones where there are only floats beside them, hidden or not, even where lines are kept', () => {
    const source =
      '<section> <div class="f">a</div> </section><section>x <div class="f">b</div> </section>' +
      '<div><div class="f" hidden="hidden">c</div> </div><div><p hidden="hidden">d</p> </div>';
    const styleSheets = ['section { white-space: pre-line } .f { float: left }'];
    expect(texts(source, { styleSheets })).toEqual([
      '/section[1]/div/text() "a"',
      '/section[2]/text()[1] "x "',
      '/section[2]/div/text() "b"',
      '/section[2]/text()[2] " "',
      '/div[1]/div/text() "c"',
      '/div[2]/p/text() "d"',
      '/div[2]/text() " "',
    ]);
  });

  it('have the one more of ruby in what is hidden, but not where generated content is the base', () => {
    expect(texts('<p hidden="hidden"><ruby>x</ruby></p><p><q style="display: ruby">y</q></p>')).toEqual([
      '/p[1]/ruby/text()[2] "x"',
      '/p[2]/q/text() "y"',
    ]);
  });

  it('lose blank ones beside blocks in a row of ruby, which is laid out twice', () => {
    expect(texts('<h3 style="display: ruby"><div>a</div> <code>b</code> c</h3>')).toEqual([
      '/h3/div/text() "a"',
      '/h3/code/text() "b"',
      '/h3/text()[2] " c"',
    ]);
  });

  it('are inside of what crengine writes out for a fenced formula', () => {
    const formula =
      '<math><mfenced separators=";"><mi>a</mi> <mo>+</mo><mfenced open="[" separators=""><mi>b</mi><mi>c</mi></mfenced></mfenced></math>';
    expect(texts(`<p>${formula}</p>`)).toEqual([
      '/p/math/mfenced/mrow/mi/text() "a"',
      '/p/math/mfenced/mrow/mo[2]/text() "+"',
      '/p/math/mfenced/mrow/mfenced/mrow/mi[1]/text() "b"',
      '/p/math/mfenced/mrow/mfenced/mrow/mi[2]/text() "c"',
    ]);
  });

  it('lose the whole character behind a stray ampersand', () => {
    expect(texts('<p>&💩x</p>')).toEqual(['/p/text() "x"']);
  });

  it('are none in tables outside of cells, nor outside of the body', () => {
    expect(texts('<table> x <tr> y <td>z</td></tr></table>')).toEqual(['/table/tr/td/text() "z"']);
  });
});

function texts(body: string, options: { domVersion?: number; styleSheets?: string[] } = {}): string[] {
  const source = `<html><head><title>t</title></head><body>${body}</body></html>behind`;
  const view = buildEngineView(source, { domVersion: 20240114, ...options });
  if (view === undefined) throw new Error('no body');
  const places = new EnginePlaces(view);
  const dialect = dialectOf(20240114);
  return Array.from(view.texts.length, (_, text) => {
    const pointer = formatXpointer({ steps: places.stepsToText(text, dialect).slice(1) }, dialect);
    return `${pointer.slice('/body/DocFragment'.length)} ${JSON.stringify(engineText(view, source, text))}`;
  });
}
