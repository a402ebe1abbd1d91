import JSZip from 'jszip';
import { makeSmallEpub } from './make-small-epub.ts';

describe('makeSmallEpub', () => {
  it('is a zip whose first entry is the stored mimetype', () => {
    const bytes = makeSmallEpub();
    expect(bytes.toString('latin1', 30, 58)).toBe('mimetypeapplication/epub+zip');
  });

  it('holds the title, escaped, and every chapter', async () => {
    const zip = await JSZip.loadAsync(makeSmallEpub({ title: 'Tom & Jerry', chapters: ['one', 'two', 'three <3'] }), {
      checkCRC32: true,
    });
    expect(await zip.file('OEBPS/content.opf')?.async('string')).toContain('<dc:title>Tom &amp; Jerry</dc:title>');
    expect(await zip.file('OEBPS/chapter-3.xhtml')?.async('string')).toContain('<p>three &lt;3</p>');
  });

  it('is the same book in other bytes when its entries are stored', async () => {
    const [deflated, stored] = [makeSmallEpub(), makeSmallEpub({ isStored: true })];
    expect(stored.equals(deflated)).toBe(false);
    const textOf = async (bytes: Buffer) =>
      (await JSZip.loadAsync(bytes)).file('OEBPS/chapter-1.xhtml')?.async('string');
    expect(await textOf(stored)).toBe(await textOf(deflated));
  });

  it('gives the same bytes every time', () => {
    expect(makeSmallEpub({ title: 'Again' }).equals(makeSmallEpub({ title: 'Again' }))).toBe(true);
  });
});
