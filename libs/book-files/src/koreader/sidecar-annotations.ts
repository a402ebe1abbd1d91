import { LuaTable } from './lua-data.ts';

/** A highlight or note as KOReader keeps it; `pos0` and `pos1` are xpointers, or JSON of page and point in documents of pages. */
export interface SidecarHighlight {
  readonly datetime: string;
  readonly datetimeUpdated?: string;
  readonly drawer: 'lighten' | 'underscore' | 'strikeout' | 'invert';
  readonly color?: string;
  readonly text?: string;
  readonly note?: string;
  readonly chapter?: string;
  readonly pageno?: number;
  readonly posFormat: 'xpointer' | 'pdf';
  readonly pos0: string;
  readonly pos1?: string;
}

/** A dog-eared page; `pos` is an xpointer or a page number. */
export interface SidecarBookmark {
  readonly datetime: string;
  readonly datetimeUpdated?: string;
  readonly pos: string;
  readonly pageno?: number;
  readonly chapter?: string;
  readonly note?: string;
}

export interface SidecarAnnotations {
  readonly highlights: readonly SidecarHighlight[];
  readonly bookmarks: readonly SidecarBookmark[];
  /** Items that are neither: without a time or a place nothing can be done with them. */
  readonly unusable: number;
}

/** An item of either model, as both are read from here on. */
interface Item {
  readonly datetime?: string;
  readonly datetimeUpdated?: string;
  readonly drawer?: string;
  readonly color?: string;
  readonly text?: string;
  readonly note?: string;
  readonly chapter?: string;
  readonly pageno?: number;
  readonly page: unknown;
  readonly pos0: unknown;
  readonly pos1: unknown;
}

const DATETIME = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/;
const DRAWERS: ReadonlySet<string> = new Set(['lighten', 'underscore', 'strikeout', 'invert']);

/**
 * The annotations of a sidecar. Since 2024 they are one list; before, `bookmarks` had an entry for each, and `highlight` by page how those
 * that are highlights look.
 *
 * @param isPaging Whether the document has pages of its own; lists of the other engine are left alone.
 */
export function annotationsOf(data: LuaTable, isPaging: boolean): SidecarAnnotations {
  const list = data.table('annotations');
  const items = list
    ? tablesOf(list).map(itemOfAnnotation)
    : olderItems(data.table('bookmarks'), data.table('highlight'), data.get('highlights_imported') === true);
  const highlights: SidecarHighlight[] = [];
  const bookmarks: SidecarBookmark[] = [];
  let unusable = 0;
  for (const item of items) {
    const highlight = item.drawer === undefined ? undefined : highlightOf(item, isPaging);
    const bookmark = item.drawer === undefined ? bookmarkOf(item, isPaging) : undefined;
    if (highlight) highlights.push(highlight);
    else if (bookmark) bookmarks.push(bookmark);
    else unusable += 1;
  }
  return { highlights, bookmarks, unusable };
}

function itemOfAnnotation(table: LuaTable): Item {
  return {
    datetime: table.text('datetime'),
    datetimeUpdated: table.text('datetime_updated'),
    drawer: drawerOf(table),
    color: table.text('color'),
    text: table.text('text'),
    note: table.text('note'),
    chapter: table.text('chapter'),
    pageno: table.number('pageno'),
    page: table.get('page'),
    pos0: table.get('pos0'),
    pos1: table.get('pos1'),
  };
}

/** A style nobody knows is still a highlight. */
function drawerOf(table: LuaTable): string | undefined {
  const drawer = table.get('drawer');
  if (drawer === undefined) return undefined;
  return typeof drawer === 'string' && DRAWERS.has(drawer) ? drawer : 'lighten';
}

function olderItems(
  bookmarks: LuaTable | undefined,
  highlights: LuaTable | undefined,
  areHighlightsListed: boolean,
): Item[] {
  const drawn = [...(highlights?.entries() ?? [])].flatMap(([page, list]) =>
    list instanceof LuaTable ? tablesOf(list).map((table) => ({ page, table })) : [],
  );
  const listed = (bookmarks ? tablesOf(bookmarks) : []).map((bookmark) => {
    const look = bookmark.get('highlighted') === true ? drawn.find(({ table }) => isOf(table, bookmark)) : undefined;
    return olderItem(bookmark, look?.table);
  });
  if (areHighlightsListed) return listed;
  // Before 2014 a highlight had no bookmark of its own.
  const known = new Set(listed.filter(({ drawer }) => drawer !== undefined).map(({ datetime }) => datetime));
  return [
    ...listed,
    ...drawn
      .filter(({ table }) => !known.has(table.text('datetime')))
      .map(({ page, table }) => oldestItem(page, table)),
  ];
}

function isOf(highlight: LuaTable, bookmark: LuaTable): boolean {
  if (highlight.text('datetime') !== bookmark.text('datetime')) return false;
  const [ours, theirs] = [highlight.get('pos0'), bookmark.get('pos0')];
  return typeof ours !== 'string' || ours === theirs;
}

function olderItem(bookmark: LuaTable, look: LuaTable | undefined): Item {
  const datetime = bookmark.text('datetime');
  const isHighlight = bookmark.get('highlighted') === true;
  const highlighted = bookmark.text('notes');
  const said = bookmark.text('text');
  return {
    datetime,
    drawer: isHighlight ? (look && drawerOf(look)) || 'lighten' : undefined,
    color: look?.text('color'),
    text: highlighted,
    note: isWrittenByKoreader(said, datetime, highlighted) ? undefined : said,
    chapter: bookmark.text('chapter') ?? look?.text('chapter'),
    page: bookmark.get('page'),
    pos0: positionOnPage(bookmark.get('pos0'), bookmark.get('page')),
    pos1: positionOnPage(bookmark.get('pos1'), bookmark.get('page')),
  };
}

function oldestItem(page: unknown, highlight: LuaTable): Item {
  const pos0 = highlight.get('pos0');
  return {
    datetime: highlight.text('datetime'),
    drawer: drawerOf(highlight) ?? 'lighten',
    color: highlight.text('color'),
    text: highlight.text('text'),
    chapter: highlight.text('chapter'),
    page: typeof pos0 === 'string' ? pos0 : page,
    pos0: positionOnPage(pos0, page),
    pos1: positionOnPage(highlight.get('pos1'), page),
  };
}

/** Older bookmarks have a text of KOReader's own, in whatever language, which ends in their time: nobody's note. */
function isWrittenByKoreader(said: string | undefined, datetime: string | undefined, highlighted: string | undefined) {
  if (said === undefined || said === '') return true;
  if (said === highlighted) return true;
  return datetime !== undefined && said.endsWith(`@ ${datetime}`);
}

/** Points of old single-page highlights do not say their page. */
function positionOnPage(position: unknown, page: unknown): unknown {
  if (!(position instanceof LuaTable) || position.get('page') !== undefined || typeof page !== 'number')
    return position;
  const whole = new LuaTable();
  for (const [key, value] of position.entries()) whole.set(key, value);
  whole.set('page', page);
  return whole;
}

function highlightOf(item: Item, isPaging: boolean): SidecarHighlight | undefined {
  const { datetime, page: _page, pos0: start, pos1: end, drawer, ...words } = item;
  const pos0 = pointOf(start, isPaging);
  if (datetime === undefined || !DATETIME.test(datetime) || pos0 === undefined) return undefined;
  return {
    ...words,
    datetime,
    drawer: drawer as SidecarHighlight['drawer'],
    posFormat: isPaging ? 'pdf' : 'xpointer',
    pos0,
    pos1: pointOf(end, isPaging),
  };
}

function bookmarkOf(item: Item, isPaging: boolean): SidecarBookmark | undefined {
  const { datetime, datetimeUpdated, page, pageno, chapter, note } = item;
  const isPlace = isPaging ? typeof page === 'number' && Number.isFinite(page) : typeof page === 'string';
  if (datetime === undefined || !DATETIME.test(datetime) || !isPlace) return undefined;
  return { datetime, datetimeUpdated, pos: String(page), pageno, chapter, note };
}

/** As the plugin sends it: a key is over these very bytes. */
function pointOf(value: unknown, isPaging: boolean): string | undefined {
  if (!isPaging) return typeof value === 'string' ? value : undefined;
  if (!(value instanceof LuaTable)) return undefined;
  const [page, x, y] = [value.number('page'), value.number('x'), value.number('y')];
  if (page === undefined || x === undefined || y === undefined) return undefined;
  return `{"page":${Math.trunc(page)},"x":${x},"y":${y}}`;
}

function tablesOf(list: LuaTable): LuaTable[] {
  return list.list().filter((item) => item instanceof LuaTable);
}
