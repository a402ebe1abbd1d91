import { BookFileProblem } from '../problem.ts';
import { decodeXmlText } from '../xml/decode-text.ts';
import { childElements, descendants, parseXml } from '../xml/parse-xml.ts';
import type { ZipArchive } from '../zip/zip-archive.ts';
import type { ZipEntry } from '../zip/zip-entry.ts';
import { coverIdOf } from './epub-metadata.ts';
import { findByHref } from './find-package.ts';
import type { ManifestItem, PackageDocument } from './package-document.ts';

/** A cover page is a picture and little else; a longer first chapter is not looked into. */
const MOST_COVER_PAGE_BYTES = 64 * 1024;
/** A page that says more than this before its first picture is no cover page. */
const MOST_WORDS_LENGTH = 300;
const PICTURE_NAME = /\.(?:jpe?g|png|gif|webp|svg|avif|bmp|tiff?)$/i;
const PAGE_NAME = /\.(?:x?html?|xml)$/i;

/**
 * The picture on the cover of an EPUB: what EPUB 3 marks as cover image, what EPUB 2 names in its metadata, the cover of
 * the guide, a picture called cover, the picture on the first page. The first of these that is in the zip.
 */
export async function findEpubCover(
  archive: ZipArchive,
  packagePath: string,
  document: PackageDocument,
): Promise<ZipEntry | undefined> {
  for (const href of coverHrefs(document)) {
    const entry = findByHref(archive, packagePath, href);
    const picture = entry && (await pictureOf(archive, entry));
    if (picture !== undefined) return picture;
  }
  return undefined;
}

function* coverHrefs(document: PackageDocument): Generator<string> {
  const marked = document.manifest.find((item) => item.properties.includes('cover-image'));
  if (marked !== undefined) yield marked.href;
  const named = coverIdOf(document.metadata);
  if (named) yield document.itemById(named)?.href ?? named;
  const guide = childElements(document.guide, 'reference').find((each) =>
    /^cover$/i.test(each.attributes.get('type') ?? ''),
  );
  const guideHref = guide?.attributes.get('href');
  if (guideHref) yield guideHref;
  for (const item of document.manifest) if (isCalledCover(item)) yield item.href;
  const first = document.spine[0] && document.itemById(document.spine[0].idref);
  if (first !== undefined) yield first.href;
}

function isCalledCover({ id, href, mediaType }: ManifestItem): boolean {
  return (
    mediaType?.toLowerCase().startsWith('image/') === true &&
    (/cover/i.test(id) || /cover/i.test(href.slice(href.lastIndexOf('/') + 1)))
  );
}

async function pictureOf(archive: ZipArchive, entry: ZipEntry): Promise<ZipEntry | undefined> {
  if (PICTURE_NAME.test(entry.name)) return entry;
  if (!PAGE_NAME.test(entry.name) || entry.size > MOST_COVER_PAGE_BYTES) return undefined;
  const href = await firstPictureHref(archive, entry);
  const picture = href && findByHref(archive, entry.name, href);
  return picture && PICTURE_NAME.test(picture.name) ? picture : undefined;
}

async function firstPictureHref(archive: ZipArchive, page: ZipEntry): Promise<string | undefined> {
  try {
    let wordsLength = 0;
    for (const node of descendants(parseXml(decodeXmlText(await archive.read(page, MOST_COVER_PAGE_BYTES))))) {
      if (typeof node === 'string') wordsLength += node.trim().length;
      if (wordsLength > MOST_WORDS_LENGTH) return undefined;
      if (typeof node === 'string') continue;
      const href = node.name === 'img' ? node.attributes.get('src') : undefined;
      const svgHref = node.name === 'image' ? node.attributes.get('href') : undefined;
      if (href ?? svgHref) return href ?? svgHref;
    }
    return undefined;
  } catch (error) {
    if (error instanceof BookFileProblem) return undefined;
    throw error;
  }
}
