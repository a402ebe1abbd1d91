import { LuaTable, parseLuaData } from './lua-data.ts';
import { annotationsOf, type SidecarAnnotations } from './sidecar-annotations.ts';

/** What KOReader keeps of one book beside it: `metadata.*.lua` in its `.sdr` folder. */
export interface Sidecar extends SidecarAnnotations {
  /** Of the file when KOReader first opened it, lower case. */
  readonly fingerprint?: string;
  readonly title?: string;
  /** One a line, or separated by commas. */
  readonly authors?: string;
  /** Documents with pages of their own; else text that flows. */
  readonly isPaging: boolean;
  readonly domVersion?: number;
  /** 0–1. */
  readonly percentage?: number;
  /** Where the reader is: an xpointer, or a page number. */
  readonly place?: string;
  readonly status?: 'reading' | 'complete' | 'abandoned';
  /** 1–5. */
  readonly rating?: number;
  readonly review?: string;
  /** When the status was changed, `YYYY-MM-DD`. */
  readonly modified?: string;
}

const FINGERPRINT = /^[0-9a-f]{32}$/i;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const STATUSES: ReadonlySet<unknown> = new Set(['reading', 'complete', 'abandoned']);

/**
 * Reads a sidecar of any age.
 *
 * @returns undefined for Lua data that is something else.
 * @throws LuaDataError
 */
export function readSidecar(bytes: Uint8Array): Sidecar | undefined {
  const data = parseLuaData(bytes);
  if (!(data instanceof LuaTable) || !isSidecar(data)) return undefined;
  const isPaging = hasPages(data);
  const fingerprint = data.text('partial_md5_checksum');
  const props = data.table('doc_props') ?? data.table('stats');
  return {
    ...annotationsOf(data, isPaging),
    fingerprint: fingerprint !== undefined && FINGERPRINT.test(fingerprint) ? fingerprint.toLowerCase() : undefined,
    title: nonEmpty(props?.text('title')) ?? nonEmpty(data.table('stats')?.text('title')),
    authors: nonEmpty(props?.text('authors')),
    isPaging,
    domVersion: isPaging ? undefined : data.number('cre_dom_version'),
    ...placeOf(data, isPaging),
    ...summaryOf(data.table('summary')),
  };
}

/** Other files of KOReader are Lua data too. */
function isSidecar(data: LuaTable): boolean {
  return ['partial_md5_checksum', 'doc_props', 'summary', 'annotations', 'percent_finished', 'last_xpointer'].some(
    (name) => data.get(name) !== undefined,
  );
}

function hasPages(data: LuaTable): boolean {
  const [first] = (data.table('annotations') ?? data.table('bookmarks'))?.list() ?? [];
  if (first instanceof LuaTable && first.get('page') !== undefined) return typeof first.get('page') === 'number';
  return data.text('last_xpointer') === undefined && data.get('last_page') !== undefined;
}

function placeOf(data: LuaTable, isPaging: boolean): Pick<Sidecar, 'percentage' | 'place'> {
  const percentage = data.number('percent_finished');
  const page = data.number('last_page');
  const place = isPaging ? (page === undefined ? undefined : String(Math.trunc(page))) : data.text('last_xpointer');
  return percentage === undefined || place === undefined
    ? {}
    : { percentage: Math.round(Math.min(1, Math.max(0, percentage)) * 10_000) / 10_000, place };
}

function summaryOf(summary: LuaTable | undefined): Pick<Sidecar, 'status' | 'rating' | 'review' | 'modified'> {
  const status = summary?.get('status');
  const rating = summary?.number('rating');
  const modified = summary?.text('modified');
  return {
    status: STATUSES.has(status) ? (status as Sidecar['status']) : undefined,
    rating: rating !== undefined && rating >= 1 && rating <= 5 ? Math.floor(rating) : undefined,
    review: nonEmpty(summary?.text('note')),
    modified: modified !== undefined && DATE.test(modified) ? modified : undefined,
  };
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text;
}
