import type { ContentReading } from '../content-reading.ts';
import type { RawMetadata } from '../metadata/raw-metadata.ts';
import { BookFileProblem } from '../problem.ts';
import { decodeXmlText } from '../xml/decode-text.ts';
import { childElements, elementAt, parseXml, textOf, type XmlElement } from '../xml/parse-xml.ts';
import type { Fb2Bytes } from './fb2-bytes.ts';

const CLOSING_TAG = /<\/(?:[\w-]{1,20}:)?FictionBook\s*>/;

/** The description comes first; what is longer than this is no description any more. */
const MOST_DESCRIPTION_BYTES = 2 * 1024 * 1024;

/**
 * What an FB2 tells about itself. Only the description at its start is read; `end` is the end of the file where that can
 * be had cheaply, and shows whether it was cut. Throws BookFileProblem.
 */
export async function readFb2(bytes: Fb2Bytes, end?: Buffer): Promise<ContentReading> {
  const description = await fb2Description(bytes);
  if (description === undefined) return { metadata: {}, hasCover: false, problem: 'damaged_content' };
  return {
    metadata: fb2Metadata(description),
    hasCover: fb2CoverId(description) !== undefined,
    problem: end === undefined || CLOSING_TAG.test(asciiOf(end)) ? undefined : 'damaged_content',
  };
}

/** The description element, or undefined when there is none. */
export async function fb2Description(bytes: Fb2Bytes): Promise<XmlElement | undefined> {
  const head = await headUntilDescriptionEnds(bytes);
  const root = parseXml(decodeXmlText(head, { isCut: true }));
  return elementAt(root, 'FictionBook', 'description');
}

/** The id of the binary that holds the cover. */
export function fb2CoverId(description: XmlElement | undefined): string | undefined {
  for (const info of ['title-info', 'src-title-info']) {
    const href = elementAt(description, info, 'coverpage', 'image')?.attributes.get('href');
    if (href !== undefined && href.length > 1 && href.startsWith('#')) return href.slice(1);
  }
  return undefined;
}

async function headUntilDescriptionEnds(bytes: Fb2Bytes): Promise<Buffer> {
  let head = Buffer.alloc(0);
  for await (const chunk of bytes()) {
    const from = Math.max(0, head.length - 64);
    head = Buffer.concat([head, chunk]);
    const fresh = asciiOf(head.subarray(from));
    if (/<\/(?:[\w-]{1,20}:)?description\s*>/.test(fresh) || head.length >= MOST_DESCRIPTION_BYTES) break;
  }
  if (head.length === 0) throw new BookFileProblem('empty_file');
  return head;
}

/** Without its NULs UTF-16 reads like ASCII. */
function asciiOf(bytes: Buffer): string {
  return bytes.toString('latin1').replaceAll('\0', '');
}

function fb2Metadata(description: XmlElement): RawMetadata {
  const info = elementAt(description, 'title-info');
  const publication = elementAt(description, 'publish-info');
  const text = (parent: XmlElement | undefined, name: string) => textOf(elementAt(parent, name)).trim() || undefined;
  const sequence = elementAt(info, 'sequence')?.attributes ?? elementAt(publication, 'sequence')?.attributes;
  const id = text(elementAt(description, 'document-info'), 'id');
  const isbn = text(publication, 'isbn');
  const date = elementAt(info, 'date');
  return {
    title: text(info, 'book-title') ?? text(publication, 'book-name'),
    authors: childElements(info, 'author').map(authorOf),
    series: sequence?.get('name'),
    seriesIndex: sequence?.get('number'),
    language: text(info, 'lang'),
    identifiers: [...(isbn ? [{ scheme: 'isbn', value: isbn }] : []), ...(id ? [{ scheme: 'fb2', value: id }] : [])],
    publisher: text(publication, 'publisher'),
    published: text(publication, 'year') ?? date?.attributes.get('value') ?? textOf(date),
    description: paragraphsOf(elementAt(info, 'annotation')),
    subjects: childElements(info, 'genre').map((genre) => textOf(genre)),
  };
}

function authorOf(author: XmlElement): { name: string; sort?: string } {
  const part = (name: string) => textOf(elementAt(author, name)).trim();
  const given = [part('first-name'), part('middle-name')].filter(Boolean).join(' ');
  const family = part('last-name');
  if (!given && !family) return { name: part('nickname') };
  return { name: [given, family].filter(Boolean).join(' '), sort: [family, given].filter(Boolean).join(', ') };
}

/** FB2 marks paragraphs with elements, so their texts must not run together. */
function paragraphsOf(annotation: XmlElement | undefined): string {
  return (annotation?.children ?? []).map((child) => (typeof child === 'string' ? child : textOf(child))).join('\n');
}
