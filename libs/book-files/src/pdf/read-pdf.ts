import type { ContentReading } from '../content-reading.ts';
import type { FileSource } from '../file-source.ts';
import type { RawMetadata } from '../metadata/raw-metadata.ts';
import { decodeXmlText } from '../xml/decode-text.ts';
import { parseXml } from '../xml/parse-xml.ts';
import { openPdf, type PdfFile } from './pdf-file.ts';
import { asCount, asDictionary, asString, type PdfDictionary } from './pdf-object.ts';
import { pdfText } from './pdf-text.ts';
import { xmpMetadata } from './xmp-metadata.ts';

/**
 * What a PDF tells about itself: its page count, and its title and authors from XMP or the information dictionary. Read
 * from the cross references on; a PDF that would have to be searched for its objects is stated as damaged. Texts of an
 * encrypted PDF stay unread, so its title comes from the file's name.
 */
export async function readPdf(source: FileSource): Promise<ContentReading> {
  const pdf = await openPdf(source);
  const catalog = asDictionary(await pdf?.resolve(pdf.trailer.entries.get('Root')));
  if (pdf === undefined || catalog === undefined) {
    const isEncrypted = pdf?.trailer.entries.has('Encrypt') === true;
    return { metadata: {}, hasCover: false, problem: isEncrypted ? undefined : 'damaged_content' };
  }
  const pages = asDictionary(await pdf.resolve(catalog.entries.get('Pages')));
  const pageCount = asCount(await pdf.resolve(pages?.entries.get('Count')));
  const metadata = pdf.trailer.entries.has('Encrypt') ? {} : await pdfMetadata(pdf, catalog);
  return { metadata, pageCount, hasCover: false, problem: pageCount === undefined ? 'damaged_content' : undefined };
}

async function pdfMetadata(pdf: PdfFile, catalog: PdfDictionary): Promise<RawMetadata> {
  const info = await infoMetadata(pdf);
  const xmp = await pdf.stream(catalog.entries.get('Metadata'));
  const written = xmp === undefined ? {} : xmpMetadata(parseXml(decodeXmlText(xmp)));
  const language = asString(await pdf.resolve(catalog.entries.get('Lang')));
  return {
    ...written,
    title: written.title?.trim() || info.title,
    authors: written.authors?.length ? written.authors : info.authors,
    language: written.language ?? (language && pdfText(language)),
    description: written.description ?? info.description,
    subjects: written.subjects?.length ? written.subjects : info.subjects,
  };
}

async function infoMetadata(pdf: PdfFile): Promise<RawMetadata> {
  const info = asDictionary(await pdf.resolve(pdf.trailer.entries.get('Info')));
  const text = async (key: string) => {
    const bytes = asString(await pdf.resolve(info?.entries.get(key)));
    return bytes && pdfText(bytes);
  };
  const author = await text('Author');
  const keywords = await text('Keywords');
  return {
    title: await text('Title'),
    authors: author?.split(/[;\n]/).map((name) => ({ name })),
    description: await text('Subject'),
    subjects: keywords?.split(/[,;]/),
  };
}
