import { BookFileProblem } from '../problem.ts';
import { decodeXmlText } from '../xml/decode-text.ts';
import { elementAt, parseXml } from '../xml/parse-xml.ts';
import type { ZipArchive } from '../zip/zip-archive.ts';
import type { ZipEntry } from '../zip/zip-entry.ts';
import { resolveHref, resolveHrefAsWritten } from './resolve-href.ts';

const MOST_CONTAINER_BYTES = 1024 * 1024;

/**
 * The package document that META-INF/container.xml names first, as KOReader takes it.
 * Throws `epub_no_container` or `epub_no_package`, or what is wrong with the container's own bytes.
 */
export async function findPackageEntry(archive: ZipArchive): Promise<ZipEntry> {
  const container = archive.find('META-INF/container.xml');
  if (container === undefined) throw new BookFileProblem('epub_no_container');
  const xml = parseXml(decodeXmlText(await archive.read(container, MOST_CONTAINER_BYTES)));
  const path = elementAt(xml, 'container', 'rootfiles', 'rootfile')?.attributes.get('full-path');
  if (!path || resolveHref('', path) === undefined) throw new BookFileProblem('epub_no_container');
  const entry = findByHref(archive, '', path);
  if (entry === undefined) throw new BookFileProblem('epub_no_package');
  return entry;
}

/** A package document found by its name, for telling what a book without a container is called. */
export function guessPackageEntry(archive: ZipArchive): ZipEntry | undefined {
  return archive.entries.find((entry) => /\.opf$/i.test(entry.name) && archive.find(entry.name) === entry);
}

/** The entry an href of the file `fromPath` leads to, when it is in the zip. */
export function findByHref(archive: ZipArchive, fromPath: string, href: string): ZipEntry | undefined {
  const decoded = resolveHref(fromPath, href);
  const written = resolveHrefAsWritten(fromPath, href);
  return (decoded && archive.find(decoded)) || (written && archive.find(written)) || undefined;
}
