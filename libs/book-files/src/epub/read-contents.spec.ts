import { makeSmallEpub, makeZip } from '@bookorbit/testing';
import { temporaryBooks } from '../testing/temporary-books.ts';
import { openEpub } from './open-epub.ts';

const books = temporaryBooks();

/** @param contents Files beside the package document, by name. */
function epub(manifest: string, contents: Readonly<Record<string, string>>): Buffer {
  return makeZip([
    { name: 'mimetype', content: 'application/epub+zip', isStored: true },
    {
      name: 'META-INF/container.xml',
      content: '<container><rootfiles><rootfile full-path="a/b.opf"/></rootfiles></container>',
    },
    {
      name: 'a/b.opf',
      content: `<package><metadata/><manifest>
        <item id="one" href="text/one.xhtml" media-type="application/xhtml+xml"/>
        <item id="two" href="text/two.xhtml" media-type="application/xhtml+xml"/>${manifest}</manifest>
        <spine><itemref idref="one"/><itemref idref="two"/></spine></package>`,
    },
    { name: 'a/text/one.xhtml', content: '<html><body><p>1</p></body></html>' },
    { name: 'a/text/two.xhtml', content: '<html><body><p>2</p></body></html>' },
    ...Object.entries(contents).map(([name, content]) => ({ name, content })),
  ]);
}

async function contentsOf(bytes: Buffer): Promise<unknown> {
  const file = await openEpub(await books.write('book.epub', bytes));
  try {
    return await file.readContents();
  } finally {
    await file.close();
  }
}

const NCX = '<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>';
const NAV = '<item id="nav" href="text/nav.xhtml" media-type="application/xhtml+xml" properties="scripted nav"/>';

describe('the table of contents of an EPUB', () => {
  it('is that of EPUB 3, in its own order, with its depth', async () => {
    expect(await contentsOf(makeSmallEpub())).toEqual([
      { title: 'Chapter 1', spineIndex: 0, depth: 0 },
      { title: 'Chapter 2', spineIndex: 1, depth: 0 },
    ]);
    const nav = `<html xmlns:epub="x"><body><nav epub:type="landmarks"><ol><li><a href="two.xhtml">Cover</a></li></ol></nav>
      <nav epub:type="toc"><h1>Contents</h1><ol><li><span>Part</span><ol><li><a href="one.xhtml#top"> The <em>first</em>
      chapter </a></li></ol></li><li><a href="two.xhtml">Last</a></li></ol></nav></body></html>`;
    expect(await contentsOf(epub(NAV, { 'a/text/nav.xhtml': nav }))).toEqual([
      { title: 'The first chapter', spineIndex: 0, depth: 1 },
      { title: 'Last', spineIndex: 1, depth: 0 },
    ]);
  });

  it('is that of EPUB 2 where there is no other, or none of use', async () => {
    const ncx = `<ncx><navMap><navPoint><navLabel><text>One</text></navLabel><content src="text/one.xhtml"/>
      <navPoint><navLabel><text>Two</text></navLabel><content src="text/two.xhtml#x"/></navPoint></navPoint></navMap></ncx>`;
    const expected = [
      { title: 'One', spineIndex: 0, depth: 0 },
      { title: 'Two', spineIndex: 1, depth: 1 },
    ];
    expect(await contentsOf(epub(NCX, { 'a/toc.ncx': ncx }))).toEqual(expected);
    expect(await contentsOf(epub(NCX + NAV, { 'a/toc.ncx': ncx, 'a/text/nav.xhtml': '<html>' }))).toEqual(expected);
  });

  it('leaves out what leads nowhere, and is empty where there is none', async () => {
    const nav = `<nav><ol><li><a href="https://example.com/">Away</a></li><li><a href="../../../etc/passwd">Out</a></li>
      <li><a href="three.xhtml">Gone</a></li><li><a href="two.xhtml"> </a></li><li><a>No link</a></li></ol></nav>`;
    expect(await contentsOf(epub(NAV, { 'a/text/nav.xhtml': nav }))).toEqual([]);
    expect(await contentsOf(epub('', {}))).toEqual([]);
    expect(await contentsOf(epub(NAV + NCX, {}))).toEqual([]);
  });

  it('is bounded, however deep or long a hostile book makes it', async () => {
    const deep = `<nav>${'<ol><li>'.repeat(3_000)}<a href="one.xhtml">Deep</a>`;
    expect(await contentsOf(epub(NAV, { 'a/text/nav.xhtml': deep }))).toEqual(expect.any(Array));
    const long = `<nav><ol>${'<li><a href="one.xhtml">x</a></li>'.repeat(20_000)}</ol></nav>`;
    expect(await contentsOf(epub(NAV, { 'a/text/nav.xhtml': long }))).toHaveLength(5_000);
  });
});
