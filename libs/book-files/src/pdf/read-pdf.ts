import type { ContentReading } from '../content-reading.ts';
import type { FileSource } from '../file-source.ts';

/** What a PDF tells about itself. */
export async function readPdf(source: FileSource): Promise<ContentReading> {
  await source.read(0, 1);
  return { metadata: {}, hasCover: false };
}
