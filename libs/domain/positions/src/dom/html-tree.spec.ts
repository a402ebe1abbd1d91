import { DomPlaces } from './dom-places.ts';
import { buildDomView } from './build-dom-view.ts';
import { runsOfChunk } from './dom-view.ts';

const DOCTYPE = '<!DOCTYPE html>';
const ROOT = '<html xmlns="http://www.w3.org/1999/xhtml"><head><title></title></head><body>';

// What is expected here is what browsers make of the same markup.
describe('the tree of a chapter that is no XML', () => {
  it.each([
    ['<p>a<br>b<p>c', ['/4/2/1 a', '/4/2/3 b', '/4/4/1 c']],
    ['<ul><li>a<li>b</ul>c', ['/4/2/2/1 a', '/4/2/4/1 b', '/4/3 c']],
    ['<p>a<div>b</div>c</p>d', ['/4/2/1 a', '/4/4/1 b', '/4/5 c', '/4/7 d']],
    ['<b><i>a</b></i>c', ['/4/2/2/1 a', '/4/3 c']],
    ['<b><i>a</b>b</i>c', ['/4/2/2/1 a', '/4/4/1 b', '/4/5 c']],
    ['<p><b>a<p>b</b>c', ['/4/2/2/1 a', '/4/4/2/1 b', '/4/4/3 c']],
    ['<table><tr><td>a<td>b<tr><td>c</table>', ['/4/2/2/2/2/1 a', '/4/2/2/2/4/1 b', '/4/2/2/4/2/1 c']],
    ['<a id="x"/>a<p class=y>b', ['/4/2/1 a', '/4/2/2/1 b']],
    ['<dl><dt>a<dd>b<dt>c</dl>', ['/4/2/2/1 a', '/4/2/4/1 b', '/4/2/6/1 c']],
    ['<P>a</p><svg:x>b', ['/4/2/1 a', '/4/4/1 b']],
  ])('nests %s', (body, chunks) => {
    expect(chunksOf(`<html><head><title></title></head><body>${body}<br></body></html>`)).toEqual(chunks);
  });

  it.each([
    ['<pre>\n\na</pre>b', ['/4/2/1 \na', '/4/3 b']],
    ['<table><tr><td><b>a</td><td>b</td></tr></table>c', ['/4/2/2/2/2/2/1 a', '/4/2/2/2/4/1 b', '/4/3 c']],
    ['a<!--><!-- b --!>c', ['/4/1 2']],
    ['a&nbspb &copy;', ['/4/1 5']],
    ['</1>a</>b<1', ['/4/1 4']],
    ['<svg><g/><a/>b</svg>c', ['/4/2/5 b', '/4/3 c']],
    ['a<td>b</td>', ['/4/1 2']],
    ['<p>a</p><p b="c', ['/4/2/1 a']],
  ])('nests %s as browsers do', (body, chunks) => {
    expect(chunksOf(`<html><head><title></title></head><body>${body}`)).toEqual(chunks);
  });

  // Searched to its end, the second takes a minute.
  it.each(['">', '>'])('looks at the beginning of a document type only: one that ends with %s', (end) => {
    const longType = `<!DOCTYPE html PUBLIC "${' '.repeat(1000)}${'dtd html 4.01 transitional//'.repeat(40_000)}${end}`;
    const started = performance.now();
    const chunks = ['/4/2/1 a', '/4/4/2/2/2/1 b'];
    expect(chunksOf(`${longType}${ROOT}<p>a<table><tr><td>b</table>`)).toEqual(chunks);
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  it('is that of HTML as soon as one sign in it keeps it from being XML', () => {
    const chunks = (text: string) =>
      chunksOf(`${DOCTYPE}${ROOT}<table><tr><td>${text}</td></tr></table></body></html>`);
    expect(chunks('cell')).toEqual(['/4/2/2/2/1 cell']);
    expect(chunks('a&nbsp;b')).toEqual(['/4/2/2/2/2/1 3']);
  });

  it.each([
    ['', ['/4/2/1 a', '/4/2/2/2/2/2/1 b']],
    ['<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN">', ['/4/2/1 a', '/4/2/2/2/2/2/1 b']],
    ['<!DOCTYPE html>', ['/4/2/1 a', '/4/4/2/2/2/1 b']],
    [
      '<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN" "http://www.w3.org/TR/html4/loose.dtd">',
      ['/4/2/1 a', '/4/4/2/2/2/1 b'],
    ],
    [
      '<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "x">',
      ['/4/2/1 a', '/4/4/2/2/2/1 b'],
    ],
  ])('ends a paragraph in front of a table, if its document type is not of the nineties: %s', (type, chunks) => {
    expect(chunksOf(`${type}<html><head></head><body><p>a<table><tr><td>b</table></body></html>`)).toEqual(chunks);
  });

  it('has a head, whether it is written or not', () => {
    expect(chunksOf('<html><body><p>a<br></body></html>')).toEqual(['/4/2/1 a']);
  });
});

// Whether Chromium takes these for XML was asked of it.
describe('a chapter', () => {
  const body = (markup: string): string => `${ROOT}${markup}</body></html>`;
  const xhtml11 = '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" "http://www.w3.org/TR/xhtml11/DTD/xhtml11.dtd">';

  it.each([
    ['a reference nobody declares', body('a&nbsp;b')],
    ['the same behind the doctype of HTML', `${DOCTYPE}${body('a&nbsp;b')}`],
    ['the same where it stands alone', `<?xml version="1.0" standalone="yes"?>${xhtml11}${body('a&foo;b')}`],
    ['a bare ampersand', body('AT&T')],
    ['a bare ampersand in an address', body('<a href="?a=1&b=2">x</a>')],
    ['a reference without a semicolon', body('a&amp b')],
    ['a reference to no character', body('&#0;')],
    ['a reference to half a character', body('&#xD800;')],
    ['a reference with a large X', body('&#X41;')],
    ['no namespace', '<html><body>a</body></html>'],
    ['a doctype in small letters', `<!doctype html>${body('a')}`],
    ['a doctype without an address', `<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01//EN">${body('a')}`],
    ['two hyphens in a comment', body('<!-- a -- b -->')],
    ['three hyphens at its end', body('<!-- a --->')],
    ['an attribute twice', body('<p id="a" id="b">x</p>')],
    ['an attribute twice, by two prefixes', body('<p xmlns:p="u" xmlns:q="u" p:a="1" q:a="2">x</p>')],
    ['attributes without a space between', body('<p id="a"class="b">x</p>')],
    ['a prefix that is declared elsewhere', body('<p xmlns:foo="u"/><foo:b/>')],
    ['white space in front of the declaration', `\n<?xml version="1.0"?>${body('a')}`],
    ['a declaration of no version', `<?xml encoding="utf-8"?>${body('a')}`],
    ['text in front', `junk${body('a')}`],
    ['text behind', `${body('a')}text`],
    ['another root behind', `${body('a')}<p/>`],
    ['the end of a CDATA section', body('a]]>b')],
    ['a CDATA section in small letters', body('<![cdata[b]]>')],
    ['a control character', body('a\u000bb')],
    ['half a character', body('a\ud800b')],
    ['a space in an end tag', body('<p>a</ p>')],
    ['a name that begins with a digit', body('<1a/>')],
    ['nesting deeper than a parser goes', body('<b>'.repeat(6000) + '</b>'.repeat(6000))],
  ])('with %s is HTML', (_what, source) => {
    expect(buildDomView(source)?.isWellFormed).toBe(false);
  });

  it.each([
    ['a byte order mark', `\ufeff<?xml version='1.0' encoding='utf-8' ?>\n<!-- x --><?y?>${body('a')}`, '/4/1 a'],
    ['references its doctype knows', `${xhtml11}${body('a&nbsp;b')}`, '/4/1 3'],
    ['a reference its doctype might know', `${xhtml11}${body('a&foo;b')}`, '/4/1 2'],
    ['a reference another doctype might know', `<!DOCTYPE html SYSTEM "x">${body('a&nbsp;b')}`, '/4/1 2'],
    ['a reference it declares', `<!DOCTYPE html [<!ENTITY two "&#97;b"><!-- ]> -->]>${body('a&two;b')}`, '/4/1 4'],
    ['a comment behind', `${body('a')}<!-- x --> <?y z?>\n`, '/4/1 a'],
    ['a prefix for everything', '<h:html xmlns:h="u"><h:head/><h:body>a</h:body></h:html>', '/4/1 a'],
    ['names in any script', body('<é·>a</é·\n>'), '/4/2/1 a'],
    ['brackets in an attribute', body('<p title="]]>" id=\'"\'>a</p >'), '/4/2/1 a'],
  ])('with %s is XML', (_what, source, chunk) => {
    expect(buildDomView(source)?.isWellFormed).toBe(true);
    expect(chunksOf(source)).toEqual([chunk]);
  });
});

describe('the tree of a chapter that is XML', () => {
  it('counts comments, CDATA edges and references into one chunk', () => {
    const source =
      '<html xmlns="http://www.w3.org/1999/xhtml"><head/><body><p>a&amp;<!-- x -->b<![CDATA[<c>]]>&#x1F600;\r\nd</p></body></html>';
    expect(chunksOf(source)).toEqual(['/4/2/1 10']);
  });
});

/** Steps to each chunk and its text, or its length where it does not stand in the source as it is. */
function chunksOf(source: string): string[] {
  const view = buildDomView(source);
  if (view === undefined) throw new Error('no tree');
  const places = new DomPlaces(view);
  return Array.from(view.chunks.length, (length, chunk) => {
    const { first, end, table } = runsOfChunk(view, chunk);
    const start = table.source[first] ?? 0;
    const text = end - first === 1 ? source.slice(start, start + length) : String(length);
    const steps = places.stepsToChunk(chunk).map(({ index }) => `/${index}`);
    return `${steps.join('')} ${text}`;
  });
}
