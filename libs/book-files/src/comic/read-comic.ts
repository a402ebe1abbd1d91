import type { ContentReading } from '../content-reading.ts';
import type { RawMetadata } from '../metadata/raw-metadata.ts';
import { BookFileProblem } from '../problem.ts';
import { decodeXmlText } from '../xml/decode-text.ts';
import { elementAt, parseXml, textOf, type XmlElement } from '../xml/parse-xml.ts';
import type { ZipArchive } from '../zip/zip-archive.ts';
import { hasPossibleSizes, isReadable } from '../zip/zip-entry.ts';
import { comicPages } from './comic-pages.ts';

const MOST_COMIC_INFO_BYTES = 4 * 1024 * 1024;

/** What a CBZ tells about itself: its pages and, where it has one, its ComicInfo.xml. */
export async function readComic(archive: ZipArchive): Promise<ContentReading> {
  const pages = comicPages(archive);
  const [first] = pages;
  const metadata = await comicMetadata(archive);
  if (first === undefined) return { metadata, hasCover: false, problem: 'comic_no_pages' };
  const reading = { metadata, pageCount: pages.length, hasCover: isReadable(first) };
  if (pages.some((page) => page.isEncrypted)) return { ...reading, problem: 'password_protected' };
  if (!pages.every(isReadable)) return { ...reading, problem: 'unsupported_compression' };
  return pages.every(hasPossibleSizes) ? reading : { ...reading, problem: 'damaged_archive' };
}

async function comicMetadata(archive: ZipArchive): Promise<RawMetadata> {
  const entry =
    archive.find('ComicInfo.xml') ?? archive.entries.find(({ name }) => /(?:^|\/)ComicInfo\.xml$/i.test(name));
  if (entry === undefined) return {};
  try {
    const xml = parseXml(decodeXmlText(await archive.read(entry, MOST_COMIC_INFO_BYTES)));
    return metadataOfComicInfo(elementAt(xml, 'ComicInfo'));
  } catch (error) {
    if (error instanceof BookFileProblem) return {};
    throw error;
  }
}

function metadataOfComicInfo(info: XmlElement | undefined): RawMetadata {
  const field = (name: string) => textOf(elementAt(info, name)).trim() || undefined;
  const series = field('Series');
  const number = field('Number');
  const isbn = field('GTIN') ?? field('ISBN');
  return {
    title: field('Title') ?? (series && number ? `${series} #${number}` : series),
    authors: listOf(field('Writer') ?? field('Penciller')).map((name) => ({ name })),
    series,
    seriesIndex: number,
    language: field('LanguageISO'),
    identifiers: isbn ? [{ value: isbn }] : [],
    publisher: field('Publisher'),
    published: dateOf(field('Year'), field('Month'), field('Day')),
    description: field('Summary'),
    subjects: listOf(field('Genre')),
  };
}

function listOf(written: string | undefined): string[] {
  return (
    written
      ?.split(',')
      .map((name) => name.trim())
      .filter(Boolean) ?? []
  );
}

function dateOf(year: string | undefined, month: string | undefined, day: string | undefined): string | undefined {
  const known = [year, month?.padStart(2, '0'), day?.padStart(2, '0')];
  const missing = known.indexOf(undefined);
  return known.slice(0, missing < 0 ? known.length : missing).join('-') || undefined;
}
