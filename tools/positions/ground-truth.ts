import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** A place or range as KOReader's engine reported it. */
export interface ReportedPlace {
  readonly kind: 'word' | 'range' | 'page';
  readonly start: string;
  readonly end?: string;
  readonly text?: string;
  readonly before?: string;
  readonly after?: string;
}

/** All places reported for one book. */
export interface ReportedBook {
  readonly name: string;
  readonly path: string;
  readonly domVersion: number;
  readonly places: readonly ReportedPlace[];
}

/**
 * Reads a folder of reports (`<book>.jsonl`, and folders of them named for a DOM version) and finds the books beside it, in the folder
 * itself or in `../corpus/books`. Reports whose book is not there are left out.
 */
export function readReports(folder: string): ReportedBook[] {
  const folders = [folder, ...subfolders(folder)];
  return folders.flatMap((each) =>
    readdirSync(each)
      .filter((file) => file.endsWith('.jsonl'))
      .sort()
      .flatMap((file) => readReport(folder, each, file) ?? []),
  );
}

function readReport(root: string, folder: string, file: string): ReportedBook | undefined {
  const book = `${basename(file, '.jsonl')}.epub`;
  const candidates = [folder, root, join(root, 'books'), join(root, '../corpus/books'), join(root, '../books')];
  const path = candidates.map((each) => join(each, book)).find((each) => existsSync(each));
  if (path === undefined) return undefined;
  const lines = readFileSync(join(folder, file), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line): unknown => JSON.parse(line));
  const places = lines.flatMap((line) => (isPlace(line) ? [line] : []));
  if (places.length === 0) return undefined;
  const meta = lines.map(domVersionOf).find((version) => version !== undefined);
  const label = folder === root ? '' : `${basename(folder)}/`;
  return { name: label + basename(file, '.jsonl'), path, domVersion: meta ?? 20240114, places };
}

function subfolders(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name.startsWith('dom-'))
    .map((entry) => join(folder, entry.name));
}

function isPlace(line: unknown): line is ReportedPlace {
  return typeof line === 'object' && line !== null && 'kind' in line && 'start' in line;
}

function domVersionOf(line: unknown): number | undefined {
  if (typeof line !== 'object' || line === null || !('meta' in line)) return undefined;
  const { meta } = line;
  if (typeof meta !== 'object' || meta === null || !('dom' in meta)) return undefined;
  return typeof meta.dom === 'number' ? meta.dom : undefined;
}
