import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeZip } from '@bookorbit/testing';

/** A book made for measuring, and pointers that must come back from it unchanged. */
export interface GeneratedBook {
  readonly name: string;
  readonly path: string;
  readonly pointers: readonly string[];
}

const CONTAINER = `<?xml version="1.0"?><container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="content.opf" media-type="application/oebps-package+xml"/></rootfiles></container>`;

/** One document of about `megabytes` MB: paragraphs with inline tags, references and line breaks in them. */
export function writeHugeDocument(folder: string, megabytes: number): GeneratedBook {
  const paragraph = (number: number): string =>
    `<p id="p${number}">It was a <i>dark &amp; stormy</i> night, number ${number};\n   the rain fell in <b>torrents</b> &#8212; except\n   ` +
    `at occasional intervals, when it was checked by a violent gust of wind which swept up the streets of <span class="x">London</span>.</p>\n`;
  const paragraphs = Math.ceil((megabytes * 1e6) / paragraph(100_000).length);
  const body = Array.from({ length: paragraphs }, (_, index) => paragraph(index + 1)).join('');
  const pointers = [1, Math.floor(paragraphs / 2), paragraphs].flatMap((number) => [
    `/body/DocFragment/body/p[${number}]/text()[1].3`,
    `/body/DocFragment/body/p[${number}]/i/text().5`,
    `/body/DocFragment/body/p[${number}]/text()[3].8`,
  ]);
  return writeBook(folder, `one document of ${megabytes} MB`, [body], pointers);
}

/** A book of so many short documents. */
export function writeManyDocuments(folder: string, documents: number): GeneratedBook {
  const bodies = Array.from(
    { length: documents },
    (_, index) => `<h1>${index + 1}</h1>\n<p>Some <b>words</b> of chapter ${index + 1}.</p>`,
  );
  const pointers = bodies.map((_, index) => `/body/DocFragment[${index + 1}]/body/p/text()[2].4`);
  return writeBook(folder, `${documents} documents`, bodies, pointers);
}

function writeBook(
  folder: string,
  name: string,
  bodies: readonly string[],
  pointers: readonly string[],
): GeneratedBook {
  const items = bodies.map(
    (_, index) => `<item id="c${index}" href="c${index}.xhtml" media-type="application/xhtml+xml"/>`,
  );
  const itemrefs = bodies.map((_, index) => `<itemref idref="c${index}"/>`);
  const opf =
    `<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata/>` +
    `<manifest>${items.join('')}</manifest><spine>${itemrefs.join('')}</spine></package>`;
  const zip = makeZip([
    { name: 'mimetype', content: 'application/epub+zip', isStored: true },
    { name: 'META-INF/container.xml', content: CONTAINER },
    { name: 'content.opf', content: opf },
    ...bodies.map((body, index) => ({
      name: `c${index}.xhtml`,
      content: `<html xmlns="http://www.w3.org/1999/xhtml"><head><title>${index}</title></head><body>\n${body}</body></html>`,
    })),
  ]);
  const path = join(folder, `${name.replaceAll(' ', '-')}.epub`);
  writeFileSync(path, zip);
  return { name, path, pointers };
}
