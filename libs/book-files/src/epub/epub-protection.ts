import type { BookFileProblemCode } from '../problem.ts';
import { decodeXmlText } from '../xml/decode-text.ts';
import { childElements, elementAt, parseXml, textOf, type XmlElement } from '../xml/parse-xml.ts';
import type { ZipArchive } from '../zip/zip-archive.ts';
import type { ZipEntry } from '../zip/zip-entry.ts';
import { findByHref } from './find-package.ts';

const MOST_ENCRYPTION_BYTES = 4 * 1024 * 1024;

/** Both only scramble fonts, so that they cannot be taken out of the book; readers undo them without a key. */
const FONT_OBFUSCATIONS = ['http://www.idpf.org/2008/embedding', 'http://ns.adobe.com/pdf/enc#RC'];

/**
 * Which DRM locks the chapters of an EPUB, or undefined when they can be read. Obfuscated fonts, and encryption that
 * leaves the chapters alone, are no DRM. Throws BookFileProblem when the list of encrypted files cannot be unpacked.
 */
export async function epubDrm(
  archive: ZipArchive,
  chapters: readonly ZipEntry[],
): Promise<BookFileProblemCode | undefined> {
  const list = archive.find('META-INF/encryption.xml');
  if (list === undefined) return undefined;
  const xml = parseXml(decodeXmlText(await archive.read(list, MOST_ENCRYPTION_BYTES)));
  const locked = childElements(elementAt(xml, 'encryption'), 'EncryptedData').filter(
    (data) => !FONT_OBFUSCATIONS.includes(algorithmOf(data)) && isChapter(archive, chapters, data),
  );
  return locked.length === 0 ? undefined : ownerOf(archive, locked);
}

function isChapter(archive: ZipArchive, chapters: readonly ZipEntry[], data: XmlElement): boolean {
  const uri = elementAt(data, 'CipherData', 'CipherReference')?.attributes.get('URI');
  const entry = uri && findByHref(archive, '', uri);
  return entry !== undefined && entry !== '' && chapters.includes(entry);
}

function ownerOf(archive: ZipArchive, locked: readonly XmlElement[]): BookFileProblemCode {
  if (archive.find('META-INF/license.lcpl') !== undefined) return 'drm_lcp';
  if (archive.find('META-INF/sinf.xml') !== undefined) return 'drm_apple';
  if (locked.some((data) => algorithmOf(data).includes('apple.com'))) return 'drm_apple';
  if (archive.find('META-INF/rights.xml') !== undefined) return 'drm_adobe';
  return locked.some((data) => textOf(elementAt(data, 'KeyInfo', 'resource')) !== '') ? 'drm_adobe' : 'drm_other';
}

function algorithmOf(data: XmlElement): string {
  return elementAt(data, 'EncryptionMethod')?.attributes.get('Algorithm') ?? '';
}
