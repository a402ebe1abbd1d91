import { cleanLine, LONGEST_NAME } from '../metadata/clean-text.ts';
import { BookFileProblem } from '../problem.ts';
import { decodeXmlText } from '../xml/decode-text.ts';
import { childElements, descendants, elementAt, parseXml, textOf, type XmlElement } from '../xml/parse-xml.ts';
import type { ZipArchive } from '../zip/zip-archive.ts';
import { findByHref } from './find-package.ts';
import type { PackageDocument } from './package-document.ts';

/** A heading of a book's table of contents. */
export interface ContentsEntry {
  readonly title: string;
  /** Index into the spine of the document it leads to. */
  readonly spineIndex: number;
  /** 0 for the outermost. */
  readonly depth: number;
}

const MOST_CONTENTS_BYTES = 2 * 1024 * 1024;
/** More than any table of contents anybody reads. */
const MOST_ENTRIES = 5_000;

/** What a heading says and where it leads, seen from the document it stands in. */
interface Heading {
  readonly title: string;
  readonly href: string;
  readonly depth: number;
}

/**
 * The table of contents of an EPUB in its own order: that of EPUB 3, else that of EPUB 2. Headings that lead nowhere are left out.
 * Empty when there is none, or none that can be read.
 */
export async function readContents(
  archive: ZipArchive,
  packagePath: string,
  document: PackageDocument,
): Promise<readonly ContentsEntry[]> {
  const spineIndexByPath = new Map<string, number>();
  for (const [index, { idref }] of document.spine.entries()) {
    const item = document.itemById(idref);
    const path = item && findByHref(archive, packagePath, item.href)?.name;
    if (path !== undefined && !spineIndexByPath.has(path)) spineIndexByPath.set(path, index);
  }
  for (const { href, headingsOf } of contentsDocuments(document)) {
    const entry = findByHref(archive, packagePath, href);
    if (entry === undefined) continue;
    const headings = headingsOf(await rootOf(archive, entry));
    const found = headings.slice(0, MOST_ENTRIES).flatMap(({ title, href: target, depth }): ContentsEntry[] => {
      const path = findByHref(archive, entry.name, target)?.name;
      const spineIndex = path === undefined ? undefined : spineIndexByPath.get(path);
      return spineIndex === undefined ? [] : [{ title, spineIndex, depth }];
    });
    if (found.length > 0) return found;
  }
  return [];
}

function* contentsDocuments(
  document: PackageDocument,
): Generator<{ readonly href: string; readonly headingsOf: (root: XmlElement) => Heading[] }> {
  const navigation = document.manifest.find(({ properties }) => properties.includes('nav'));
  if (navigation) yield { href: navigation.href, headingsOf: navigationHeadings };
  const control = document.manifest.find(({ mediaType }) => mediaType?.toLowerCase() === 'application/x-dtbncx+xml');
  if (control) yield { href: control.href, headingsOf: controlHeadings };
}

async function rootOf(archive: ZipArchive, entry: Parameters<ZipArchive['read']>[0]): Promise<XmlElement> {
  try {
    return parseXml(decodeXmlText(await archive.read(entry, MOST_CONTENTS_BYTES)));
  } catch (error) {
    if (error instanceof BookFileProblem) return { name: '', attributes: new Map(), children: [] };
    throw error;
  }
}

/** EPUB 3: nested lists of links. */
function navigationHeadings(root: XmlElement): Heading[] {
  const isContents = (element: XmlElement): boolean =>
    element.name === 'nav' && (element.attributes.get('type') ?? '').split(/\s+/).includes('toc');
  const navs = [...descendants(root)].filter(
    (node): node is XmlElement => typeof node !== 'string' && node.name === 'nav',
  );
  const list = childElements(navs.find(isContents) ?? navs[0], 'ol')[0];
  return walk(childElements(list, 'li'), (item) => {
    const link = childElements(item, 'a')[0];
    return {
      title: textOf(link),
      href: link?.attributes.get('href'),
      inside: childElements(childElements(item, 'ol')[0], 'li'),
    };
  });
}

/** EPUB 2: nested points of an NCX. */
function controlHeadings(root: XmlElement): Heading[] {
  return walk(childElements(elementAt(root, 'ncx', 'navMap'), 'navPoint'), (point) => ({
    title: textOf(elementAt(point, 'navLabel', 'text')),
    href: elementAt(point, 'content')?.attributes.get('src'),
    inside: childElements(point, 'navPoint'),
  }));
}

function walk(
  outermost: readonly XmlElement[],
  read: (element: XmlElement) => {
    readonly title: string;
    readonly href: string | undefined;
    readonly inside: readonly XmlElement[];
  },
): Heading[] {
  const headings: Heading[] = [];
  const pending = outermost.map((element) => ({ element, depth: 0 })).reverse();
  for (let next = pending.pop(); next !== undefined && headings.length < MOST_ENTRIES; next = pending.pop()) {
    const { title, href, inside } = read(next.element);
    const line = cleanLine(title, LONGEST_NAME);
    if (line !== undefined && href) headings.push({ title: line, href, depth: next.depth });
    for (const element of inside.toReversed()) pending.push({ element, depth: next.depth + 1 });
  }
  return headings;
}
