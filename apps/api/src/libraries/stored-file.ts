import type { BookMetadata } from '@bookorbit/book-files';
import { formatOfName } from '@bookorbit/book-files';
import type { BookFormat } from '@bookorbit/contracts';
import { signatureEntryBytes } from '@bookorbit/domain-fingerprint';
import { authorSortKey, foldText, groupKey, sortKey, titleSortKey } from './fold-text.ts';
import type { FoundFile } from './place-reading.ts';
import { contractFormat, type FileLook, type FileName, fileNameOf, READER_VERSION } from './read-file.ts';

/** A file that was found, and how tables keep it. */
export interface StorableFile {
  readonly found: FoundFile;
  readonly name: FileName;
  readonly file: FileColumns;
  readonly book: BookColumns;
  readonly contentParts: readonly { readonly part: string; readonly size: number }[];
}

/** Columns of `book_files` that follow from the file itself. */
export interface FileColumns {
  readonly format: BookFormat;
  readonly mtime_ms: number;
  readonly content_signature: readonly string[] | null;
  readonly title: string;
  readonly title_from: 'content' | 'name';
  readonly authors: readonly string[];
  readonly identifiers: readonly string[];
  readonly spine_items: number | null;
  readonly page_count: number | null;
  readonly has_cover: boolean;
  readonly problem_code: string | null;
  readonly problem_message: string | null;
  readonly reader_version: number;
}

/** Columns of `books` that follow from the primary file. */
export interface BookColumns {
  readonly title: string;
  readonly sort_title: string;
  readonly authors: readonly string[];
  readonly author_sort: string;
  readonly series: string | null;
  readonly series_sort: string;
  readonly series_index: number | null;
  readonly language: string | null;
  readonly isbn: string | null;
  readonly identifiers: readonly string[];
  readonly publisher: string | null;
  readonly published: string | null;
  readonly description: string | null;
  readonly search: string;
  readonly group_key: string | null;
}

/** Written for a file that is there but cannot be read: no time a file can have, so that the next scan tries again. */
const NEVER_READ_MTIME = -1;
const UNREADABLE = {
  problem_code: 'file_unreadable',
  problem_message: 'The server cannot read the file: let it read the file and its folder, or check the disk.',
};
/** Of a file that ended the reading process, time after time. */
const GIVEN_UP = {
  problem_code: 'reading_given_up',
  problem_message:
    'Reading the file failed again and again: it is left alone until it changes. Copy it to the library again.',
};
const SEARCH_LENGTH = 4_000;

/** Everything of a readable or unreadable file that is to be stored. */
export function storableFile(
  place: { readonly libraryId: number; readonly folderId: number; readonly path: string },
  look: Extract<FileLook, { kind: 'read' | 'unreadable' | 'given-up' }>,
): StorableFile {
  const name = fileNameOf(place.path);
  const reading = look.kind === 'read' ? look.reading : undefined;
  const metadata: BookMetadata = reading?.metadata ?? {
    title: name.title,
    titleFrom: 'name',
    authors: [],
    identifiers: [],
    subjects: [],
  };
  const authors = metadata.authors.map((author) => storable(author.name));
  const identifiers = metadata.identifiers.map(({ scheme, value }) => storable(`${scheme}:${value}`));
  const promised = formatOfName(name.name);
  const problem = problemColumns(look);
  return {
    found: {
      ...place,
      size: look.stat.size,
      inode: look.stat.inode,
      fingerprint: reading?.fingerprint ?? null,
      contentSignature: reading?.contentSignature,
      title: metadata.titleFrom === 'content' ? metadata.title : undefined,
      authors,
      identifiers,
      pageCount: reading?.pageCount,
    },
    name,
    file: {
      format: contractFormat(reading?.format ?? promised, promised),
      mtime_ms: look.kind === 'unreadable' ? NEVER_READ_MTIME : look.stat.mtimeMs,
      content_signature: reading?.contentSignature ?? null,
      title: storable(metadata.title),
      title_from: metadata.titleFrom,
      authors,
      identifiers,
      spine_items: reading?.spine?.count ?? null,
      page_count: reading?.pageCount ?? null,
      has_cover: reading?.hasCover ?? false,
      ...problem,
      reader_version: READER_VERSION,
    },
    book: bookColumns(metadata),
    contentParts: contentParts(reading?.contentSignature ?? []),
  };
}

function problemColumns(look: FileLook): Pick<FileColumns, 'problem_code' | 'problem_message'> {
  if (look.kind === 'unreadable') return UNREADABLE;
  if (look.kind === 'given-up') return GIVEN_UP;
  const problem = look.kind === 'read' ? look.reading.problem : undefined;
  return { problem_code: problem?.code ?? null, problem_message: problem?.message ?? null };
}

function bookColumns(metadata: BookMetadata): BookColumns {
  const { series, seriesIndex, language, isbn, publisher, published, description } = metadata;
  const title = storable(metadata.title);
  const authors = metadata.authors.map(({ name }) => storable(name));
  const [first] = metadata.authors;
  const searched = [title, metadata.subtitle, ...authors, series, isbn].filter((text) => text !== undefined);
  return {
    title,
    sort_title: metadata.titleSort === undefined ? titleSortKey(title, language) : sortKey(metadata.titleSort),
    authors,
    author_sort: first ? (first.sort === undefined ? authorSortKey(first.name) : sortKey(first.sort)) : '',
    series: optional(series),
    series_sort: sortKey(series ?? ''),
    series_index: seriesIndex ?? null,
    language: optional(language),
    isbn: optional(isbn),
    identifiers: metadata.identifiers.map(({ scheme, value }) => storable(`${scheme}:${value}`)),
    publisher: optional(publisher),
    published: optional(published),
    description: optional(description),
    search: storable(foldText(searched.join(' ')).slice(0, SEARCH_LENGTH)),
    group_key: (metadata.titleFrom === 'content' && groupKey(title, authors)) || null,
  };
}

/** A signature may list one entry twice; a file has it once. */
function contentParts(signature: readonly string[]): { part: string; size: number }[] {
  return [...new Set(signature)].map((part) => ({ part, size: signatureEntryBytes(part) }));
}

/** Text as Postgres can keep it: no NUL, no half of a surrogate pair. */
function storable(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}

function optional(text: string | undefined): string | null {
  return text === undefined ? null : storable(text);
}
