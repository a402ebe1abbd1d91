import { LIMITS, type RejectedItem } from '@bookorbit/contracts';
import { BookStateItemDto } from '../book-states/index.ts';
import { checkItems, checkPart, leavesBadItemsOut } from '../device/index.ts';
import { ProgressItemDto } from '../progress/index.ts';
import { checkEventCount, checkPageStats, type FileStats, PageStatsBookDto } from '../sessions/index.ts';
import { SyncBookDto, type SyncRequestDto } from './sync.dto.ts';

/** What a request says of one book, each part checked by the rules of its own route. */
export interface CheckedBook {
  readonly book: SyncBookDto;
  readonly progress?: ProgressItemDto;
  readonly pageStats?: Pick<FileStats, 'stats' | 'rowCount'>;
  readonly state?: BookStateItemDto;
}

/** @throws Refusal `bad_request` with the path of the fault, from clients that do not speak `protocol`. */
export function checkedBooks(request: SyncRequestDto): {
  readonly books: readonly CheckedBook[];
  readonly rejected: readonly RejectedItem[];
} {
  const leavesOut = leavesBadItemsOut(request);
  const checked = checkItems(SyncBookDto, request.books, 'books', LIMITS.syncBooks, leavesOut);
  const rejected = [...checked.rejected];
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
    };
  });
  checkEventCount(books.flatMap(({ pageStats }) => (pageStats ? [pageStats.stats] : [])));
  return { books, rejected };
}

/** Asks for the newest place without having one. */
function isEmpty(part: unknown): boolean {
  return typeof part === 'object' && part !== null && Object.keys(part).length === 0;
}
