import { TextDecoder } from 'node:util';
import type { ContentReading } from '../content-reading.ts';
import type { FileSource } from '../file-source.ts';
import type { RawMetadata } from '../metadata/raw-metadata.ts';
import { decodeEntities } from '../xml/entities.ts';
import { extendedHeader, EXTH, numberOf, type ExtendedHeader } from './extended-header.ts';
import { isMobiEncrypted, readMobiHeader, readMobiRecord, type MobiHeader } from './mobi-header.ts';

const MOST_COVER_BYTES = 32 * 1024 * 1024;

/** What a MOBI or AZW3 tells about itself. Throws BookFileProblem. */
export async function readMobi(source: FileSource): Promise<ContentReading> {
  const header = await readMobiHeader(source);
  const extended = extendedHeader(header);
  const last = header.recordOffsets.at(-1) ?? 0;
  return {
    metadata: mobiMetadata(header, extended),
    hasCover: coverRecord(header, extended) !== undefined,
    problem: isMobiEncrypted(header) ? 'drm_kindle' : last >= source.size ? 'damaged_content' : undefined,
  };
}

/** The bytes of the cover picture, or undefined. Throws BookFileProblem. */
export async function readMobiCover(source: FileSource): Promise<Buffer | undefined> {
  const header = await readMobiHeader(source);
  const record = coverRecord(header, extendedHeader(header));
  return record === undefined ? undefined : readMobiRecord(source, header, record, MOST_COVER_BYTES);
}

function mobiMetadata(header: MobiHeader, extended: ExtendedHeader): RawMetadata {
  const decoder = new TextDecoder(header.mobi?.encoding ?? 'windows-1252');
  const texts = (type: number) => (extended.get(type) ?? []).map((data) => decodeEntities(decoder.decode(data)));
  const text = (type: number) => texts(type)[0];
  const fullName = header.mobi && decoder.decode(header.mobi.fullName);
  const asin = text(EXTH.asin) ?? text(EXTH.contentAsin);
  return {
    title: text(EXTH.title) || fullName || header.databaseName.replaceAll('_', ' '),
    authors: texts(EXTH.author).map((name) => ({ name })),
    language: text(EXTH.language),
    identifiers: [
      ...texts(EXTH.isbn).map((value) => ({ scheme: 'isbn', value })),
      ...(asin ? [{ scheme: 'asin', value: asin }] : []),
      ...texts(EXTH.source).map((value) => ({ value })),
    ],
    publisher: text(EXTH.publisher),
    published: text(EXTH.published),
    description: text(EXTH.description),
    subjects: texts(EXTH.subject),
  };
}

function coverRecord(header: MobiHeader, extended: ExtendedHeader): number | undefined {
  const first = header.mobi?.firstImageRecord ?? -1;
  const offset = numberOf(extended, EXTH.coverOffset) ?? numberOf(extended, EXTH.thumbnailOffset);
  if (first < 0 || offset === undefined) return undefined;
  return first + offset < header.recordOffsets.length ? first + offset : undefined;
}
