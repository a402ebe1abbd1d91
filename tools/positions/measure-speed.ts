import {
  BookPositions,
  buildDocumentIndex,
  deserializeIndex,
  type DocumentSource,
  serializeIndex,
} from '@bookorbit/domain-positions';
import { EpubBook } from './epub-book.ts';
import type { ReportedBook } from './ground-truth.ts';

/** Warm translations are repeated for about this long. */
const WARM_SECONDS = 2;

export interface BuildSpeed {
  readonly megabytes: number;
  readonly seconds: number;
  /** Bytes of the indexes as stored. */
  readonly storedBytes: number;
}

/** Builds the index of every document of a book, decoded beforehand, and stores each; only the building is timed, in processor time. */
export async function measureBuild(report: ReportedBook): Promise<BuildSpeed> {
  const book = await EpubBook.open(report.path, report.domVersion);
  let characters = 0;
  let seconds = 0;
  let storedBytes = 0;
  for (let spineIndex = 0; spineIndex < book.spine.items.length; spineIndex++) {
    const source: DocumentSource = await book.documentSource(spineIndex);
    const started = processorSeconds();
    const index = buildDocumentIndex(source, report.domVersion);
    seconds += processorSeconds() - started;
    characters += new TextEncoder().encode(source.text ?? '').length;
    const stored = serializeIndex(index);
    if (deserializeIndex(stored) === undefined) throw new Error(`${report.name}: a stored index cannot be read again`);
    storedBytes += stored.length;
  }
  await book.close();
  return { megabytes: characters / 1e6, seconds, storedBytes };
}

/** Seconds this process was at work, however busy the machine is with others. */
function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Translations a second of one book's places to CFI and back, once its indexes are loaded. */
export async function measureWarmSpeed(report: ReportedBook): Promise<number> {
  const book = await EpubBook.open(report.path, report.domVersion);
  const positions = new BookPositions(book, { domVersion: report.domVersion });
  const cfis: { readonly start: string; readonly end?: string }[] = [];
  for (const { start, end } of report.places) {
    const translated = await positions.translate({ from: 'xpointer', to: 'cfi', start, end });
    if (translated.kind !== 'lost') cfis.push(translated);
  }
  let count = 0;
  const started = processorSeconds();
  while (processorSeconds() - started < WARM_SECONDS) {
    for (const { start, end } of report.places) await positions.translate({ from: 'xpointer', to: 'cfi', start, end });
    for (const { start, end } of cfis) await positions.translate({ from: 'cfi', to: 'xpointer', start, end });
    count += report.places.length + cfis.length;
  }
  const seconds = processorSeconds() - started;
  await book.close();
  return count / seconds;
}
