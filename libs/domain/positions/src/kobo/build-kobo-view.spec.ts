import { buildKoboView } from './build-kobo-view.ts';

describe('Kobo spans of a document', () => {
  it('number paragraphs where kepubify does, and sentences in them', () => {
    expect(spans('<h1>Title</h1><p>One. Two <i>three</i>.</p><p></p><div>Loose</div><p>Four</p>')).toEqual([
      '1.1 Title',
      '2.1 One. ',
      '2.2 Two ',
      '2.3 three',
      '2.4 .',
      '3.1 Loose',
      '4.1 Four',
    ]);
  });

  it('leave white space bare, except in a paragraph', () => {
    expect(spans('<div> <b>a</b> </div><p> <b>c</b></p>')).toEqual(['0.1 a', '1.1  ', '1.2 c']);
  });

  it('give a picture a paragraph of its own, and keep out of preformatted text', () => {
    expect(spans('<p>a<img src="x"/>b</p><pre>no. no.</pre><p>c</p>')).toEqual([
      '1.1 a',
      '2.1 <img src="x"/>',
      '2.2 b',
      '3.1 c',
    ]);
  });

  it('are those the document brings along, if it is a KEPUB', () => {
    expect(spans('<p><span class="koboSpan" id="kobo.7.3">Seven. Three.</span></p>')).toEqual(['7.3 Seven. Three.']);
  });

  it('do not start inside of references', () => {
    expect(spans('<p>A&hellip; b.&rdquo; c</p>')).toEqual(['1.1 A&hellip; b.&rdquo; ', '1.2 c']);
  });
});

// What is expected here is what kepubify makes of the same markup.
describe('Kobo spans of a chapter', () => {
  it.each([
    [
      'a link that ends itself',
      '<p>One. <a id="x"/>Two</p><a id="y"/><b>Three</b>',
      ['1.1 One. ', '1.2 Two', '1.3 Three'],
    ],
    ['a block in a paragraph', '<p>a<div>b</div>c</p>d', ['1.1 a', '1.2 b', '1.3 c', '2.1 d']],
    ['blocks that end themselves', '<div/>a<p/>b<span/>c', ['0.1 a', '1.1 b', '1.2 c']],
    ['a script and a title that do', '<script/>a<p>b<title/></p> c', ['0.1 a', '1.1 b', '1.2  c']],
    ['preformatted text that does not end', 'a<pre/>b<p>c</p>', ['0.1 a']],
    ['signs that are no references', '<p>AT&T. a&nbsp;b &hellip c</p>', ['1.1 AT&T. ', '1.2 a&nbsp;b &hellip c']],
    ['signs that are no tags', 'a < b. c', ['0.1 a < b. ', '0.2 c']],
    ['the end of what is not open', 'a</x>b<!-- --> c', ['0.1 a</x>b', '0.2  c']],
    ['a CDATA section', '<p>a<![CDATA[b. c]]>d</p>', ['1.1 a', '1.2 d']],
    ['drawings with and without a prefix', '<svg:text>a</svg:text><svg><text>b</text></svg>', ['0.1 a']],
    [
      'markup for readers without scripts',
      '<p>a<noscript><b>c. d</b></noscript>',
      ['1.1 a', '1.2 <b>c. ', '1.3 d</b>'],
    ],
  ])('take %s as HTML, but for what may end itself', (_what, body, expected) => {
    expect(spans(body)).toEqual(expected);
  });
});

function spans(body: string): string[] {
  const source = `<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" "x"><html xmlns="http://www.w3.org/1999/xhtml"><head><title>t</title></head><body>${body}</body></html>`;
  const view = buildKoboView(source);
  return Array.from(view.source, (start, span) => {
    return `${view.paragraph[span]}.${view.segment[span]} ${source.slice(start, view.sourceEnd[span])}`;
  });
}
