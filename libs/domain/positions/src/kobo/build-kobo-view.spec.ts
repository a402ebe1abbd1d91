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

function spans(body: string): string[] {
  const source = `<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" "x"><html xmlns="http://www.w3.org/1999/xhtml"><head><title>t</title></head><body>${body}</body></html>`;
  const view = buildKoboView(source, 'xml');
  return Array.from(view.source, (start, span) => {
    return `${view.paragraph[span]}.${view.segment[span]} ${source.slice(start, view.sourceEnd[span])}`;
  });
}
