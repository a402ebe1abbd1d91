import type { ContentReading } from '../content-reading.ts';
import type { FileSource } from '../file-source.ts';
import type { RawMetadata } from '../metadata/raw-metadata.ts';
import { parseXml } from '../xml/parse-xml.ts';
import { askPdfWorker } from './ask-pdf-worker.ts';
import type { PdfFacts } from './pdf-messages.ts';
import { xmpMetadata } from './xmp-metadata.ts';

/**
 * What a PDF tells about itself: its page count, and its title and authors from XMP or the information dictionary.
 * Throws BookFileProblem.
 */
export async function readPdf(source: FileSource): Promise<ContentReading> {
  const answer = await askPdfWorker(source, { kind: 'facts' });
  switch (answer.kind) {
    case 'facts':
      return readingOf(answer.facts);
    case 'locked':
      return { metadata: {}, hasCover: false, problem: 'password_protected' };
    case 'damaged':
    case 'picture':
      return { metadata: {}, hasCover: false, problem: 'damaged_content' };
  }
}

/** The first page as a PNG; undefined when it cannot be drawn. Throws BookFileProblem. */
export async function readPdfCover(source: FileSource, maxEdge: number): Promise<Buffer | undefined> {
  const answer = await askPdfWorker(source, { kind: 'picture', maxEdge });
  return answer.kind === 'picture' ? Buffer.from(answer.png) : undefined;
}

function readingOf(facts: PdfFacts): ContentReading {
  if (facts.pageCount === 0) return { metadata: pdfMetadata(facts), hasCover: false, problem: 'damaged_content' };
  return { metadata: pdfMetadata(facts), pageCount: facts.pageCount, hasCover: true };
}

function pdfMetadata(facts: PdfFacts): RawMetadata {
  const written = facts.xmp === undefined ? {} : xmpMetadata(parseXml(facts.xmp));
  return {
    ...written,
    title: written.title?.trim() || facts.title,
    authors: written.authors?.length ? written.authors : facts.author?.split(/[;\n]/).map((name) => ({ name })),
    language: written.language ?? facts.language,
    description: written.description ?? facts.subject,
    subjects: written.subjects?.length ? written.subjects : facts.keywords?.split(/[,;]/),
  };
}
