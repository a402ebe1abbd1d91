import { makeZip } from './make-zip.ts';

const CONTAINER = `<?xml version="1.0"?><container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="content.opf" media-type="application/oebps-package+xml"/></rootfiles></container>`;

/** An EPUB of these bodies, one chapter each: `c0.xhtml`, `c1.xhtml` and so on. */
export function makeChapterBook(bodies: readonly (string | Uint8Array | undefined)[], title?: string): Buffer {
  const items = bodies.map((_, n) => `<item id="c${n}" href="c${n}.xhtml" media-type="application/xhtml+xml"/>`);
  const itemrefs = bodies.map((_, n) => `<itemref idref="c${n}"/>`);
  const opf =
    `<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0">${metadataOf(title)}` +
    `<manifest>${items.join('')}</manifest><spine>${itemrefs.join('')}</spine></package>`;
  return makeZip([
    { name: 'mimetype', content: 'application/epub+zip', isStored: true },
    { name: 'META-INF/container.xml', content: CONTAINER },
    { name: 'content.opf', content: opf },
    ...bodies.flatMap((body, n) => (body === undefined ? [] : [{ name: `c${n}.xhtml`, content: contentOf(body, n) }])),
  ]);
}

function contentOf(body: string | Uint8Array, n: number): string | Buffer {
  return typeof body === 'string'
    ? `<html xmlns="http://www.w3.org/1999/xhtml"><head><title>${n}</title></head><body>${body}</body></html>`
    : Buffer.from(body);
}

function metadataOf(title: string | undefined): string {
  if (title === undefined) return '<metadata/>';
  return `<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>${title}</dc:title></metadata>`;
}

/** Three chapters whose words are told apart by their numbers. */
export function makeThreeChapters(firstParagraph = ''): Buffer {
  return makeChapterBook(
    ['one', 'two', 'three'].map(
      (name) =>
        `<h1>Chapter ${name}</h1>${firstParagraph}<p>In chapter ${name} the <i>grey</i> cat sat on the ${name}fold mat.</p>` +
        `<p>It rained in chapter ${name} until the ${name}th evening came.</p>`,
    ),
  );
}
