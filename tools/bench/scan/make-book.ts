import { makeZip, type ZipEntry } from '@bookorbit/testing';

/** What a generated book holds. */
export interface GeneratedBook {
  readonly title: string;
  readonly author: string;
  readonly identifier: string;
  readonly series: string;
  readonly seriesIndex: number;
  /** A JPEG. */
  readonly cover: Buffer;
  /** Text of each chapter; a blank line stands between paragraphs. None holds anything XML would want escaped. */
  readonly chapters: readonly string[];
}

/** An EPUB 3 as shops sell them: a cover, a series, chapters in files of their own. */
export function makeBook(book: GeneratedBook): Buffer {
  const entries: ZipEntry[] = [
    { name: 'META-INF/container.xml', content: CONTAINER },
    { name: 'OEBPS/content.opf', content: packageDocument(book) },
    { name: 'OEBPS/nav.xhtml', content: navigation(book.chapters.length) },
    // A picture is compressed already.
    { name: 'OEBPS/cover.jpg', content: book.cover, isStored: true },
    ...book.chapters.map((text, index) => ({ name: `OEBPS/${chapterFile(index)}`, content: chapter(text, index) })),
  ];
  return makeZip([{ name: 'mimetype', content: 'application/epub+zip', isStored: true }, ...entries]);
}

const CONTAINER = `<?xml version="1.0"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>`;

function packageDocument({ title, author, identifier, series, seriesIndex, chapters }: GeneratedBook): string {
  const ids = chapters.map((_, index) => `c${index}`);
  return `<?xml version="1.0"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">${identifier}</dc:identifier><dc:title>${title}</dc:title><dc:creator>${author}</dc:creator>
<dc:language>en</dc:language><meta property="dcterms:modified">2000-01-01T00:00:00Z</meta>
<meta property="belongs-to-collection" id="s">${series}</meta><meta refines="#s" property="collection-type">series</meta>
<meta refines="#s" property="group-position">${seriesIndex}</meta>
</metadata>
<manifest>
<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="cover" href="cover.jpg" media-type="image/jpeg" properties="cover-image"/>
${ids.map((id, index) => `<item id="${id}" href="${chapterFile(index)}" media-type="application/xhtml+xml"/>`).join('\n')}
</manifest>
<spine>${ids.map((id) => `<itemref idref="${id}"/>`).join('')}</spine>
</package>`;
}

function navigation(chapters: number): string {
  const points = Array.from({ length: chapters }, (_, n) => `<li><a href="${chapterFile(n)}">${n + 1}</a></li>`);
  return page('Contents', `<nav epub:type="toc"><ol>${points.join('')}</ol></nav>`);
}

function chapter(text: string, index: number): string {
  const paragraphs = text.split('\n\n').map((paragraph) => `<p>${paragraph}</p>`);
  return page(`Chapter ${index + 1}`, `<h1>Chapter ${index + 1}</h1>\n${paragraphs.join('\n')}`);
}

function page(title: string, body: string): string {
  return `<?xml version="1.0"?>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><head><title>${title}</title></head>
<body>${body}</body></html>`;
}

function chapterFile(index: number): string {
  return `chapter-${index}.xhtml`;
}
