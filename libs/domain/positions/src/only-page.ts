/** What an EPUB says of itself in its first entry. */
const EPUB_TYPE = 'application/epub+zip';
/** crengine reads no `mimetype` shorter or longer than this, in bytes. */
const SHORTEST_TYPE = 5;
const LONGEST_TYPE = 99;

/** Endings of names crengine takes for a book when it looks into a zip. */
const BOOK_NAME = /\.(?:html?|fb2|fb3|epub|rtf|docx?|odt|txt|pml|fbd)$/i;
const PAGE_NAME = /\.html?$/i;
const START_PAGE = /(?:^|[/\\])(?:index|default)\.html?$/i;

/**
 * The one page KOReader shows of a book that is no EPUB to it, because its `mimetype` is missing or says something else: a start page, or
 * else the first file in the zip that could be a book. Empty where that is no page; undefined for a proper EPUB.
 *
 * @param names Of all entries of the zip, in its order.
 */
export function onlyPageOf(mimetype: Uint8Array | undefined, names: readonly string[]): string | undefined {
  if (mimetype !== undefined && typeOf(mimetype) === EPUB_TYPE) return undefined;
  const page = names.findLast((name) => START_PAGE.test(name)) ?? names.find((name) => BOOK_NAME.test(name)) ?? '';
  return PAGE_NAME.test(page) ? page : '';
}

function typeOf(bytes: Uint8Array): string {
  if (bytes.length < SHORTEST_TYPE || bytes.length > LONGEST_TYPE) return '';
  const end = bytes.findIndex((byte) => byte < 0x20 || byte > 0x7f);
  return new TextDecoder('latin1').decode(end < 0 ? bytes : bytes.subarray(0, end));
}
