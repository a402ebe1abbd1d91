import { spawnSync } from 'node:child_process';
import { makeZip, type ZipEntry } from '@bookorbit/testing';
import type { BookFileReading } from '../reading.ts';
import { readStrictly } from '../testing/read-strictly.ts';
import { temporaryBooks } from '../testing/temporary-books.ts';
import { openEpub } from './open-epub.ts';

const books = temporaryBooks();

describe('the metadata of an EPUB', () => {
  it('is read from EPUB 2', async () => {
    const { metadata } = await read(`
      <dc:title opf:file-as="Book, The">The  Book</dc:title>
      <dc:creator opf:role="aut" opf:file-as="Doe, Jane">Jane Doe</dc:creator>
      <dc:creator opf:role="ill">Ill Ustrator</dc:creator>
      <dc:creator>Plain Author</dc:creator>
      <dc:date opf:event="modification">2020-01-01</dc:date><dc:date opf:event="publication">1999-05</dc:date>
      <dc:identifier opf:scheme="ISBN">0-306-40615-2</dc:identifier>
      <dc:language>en_GB</dc:language><dc:publisher>P &amp; Q</dc:publisher>
      <dc:description>&lt;p&gt;One &lt;b&gt;two&lt;/b&gt;&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;p&gt;three&lt;/p&gt;</dc:description>
      <dc:subject>Fiction</dc:subject><dc:subject>Fiction</dc:subject>
      <meta name="calibre:series" content="Cycle"/><meta name="calibre:series_index" content="2.5"/>`);
    expect(metadata).toMatchObject({
      title: 'The Book',
      titleFrom: 'content',
      titleSort: 'Book, The',
      authors: [{ name: 'Jane Doe', sort: 'Doe, Jane' }, { name: 'Plain Author' }],
      series: 'Cycle',
      seriesIndex: 2.5,
      language: 'en-GB',
      isbn: '9780306406157',
      publisher: 'P & Q',
      published: '1999-05',
      description: 'One two\nthree',
      subjects: ['Fiction'],
    });
  });

  it('is read from EPUB 3', async () => {
    const { metadata } = await read(`
      <dc:title id="s">A subtitle</dc:title><meta refines="#s" property="title-type">subtitle</meta>
      <dc:title id="t">Main</dc:title><meta refines="#t" property="title-type">main</meta>
      <meta refines="#t" property="file-as">Main, The</meta>
      <dc:creator id="a">Jane Doe</dc:creator><meta refines="#a" property="role" scheme="marc:relators">aut</meta>
      <meta refines="#a" property="file-as">Doe, Jane</meta>
      <dc:creator id="b">Ed Itor</dc:creator><meta refines="#b" property="role">edt</meta>
      <meta property="belongs-to-collection" id="c">A set</meta><meta refines="#c" property="collection-type">set</meta>
      <meta property="belongs-to-collection" id="d">Saga</meta><meta refines="#d" property="collection-type">series</meta>
      <meta refines="#d" property="group-position">3</meta>
      <dc:identifier>urn:isbn:9780306406157</dc:identifier><dc:date>2014-05-25T00:00:00Z</dc:date>`);
    expect(metadata).toMatchObject({
      title: 'Main',
      titleSort: 'Main, The',
      subtitle: 'A subtitle',
      authors: [{ name: 'Jane Doe', sort: 'Doe, Jane' }],
      series: 'Saga',
      seriesIndex: 3,
      isbn: '9780306406157',
      published: '2014-05-25',
    });
  });

  it('names an editor where it names no author', async () => {
    const { metadata } = await read('<dc:title>T</dc:title><dc:creator opf:role="edt">Ed Itor</dc:creator>');
    expect(metadata.authors).toEqual([{ name: 'Ed Itor' }]);
  });

  it('has the file’s name for a title when there is none, and a cut one when it is endless', async () => {
    expect((await read('<dc:title> </dc:title>', [], 'My_Great  Book.kepub.epub')).metadata).toMatchObject({
      title: 'My Great Book',
      titleFrom: 'name',
    });
    const { metadata } = await read(`<dc:title>${'𝒜'.repeat(40_000)}</dc:title>`);
    expect(metadata.title.length).toBeLessThanOrEqual(500);
    expect(metadata.title).toMatch(/^(?:𝒜)+…$/u);
  });
});

describe('an EPUB', () => {
  it('is a KEPUB when its chapters hold Kobo’s spans, or its name says so', async () => {
    const kobo = '<html><body><p><span class="koboSpan" id="kobo.1.1">Hi</span></p></body></html>';
    expect((await read('', [{ name: 'OEBPS/c1.xhtml', content: kobo }])).format).toBe('kepub');
    expect((await read('', [], 'x.kepub.epub')).format).toBe('kepub');
    expect((await read('')).format).toBe('epub');
  });

  it('with obfuscated fonts is not locked', async () => {
    for (const algorithm of ['http://www.idpf.org/2008/embedding', 'http://ns.adobe.com/pdf/enc#RC']) {
      expect((await read('', [encryption(algorithm, 'OEBPS/c1.xhtml')])).problem).toBeUndefined();
    }
  });

  it('with an encrypted picture is not locked, with an encrypted chapter it is', async () => {
    const aes = 'http://www.w3.org/2001/04/xmlenc#aes256-cbc';
    expect((await read('', [encryption(aes, 'OEBPS/cover.jpg')])).problem).toBeUndefined();
    expect((await read('', [encryption(aes, 'OEBPS/c1.xhtml')])).problem?.code).toBe('drm_other');
    const license = { name: 'META-INF/license.lcpl', content: '{}' };
    expect((await read('', [encryption(aes, 'OEBPS/c1.xhtml'), license])).problem?.code).toBe('drm_lcp');
  });

  it('tells where its spine and itemrefs stand, broken ones too', async () => {
    const opf = `<o:package xmlns:o="http://www.idpf.org/2007/opf"><o:metadata/><o:manifest>
        <o:item id="c1" href="c1.xhtml" media-type="application/xhtml+xml"/><o:item id="c1" href="other.xhtml"/><o:item id="e" href=""/>
      </o:manifest><o:guide/><o:spine><!-- --><o:extra/><o:itemref idref="c1" id="r" linear="no"/><o:itemref idref="gone"/><o:itemref/></o:spine></o:package>`;
    const epub = await openEpub(await books.write('spine.epub', zipOf(opf)));
    expect(epub.packagePath).toBe('OEBPS/content.opf');
    expect(epub.spineStep).toBe(8);
    expect(epub.spine).toEqual([
      {
        idref: 'c1',
        itemrefId: 'r',
        itemrefPosition: 2,
        inManifest: true,
        href: 'c1.xhtml',
        zipPath: 'OEBPS/c1.xhtml',
        mediaType: 'application/xhtml+xml',
        size: (await epub.readEntry('OEBPS/c1.xhtml')).length,
        linear: false,
      },
      { idref: 'gone', itemrefPosition: 3, inManifest: false, linear: true },
      { idref: '', itemrefPosition: 4, inManifest: false, linear: true },
    ]);
    expect(String(await epub.readEntry('OEBPS/c1.xhtml'))).toContain('Chapter');
    await expect(epub.readEntry('OEBPS/c1.xhtml', 5)).rejects.toMatchObject({ code: 'unpacks_too_large' });
    await expect(epub.readEntry('../../etc/passwd')).rejects.toMatchObject({ code: 'damaged_content' });
    await epub.close();
  });

  it('does not open when it is gone, a folder, or a pipe nobody writes to', async () => {
    await expect(openEpub('/nowhere/x.epub')).rejects.toMatchObject({
      name: 'BookFileUnavailable',
      reason: 'vanished',
    });
    await expect(openEpub('/')).rejects.toMatchObject({ reason: 'not_a_file' });
    const pipe = `${await books.write('pipe', '')}.epub`;
    if (spawnSync('mkfifo', [pipe]).status === 0) {
      await expect(openEpub(pipe)).rejects.toMatchObject({ reason: 'not_a_file' });
    }
  });
});

async function read(metadata: string, extra: readonly ZipEntry[] = [], name = 'book.epub'): Promise<BookFileReading> {
  const opf = `<package xmlns:opf="http://www.idpf.org/2007/opf"><metadata>${metadata}</metadata><manifest>
    <item id="c1" href="c1.xhtml" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="c1"/></spine></package>`;
  return readStrictly(await books.write(name, zipOf(opf, extra)));
}

function zipOf(opf: string, extra: readonly ZipEntry[] = []): Buffer {
  const container =
    '<container><rootfiles><rootfile full-path="OEBPS/content.opf"/><rootfile full-path="other.opf"/></rootfiles></container>';
  return makeZip([
    { name: 'mimetype', content: 'application/epub+zip', isStored: true },
    { name: 'META-INF/container.xml', content: container },
    { name: 'OEBPS/content.opf', content: opf },
    ...extra,
    { name: 'OEBPS/c1.xhtml', content: '<html><body><p>Chapter</p></body></html>' },
  ]);
}

function encryption(algorithm: string, uri: string): ZipEntry {
  return {
    name: 'META-INF/encryption.xml',
    content: `<encryption><enc:EncryptedData><enc:EncryptionMethod Algorithm="${algorithm}"/>
      <enc:CipherData><enc:CipherReference URI="${uri}"/></enc:CipherData></enc:EncryptedData></encryption>`,
  };
}
