import { deflateSync, crc32 } from 'node:zlib';
import sharp from 'sharp';
import { makeZip, type ZipEntry } from '@bookorbit/testing';
import { readCoverStrictly, readStrictly } from './testing/read-strictly.ts';
import { temporaryBooks } from './testing/temporary-books.ts';

const books = temporaryBooks();

describe('the cover of an EPUB', () => {
  it.each<[string, { manifest?: string; metadata?: string; guide?: string; page?: string }]>([
    [
      'is marked in the manifest',
      { manifest: '<item id="x" href="art.png" media-type="image/png" properties="svg cover-image"/>' },
    ],
    [
      'is named in the metadata',
      { manifest: '<item id="x" href="art.png"/>', metadata: '<meta name="cover" content="x"/>' },
    ],
    ['is named by its href in the metadata', { metadata: '<meta name="cover" content="art.png"/>' }],
    ['is on the cover page of the guide', { guide: '<reference type="cover" href="page.xhtml#top"/>' }],
    ['is called cover', { manifest: '<item id="My-Cover" href="art.png" media-type="image/png"/>' }],
    ['stands alone on the first page', { page: '<svg><image xlink:href="art.png"/></svg>' }],
  ])('is found when it %s', async (_, where) => {
    const path = await books.write('cover.epub', await epubWith(where));
    expect((await readStrictly(path)).hasCover).toBe(true);
    const cover = await readCoverStrictly(path, { maxEdge: 100 });
    expect(cover).toMatchObject({ contentType: 'image/webp', width: 50, height: 100 });
    expect((await sharp(cover?.bytes).metadata()).format).toBe('webp');
  });

  it('is not the picture that a long first page happens to show', async () => {
    const path = await books.write(
      'text.epub',
      await epubWith({ page: `<p>${'word '.repeat(100)}</p><img src="art.png"/>` }),
    );
    expect((await readStrictly(path)).hasCover).toBe(false);
    expect(await readCoverStrictly(path, { maxEdge: 100 })).toBeUndefined();
  });

  it.each<[string, () => Buffer]>([
    ['is text', () => Buffer.from('no picture')],
    ['is empty', () => Buffer.alloc(0)],
    ['would unpack to 900 million pixels', () => pngThatClaims(30_000, 30_000)],
    ['is a single pixel', () => pngThatClaims(1, 1)],
  ])('is none when it %s', async (_, picture) => {
    const manifest = '<item id="x" href="art.png" media-type="image/png" properties="cover-image"/>';
    const path = await books.write('bad.epub', await epubWith({ manifest }, picture()));
    expect(await readCoverStrictly(path, { maxEdge: 100 })).toBeUndefined();
  });
});

describe('an SVG cover', () => {
  const manifest = '<item id="x" href="art.svg" media-type="image/svg+xml" properties="cover-image"/>';
  const svg = (inside: string, before = '') =>
    `${before}<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="40" height="60">${inside}</svg>`;

  it('is drawn', async () => {
    const art: ZipEntry = { name: 'OEBPS/art.svg', content: svg('<rect width="40" height="60" fill="red"/>') };
    const path = await books.write('svg.epub', await epubWith({ manifest }, undefined, [art]));
    expect(await readCoverStrictly(path, { maxEdge: 100 })).toMatchObject({ width: 40, height: 60 });
  });

  it.each([
    ['looks at a file', svg('<image xlink:href="file:///etc/passwd" width="9" height="9"/>')],
    ['looks at a file behind another link', svg('<image href="#a" xlink:href="file:///etc/passwd"/>')],
    ['looks at a neighbour', svg('<image href="../secret.png"/>')],
    ['looks at another site', svg('<image href="http://127.0.0.1/x.png"/>')],
    ['imports a style', svg('<style>@import url(http://127.0.0.1/x.css);</style>')],
    ['fills with another site', svg('<rect style="fill:url( \'http://127.0.0.1/x#y\')"/>')],
    ['declares entities', svg('&a;', '<!DOCTYPE svg [<!ENTITY a "x">]>')],
    ['multiplies itself', svg('<g id="a"/><use href="#a"/><use href="#a"/>')],
    ['filters', svg('<filter id="f"><feTurbulence numOctaves="9999"/></filter>')],
  ])('is refused when it %s', async (_, content) => {
    const path = await books.write(
      'svg.epub',
      await epubWith({ manifest }, undefined, [{ name: 'OEBPS/art.svg', content }]),
    );
    expect(await readCoverStrictly(path, { maxEdge: 100 })).toBeUndefined();
  });
});

describe('a cover', () => {
  it('is only refused with an error when the file itself is gone', async () => {
    await expect(readCoverStrictly('/nowhere/x.epub', { maxEdge: 100 })).rejects.toMatchObject({ reason: 'vanished' });
    expect(await readCoverStrictly(await books.write('broken.epub', 'PK\x03\x04'), { maxEdge: 100 })).toBeUndefined();
  });
});

async function epubWith(
  where: { manifest?: string; metadata?: string; guide?: string; page?: string },
  picture?: Buffer,
  extra: readonly ZipEntry[] = [],
): Promise<Buffer> {
  const art =
    picture ??
    (await sharp({ create: { width: 200, height: 400, channels: 3, background: 'navy' } })
      .png()
      .toBuffer());
  const opf = `<package><metadata>${where.metadata ?? ''}</metadata><manifest>${where.manifest ?? ''}
    <item id="first" href="first.xhtml"/><item id="page" href="page.xhtml"/></manifest>
    <spine><itemref idref="first"/></spine><guide>${where.guide ?? ''}</guide></package>`;
  return makeZip([
    {
      name: 'META-INF/container.xml',
      content: '<container><rootfiles><rootfile full-path="OEBPS/p.opf"/></rootfiles></container>',
    },
    { name: 'OEBPS/p.opf', content: opf },
    { name: 'OEBPS/first.xhtml', content: `<html><body>${where.page ?? '<p>Once upon a time</p>'}</body></html>` },
    { name: 'OEBPS/page.xhtml', content: '<html><body><img alt="" src="art.png"/></body></html>' },
    { name: 'OEBPS/art.png', content: art },
    ...extra,
  ]);
}

function pngThatClaims(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 0, 0, 0, 0], 8);
  const data = deflateSync(Buffer.alloc(Math.min(1_000_000, (width + 1) * height)));
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const sizes = Buffer.alloc(8);
  sizes.writeUInt32BE(data.length, 0);
  sizes.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([sizes.subarray(0, 4), body, sizes.subarray(4)]);
}
