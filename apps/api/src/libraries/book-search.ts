import type { BookQuery, BookSort } from '@bookorbit/contracts';
import { foldText } from './fold-text.ts';

/** Words of a search that count. */
const MOST_WORDS = 10;

/** LIKE patterns that must all be found in a book's search text; none when nothing is searched for. */
export function searchPatterns(q: string | undefined): string[] {
  return foldText(q ?? '')
    .split(' ')
    .filter(Boolean)
    .slice(0, MOST_WORDS)
    .map((word) => `%${isbnPart(word).replace(/[\\%_]/g, '\\$&')}%`);
}

/** Books keep ISBN-13 digits; an ISBN-10 has its first nine in common with it. */
function isbnPart(word: string): string {
  const digits = word.replace(/-/g, '');
  if (/^\d{13}$/.test(digits)) return digits;
  return /^\d{9}[\dx]$/.test(digits) ? digits.slice(0, 9) : word;
}

/** Whether a sort begins with the largest unless asked otherwise: what is new comes first. */
export function defaultOrder(sort: BookSort): 'asc' | 'desc' {
  return sort === 'added' || sort === 'recently_read' ? 'desc' : 'asc';
}

/** ORDER BY of a query with books as `b` and places as `p`. Books without the sorted thing come last, either way; ties by id. */
export function orderBy({ sort = 'title', order = defaultOrder(sort) }: Pick<BookQuery, 'sort' | 'order'>): string {
  const way = order === 'desc' ? 'DESC' : 'ASC';
  switch (sort) {
    case 'title':
      return `b.sort_title ${way}, b.id ${way}`;
    case 'author':
      return `b.author_sort = '', b.author_sort ${way}, b.sort_title ${way}, b.id ${way}`;
    case 'series':
      return `b.series_sort = '', b.series_sort ${way}, b.series_index ${way} NULLS LAST, b.sort_title ${way}, b.id ${way}`;
    case 'added':
      return `b.added_at ${way}, b.id ${way}`;
    case 'recently_read':
      return `p.read_at ${way} NULLS LAST, b.sort_title, b.id`;
  }
}
