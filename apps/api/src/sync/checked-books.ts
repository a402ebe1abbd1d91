import { LIMITS, type RejectedItem } from '@bookorbit/contracts';
import {
  type BookAcks,
  type BookExchange,
  mostAnnotationChanges,
  readAcks,
  readAnnotations,
  readBookmarks,
  type Reading,
  readingOf,
} from '../annotations/index.ts';
import { BookStateItemDto } from '../book-states/index.ts';
import { checkItems, checkPart, leavesBadItemsOut } from '../device/index.ts';
import { Refusal } from '../http/index.ts';
import { ProgressItemDto } from '../progress/index.ts';
import { checkEventCount, checkPageStats, type FileStats, PageStatsBookDto } from '../sessions/index.ts';
import { SyncBookDto, type SyncRequestDto } from './sync.dto.ts';

/** What a request says of one book, each part checked by the rules of its own route. */
export interface CheckedBook {
  readonly book: SyncBookDto;
  readonly progress?: ProgressItemDto;
  readonly pageStats?: Pick<FileStats, 'stats' | 'rowCount'>;
  readonly state?: BookStateItemDto;
  readonly annotations?: BookExchange['request'];
  readonly bookmarks?: { readonly request: BookExchange['request']; readonly rejected: number };
  readonly annotationAcks?: BookAcks['request'];
  readonly bookmarkAcks?: BookAcks['request'];
}

/** @throws Refusal `bad_request` with the path of the fault, from clients that do not speak `protocol`. */
export function checkedBooks(request: SyncRequestDto): {
  readonly books: readonly CheckedBook[];
  readonly rejected: readonly RejectedItem[];
} {
  const leavesOut = leavesBadItemsOut(request);
  const checked = checkItems(SyncBookDto, request.books, 'books', LIMITS.syncBooks, leavesOut);
  const annotations = readingOf(request, mostAnnotationChanges(request));
  const rejected = annotations.rejected;
  rejected.push(...checked.rejected);
  const bookmarks: Reading = { ...readingOf(request, LIMITS.bookmarkChanges), rejected };
  const books = checked.items.map(({ item: book, path }): CheckedBook => {
    const { hash } = book;
    const more = { hash, ...(book.domVersion !== undefined && { domVersion: book.domVersion }) };
    const part = <T extends object>(Part: new () => T, plain: unknown, name: string): T | undefined =>
      plain === undefined || plain === null
        ? undefined
        : checkPart(Part, plain, more, `${path}.${name}`, leavesOut, rejected);
    const stats = part(PageStatsBookDto, book.pageStats, 'pageStats');
    return {
      book,
      progress: isEmpty(book.progress) ? undefined : part(ProgressItemDto, book.progress, 'progress'),
      pageStats: stats && {
        stats: checkPageStats(stats, `${path}.pageStats`, leavesOut, rejected),
        rowCount: stats.rowCount,
      },
      state: part(BookStateItemDto, book.state, 'state'),
      ...annotationParts(book, path, annotations, bookmarks),
    };
  });
  checkEventCount(books.flatMap(({ pageStats }) => (pageStats ? [pageStats.stats] : [])));
  return { books, rejected };
}

function annotationParts(
  book: SyncBookDto,
  path: string,
  annotations: Reading,
  bookmarks: Reading,
): Pick<CheckedBook, 'annotations' | 'bookmarks' | 'annotationAcks' | 'bookmarkAcks'> {
  const said = tableOf(book.annotations, `${path}.annotations`, annotations);
  const dogEars = tableOf(book.bookmarks, `${path}.bookmarks`, bookmarks);
  const acks = tableOf(book.acks, `${path}.acks`, annotations);
  const ofAnnotations = tableOf(acks?.['annotations'], `${path}.acks.annotations`, annotations);
  const ofBookmarks = tableOf(acks?.['bookmarks'], `${path}.acks.bookmarks`, bookmarks);
  return {
    annotations: said && readAnnotations(said, `${path}.annotations`, annotations),
    bookmarks: dogEars && countedBookmarks(dogEars, `${path}.bookmarks`, bookmarks),
    annotationAcks: ofAnnotations && readAcks(ofAnnotations, `${path}.acks.annotations`, annotations),
    bookmarkAcks: ofBookmarks && readAcks(ofBookmarks, `${path}.acks.bookmarks`, bookmarks),
  };
}

function countedBookmarks(dogEars: object, path: string, reading: Reading): CheckedBook['bookmarks'] {
  const before = reading.rejected.length;
  const request = readBookmarks(dogEars, path, reading);
  return { request, rejected: reading.rejected.length - before };
}

/** An object of the request; Lua writes an empty one as `[]`. */
function tableOf(value: unknown, path: string, reading: Reading): Record<string, unknown> | undefined {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value) && value.length === 0) return {};
  if (typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
  const reason = `${path} must be an object.`;
  if (!reading.leavesBadOut) throw new Refusal('bad_request', reason, { field: path });
  reading.rejected.push({ path, reason });
  return undefined;
}

/** Asks for the newest place without having one. */
function isEmpty(part: unknown): boolean {
  return typeof part === 'object' && part !== null && Object.values(part).every((value) => value === null);
}
