import { BOOK_SORTS, type BookQuery, type BookSort } from '@bookorbit/contracts';

/** What the address of the books page says, as text; a part that is absent or makes no sense counts as not said. */
export interface BookAddress {
  readonly q: string | undefined;
  readonly sort: string | undefined;
  readonly order: string | undefined;
  readonly library: string | undefined;
  readonly only: string | undefined;
}

/** The part of a query a person chooses; the page adds which books of the answer it wants. */
export type BookChoice = Pick<BookQuery, 'q' | 'libraryId' | 'only'> & Required<Pick<BookQuery, 'sort' | 'order'>>;

export const SORT_LABELS: Readonly<Record<BookSort, string>> = {
  title: $localize`Title`,
  author: $localize`Author`,
  added: $localize`Date added`,
  recently_read: $localize`Recently read`,
  series: $localize`Series`,
};

const DEFAULT_SORT: BookSort = 'title';

/** The order people expect of a sort: newest first for dates, A to Z for words. */
export function naturalOrder(sort: BookSort): 'asc' | 'desc' {
  return sort === 'added' || sort === 'recently_read' ? 'desc' : 'asc';
}

export function choiceFromAddress(address: BookAddress): BookChoice {
  const sort = BOOK_SORTS.find((known) => known === address.sort) ?? DEFAULT_SORT;
  const libraryId = Number(address.library);
  const q = address.q?.trim();
  return {
    sort,
    order: address.order === 'asc' || address.order === 'desc' ? address.order : naturalOrder(sort),
    ...(q && { q }),
    ...(Number.isSafeInteger(libraryId) && libraryId > 0 && { libraryId }),
    ...((address.only === 'problem' || address.only === 'missing') && { only: address.only }),
  };
}

/** Query parameters for a choice, with `null` for whatever the address need not say. */
export function addressFromChoice(choice: BookChoice): Record<keyof BookAddress, string | number | null> {
  return {
    q: choice.q || null,
    sort: choice.sort === DEFAULT_SORT ? null : choice.sort,
    order: choice.order === naturalOrder(choice.sort) ? null : choice.order,
    library: choice.libraryId ?? null,
    only: choice.only ?? null,
  };
}
