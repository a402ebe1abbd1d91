import {
  ANNOTATION_QUALITIES,
  ANNOTATION_SORTS,
  ANNOTATION_STYLES,
  type AnnotationQuery,
  type AnnotationSort,
} from '@bookorbit/contracts';

/** What the address of the highlights page says, as text; a part that is absent or makes no sense counts as not said. */
export type HighlightAddress = Readonly<
  Record<
    | 'q'
    | 'book'
    | 'color'
    | 'style'
    | 'device'
    | 'source'
    | 'note'
    | 'quality'
    | 'from'
    | 'to'
    | 'sort'
    | 'kind'
    | 'view',
    string | undefined
  >
>;

/** The part of a query a person chooses. */
export type HighlightChoice = Omit<AnnotationQuery, 'fileId' | 'after' | 'offset' | 'limit'> &
  Required<Pick<AnnotationQuery, 'sort' | 'kind' | 'state'>>;

const DEFAULT_SORT: AnnotationSort = 'newest';
const SOURCES = ['koreader', 'web', 'kobo'] as const;

export function choiceFromAddress(address: HighlightAddress): HighlightChoice {
  const q = address.q?.trim();
  const bookId = Number(address.book);
  const style = known(ANNOTATION_STYLES, address.style);
  const source = known(SOURCES, address.source);
  const quality = known(ANNOTATION_QUALITIES, address.quality);
  const hasNote = address.note === 'yes' ? true : address.note === 'no' ? false : undefined;
  return {
    sort: known(ANNOTATION_SORTS, address.sort) ?? DEFAULT_SORT,
    kind: address.kind === 'bookmark' ? 'bookmark' : 'highlight',
    state: address.view === 'trash' ? 'trash' : 'active',
    ...(q && { q }),
    ...(Number.isSafeInteger(bookId) && bookId > 0 && { bookId }),
    ...(address.color && { color: address.color }),
    ...(style && { style }),
    ...(address.device && { deviceId: address.device }),
    ...(source && { source }),
    ...(hasNote !== undefined && { hasNote }),
    ...(quality && { quality }),
    ...(isDay(address.from) && { from: address.from }),
    ...(isDay(address.to) && { to: address.to }),
  };
}

/** Query parameters for a choice, with `null` for whatever the address need not say. */
export function addressFromChoice(choice: HighlightChoice): Record<keyof HighlightAddress, string | number | null> {
  return {
    q: choice.q || null,
    book: choice.bookId ?? null,
    color: choice.color ?? null,
    style: choice.style ?? null,
    device: choice.deviceId ?? null,
    source: choice.source ?? null,
    note: choice.hasNote === undefined ? null : choice.hasNote ? 'yes' : 'no',
    quality: choice.quality ?? null,
    from: choice.from ?? null,
    to: choice.to ?? null,
    sort: choice.sort === DEFAULT_SORT ? null : choice.sort,
    kind: choice.kind === 'highlight' ? null : choice.kind,
    view: choice.state === 'active' ? null : choice.state,
  };
}

/** The same words and filters among others: bookmarks or highlights, in the trash or not; what bookmarks do not have narrows none. */
export function amongOthers(choice: HighlightChoice, others: Pick<HighlightChoice, 'kind' | 'state'>): HighlightChoice {
  const { color: _color, style: _style, ...rest } = choice;
  return { ...(others.kind === 'bookmark' ? rest : choice), ...others };
}

/** The same choice without anything that narrows it. */
export function withoutFilters({ sort, kind, state }: HighlightChoice): HighlightChoice {
  return { sort, kind, state };
}

/** Whether something narrows what is shown. */
export function isNarrowed(choice: HighlightChoice): boolean {
  return Object.keys(choice).length > Object.keys(withoutFilters(choice)).length;
}

function known<T extends string>(values: readonly T[], value: string | undefined): T | undefined {
  return values.find((one) => one === value);
}

function isDay(value: string | undefined): value is string {
  return value !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value));
}
