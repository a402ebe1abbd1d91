import { makeZip, type ZipEntry } from './make-zip.ts';

/** What a small book says; everything has a default. */
export interface SmallEpub {
  readonly title?: string;
  readonly author?: string;
  readonly language?: string;
  /** The package's unique identifier, such as `urn:isbn:9780000000002`. */
  readonly identifier?: string;
  /** One XHTML file each; a blank line starts a new paragraph. */
  readonly chapters?: readonly string[];
  /** Stores every entry instead of deflating it: the same book, zipped otherwise. */
  readonly isStored?: boolean;
}

/** A small, valid EPUB 3 as bytes, for tests where no real book is at hand. The same answers give the same bytes. */
export function makeSmallEpub(book: SmallEpub = {}): Buffer {
  const chapters = book.chapters ?? [
    'Call me Ishmael.\n\nSome years ago I went to sea.',
    'There is magic in water.\n\nEverybody knows it.',
  ];
  const entries: ZipEntry[] = [
    { name: 'META-INF/container.xml', content: container() },
    { name: 'OEBPS/content.opf', content: packageDocument(book, chapters.length) },
    { name: 'OEBPS/nav.xhtml', content: navigation(chapters.length) },
    ...chapters.map((text, index) => ({ name: `OEBPS/${chapterFile(index)}`, content: chapter(text, index) })),
  ];
  return makeZip([
    { name: 'mimetype', content: 'application/epub+zip', isStored: true },
    ...entries.map((entry) => ({ ...entry, isStored: book.isStored })),
  ]);
}

function container(): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
  <rootfiles><rootfile full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
`;
}

function packageDocument(book: SmallEpub, chapters: number): string {
  const numbers = Array.from({ length: chapters }, (_, index) => index);
  return `<?xml version="1.0" encoding="UTF-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id">
  <metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
    <dc:identifier id="id">${escaped(book.identifier ?? 'urn:uuid:6f2a3c1e-0000-4000-8000-000000000001')}</dc:identifier>
    <dc:title>${escaped(book.title ?? 'A Small Book')}</dc:title>
    <dc:creator>${escaped(book.author ?? 'Ann Author')}</dc:creator>
    <dc:language>${escaped(book.language ?? 'en')}</dc:language>
    <meta property="dcterms:modified">2000-01-01T00:00:00Z</meta>
  </metadata>
  <manifest>
    <item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
${numbers.map((index) => `    <item id="c${index + 1}" href="${chapterFile(index)}" media-type="application/xhtml+xml"/>`).join('\n')}
  </manifest>
  <spine>
${numbers.map((index) => `    <itemref idref="c${index + 1}"/>`).join('\n')}
  </spine>
</package>
`;
}

function navigation(chapters: number): string {
  const points = Array.from(
    { length: chapters },
    (_, index) => `<li><a href="${chapterFile(index)}">Chapter ${index + 1}</a></li>`,
  );
  return page('Contents', `<nav epub:type="toc"><ol>${points.join('')}</ol></nav>`);
}

function chapter(text: string, index: number): string {
  const paragraphs = text.split(/\n\s*\n/).map((paragraph) => `<p>${escaped(paragraph)}</p>`);
  return page(`Chapter ${index + 1}`, `<h1>Chapter ${index + 1}</h1>\n${paragraphs.join('\n')}`);
}

function page(title: string, body: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops">
<head><title>${escaped(title)}</title></head>
<body>
${body}
</body>
</html>
`;
}

function chapterFile(index: number): string {
  return `chapter-${index + 1}.xhtml`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
