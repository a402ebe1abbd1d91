import { DomPlaces } from './dom-places.ts';
import { buildDomView } from './build-dom-view.ts';
import { runsOfChunk } from './dom-view.ts';

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

  it('has a head, whether it is written or not', () => {
    expect(chunksOf('<html><body><p>a<br></body></html>')).toEqual(['/4/2/1 a']);
  });
});

describe('the tree of a chapter that is XML', () => {
  it('counts comments, CDATA edges and references into one chunk', () => {
    const source = '<html><head/><body><p>a&amp;<!-- x -->b<![CDATA[<c>]]>&#x1F600;\r\nd</p></body></html>';
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
