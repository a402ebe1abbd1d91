import type { BookAuthor, BookIdentifier, BookMetadata } from '../reading.ts';
import { titleFromName } from '../book-format.ts';
import { cleanLine, cleanParagraphs, LONGEST_DESCRIPTION, LONGEST_NAME, LONGEST_TITLE } from './clean-text.ts';
import { isbnOf } from './isbn.ts';
import { plainTextOfHtml } from './plain-text.ts';

/** What a format's reader found, as written in the file. */
export interface RawMetadata {
  readonly title?: string;
  readonly titleSort?: string;
  readonly subtitle?: string;
  readonly authors?: readonly { readonly name: string; readonly sort?: string }[];
  readonly series?: string;
  readonly seriesIndex?: string | number;
  readonly language?: string;
  readonly identifiers?: readonly { readonly scheme?: string; readonly value: string }[];
  readonly publisher?: string;
  readonly published?: string;
  /** HTML or plain */
  readonly description?: string;
  readonly subjects?: readonly string[];
}

const MOST_AUTHORS = 50;
const MOST_IDENTIFIERS = 30;
const MOST_SUBJECTS = 50;

/** Makes what a file says fit to be stored and shown; the file's name stands in for a missing title. */
export function metadataOf(raw: RawMetadata, fileName: string): BookMetadata {
  const title = cleanLine(raw.title, LONGEST_TITLE);
  const identifiers = identifiersOf(raw.identifiers ?? []);
  const series = cleanLine(raw.series, LONGEST_TITLE);
  return {
    title: title ?? cleanLine(titleFromName(fileName), LONGEST_TITLE) ?? 'Untitled',
    titleFrom: title === undefined ? 'name' : 'content',
    titleSort: title && cleanLine(raw.titleSort, LONGEST_TITLE),
    subtitle: title && cleanLine(raw.subtitle, LONGEST_TITLE),
    authors: authorsOf(raw.authors ?? []),
    series,
    seriesIndex: series === undefined ? undefined : seriesIndexOf(raw.seriesIndex),
    language: languageTagOf(raw.language),
    isbn: firstDefined(identifiers, ({ scheme, value }) => (isIsbnScheme(scheme) ? isbnOf(value) : undefined)),
    identifiers,
    publisher: cleanLine(raw.publisher, LONGEST_NAME),
    published: publishedOf(raw.published),
    description: raw.description && cleanParagraphs(plainTextOfHtml(raw.description), LONGEST_DESCRIPTION),
    subjects: distinct(
      (raw.subjects ?? []).map((subject) => cleanLine(subject, LONGEST_NAME)),
      MOST_SUBJECTS,
    ),
  };
}

function authorsOf(raw: readonly { name: string; sort?: string }[]): BookAuthor[] {
  const authors = new Map<string, BookAuthor>();
  for (const { name, sort } of raw) {
    const clean = cleanLine(name, LONGEST_NAME);
    if (clean === undefined || authors.has(clean) || authors.size === MOST_AUTHORS) continue;
    authors.set(clean, { name: clean, sort: sortNameOf(sort) });
  }
  return [...authors.values()];
}

/** calibre writes "Unknown" where it has no sort name. */
function sortNameOf(sort: string | undefined): string | undefined {
  const clean = cleanLine(sort, LONGEST_NAME);
  return clean === 'Unknown' ? undefined : clean;
}

function identifiersOf(raw: readonly { scheme?: string; value: string }[]): BookIdentifier[] {
  const identifiers = new Map<string, BookIdentifier>();
  for (const { scheme, value } of raw) {
    const clean = cleanLine(value, LONGEST_NAME);
    if (clean === undefined || identifiers.size === MOST_IDENTIFIERS) continue;
    const identifier = identifierOf(scheme, clean);
    identifiers.set(`${identifier.scheme} ${identifier.value}`, identifier);
  }
  return [...identifiers.values()];
}

function identifierOf(scheme: string | undefined, written: string): BookIdentifier {
  const urn = /^urn:([a-z0-9-]{2,32}):(.+)$/i.exec(written);
  const prefixed = /^(isbn|uuid|doi|asin|mobi-asin|amazon|google|goodreads|calibre|issn|oclc)[:=]\s*(\S.*)$/i.exec(
    written,
  );
  const [, found, value = written] = urn ?? prefixed ?? [];
  const given = cleanLine(scheme, 40)?.toLowerCase();
  if (isbnOf(value) !== undefined && !given) return { scheme: 'isbn', value };
  if (given) return { scheme: given, value };
  return { scheme: found?.toLowerCase() ?? (/^https?:/i.test(written) ? 'uri' : 'unknown'), value };
}

function isIsbnScheme(scheme: string): boolean {
  return /^e?-?isbn/.test(scheme) || scheme === 'unknown' || scheme === 'gtin' || scheme === 'ean';
}

/** "C" and "und" are how converters say that they do not know. */
function languageTagOf(written: string | undefined): string | undefined {
  const tag = written?.trim().replaceAll('_', '-').replace(/\..*$/, '');
  if (tag === undefined || !/^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,5}$/.test(tag)) return undefined;
  return /^(?:und|unk|mul|zxx)$/i.test(tag) ? undefined : tag;
}

function seriesIndexOf(written: string | number | undefined): number | undefined {
  const index = typeof written === 'string' ? Number.parseFloat(written.trim().replace(',', '.')) : written;
  return index !== undefined && Number.isFinite(index) && Math.abs(index) < 1e6
    ? Math.round(index * 100) / 100
    : undefined;
}

/** calibre writes the year 101 for "no date". */
function publishedOf(written: string | undefined): string | undefined {
  const [, year, month, day] = /^\s*(\d{4})(?:-?(\d\d)(?:-?(\d\d))?)?(?!\d)/.exec(written ?? '') ?? [];
  if (year === undefined || Number(year) < 1000) return undefined;
  if (month === undefined || Number(month) < 1 || Number(month) > 12) return year;
  if (day === undefined || !isDay(Number(year), Number(month), Number(day))) return `${year}-${month}`;
  return `${year}-${month}-${day}`;
}

function isDay(year: number, month: number, day: number): boolean {
  return day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function distinct(values: readonly (string | undefined)[], most: number): string[] {
  return [...new Set(values.filter((value) => value !== undefined))].slice(0, most);
}

function firstDefined<T, R>(items: readonly T[], of: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = of(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
