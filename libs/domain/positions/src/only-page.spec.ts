import { onlyPageOf } from './only-page.ts';

const NAMES = ['META-INF/container.xml', 'O/one.xhtml', 'O/two.html', 'O/three.HTM'];

describe('the only page of a zip that is no EPUB to KOReader', () => {
  it.each([
    ['application/epub+zip', undefined],
    ['application/epub+zip\r\n', undefined],
    ['application/epub+zip ', 'O/two.html'],
    ['\ufeffapplication/epub+zip', 'O/two.html'],
    ['application/zip', 'O/two.html'],
    [`application/epub+zip\n${' '.repeat(80)}`, 'O/two.html'],
    ['', 'O/two.html'],
  ])('with the type %j is %s', (type, page) => {
    expect(onlyPageOf(new TextEncoder().encode(type), NAMES)).toBe(page);
  });

  it('is the last start page, or else the first file that could be a book', () => {
    expect(onlyPageOf(undefined, [...NAMES, 'index.html', 'a/Default.htm', 'myindex.html'])).toBe('a/Default.htm');
    expect(onlyPageOf(undefined, ['O/one.xhtml', 'readme.txt', 'two.html'])).toBe('');
    expect(onlyPageOf(undefined, ['O/one.xhtml'])).toBe('');
  });
});
