import { EQUALS, GREATER_THAN, QUESTION_MARK, SLASH, isAsciiLetter } from '../source/markup.ts';
import type { MarkupSink } from '../source/markup.ts';
import { HtmlTree } from './html-tree.ts';

const VOID_ELEMENTS = new Set(
  'area base br col embed hr img input link meta param source track wbr basefont bgsound frame keygen'.split(' '),
);
/** What holds text only; in some of it, references are none. */
const RAW_ELEMENTS = new Set(['script', 'style', 'textarea', 'title', 'xmp', 'noembed', 'noframes', 'iframe']);
const READS_REFERENCES = new Set(['textarea', 'title']);

/** Hears HTML: also comments and what is read as one, between which texts are apart for some. */
export interface HtmlSink extends MarkupSink {
  comment(): void;
}

/** How a reader of HTML departs from the rules. */
export interface HtmlHabits {
  /** What ends with its own tag, if that says so as in XML: `<a id="x"/>`. */
  readonly selfClosing: ReadonlySet<string>;
  /** What holds text only, besides what does to everybody. */
  readonly raw: ReadonlySet<string>;
}

const BROWSER: HtmlHabits = { selfClosing: new Set(), raw: new Set() };

/** Reads a document as the HTML parser of a browser does: names come in lower case, tags properly nested. Never fails. */
export function scanHtml(source: string, sink: HtmlSink, habits = BROWSER): void {
  const tree = new HtmlTree(source, sink);
  const length = source.length;
  let at = 0;
  while (at < length) {
    const found = source.indexOf('<', at);
    const textEnd = found < 0 ? length : found;
    if (textEnd > at) tree.text(at, textEnd, false);
    if (found < 0) break;
    at = readMarkup(found);
  }
  tree.finish(length);

  function readMarkup(start: number): number {
    const code = source.charCodeAt(start + 1);
    if (code === 0x21) return readDeclaration(start);
    if (code === QUESTION_MARK) return endOfAside(after('>', start + 2));
    const isClosing = code === SLASH;
    const nameStart = isClosing ? start + 2 : start + 1;
    if (isAsciiLetter(source.charCodeAt(nameStart))) return readTag(start, nameStart, isClosing);
    if (isClosing && nameStart < length) return endOfAside(after('>', nameStart));
    tree.text(start, nameStart, false);
    return nameStart;
  }

  function readDeclaration(start: number): number {
    if (source.startsWith('<!--', start)) return endOfAside(endOfComment(start));
    if (!source.startsWith('<![CDATA[', start) || !tree.isForeign()) {
      const end = after('>', start + 2);
      if (/^<!doctype/i.test(source.slice(start, start + 9))) tree.documentType(start, end);
      return endOfAside(end);
    }
    const end = source.indexOf(']]>', start + 9);
    const textEnd = end < 0 ? length : end;
    if (textEnd > start + 9) tree.text(start + 9, textEnd, true);
    return end < 0 ? length : end + 3;
  }

  function endOfAside(end: number): number {
    sink.comment();
    return end;
  }

  function endOfComment(start: number): number {
    const short = /-?>/y;
    short.lastIndex = start + 4;
    if (short.test(source)) return short.lastIndex;
    const end = /--!?>/g;
    end.lastIndex = start + 4;
    return end.test(source) ? end.lastIndex : length;
  }

  function readTag(start: number, nameStart: number, isClosing: boolean): number {
    let at = nameStart;
    while (at < length && !isNameEnd(source.charCodeAt(at))) at++;
    const name = source.slice(nameStart, at).toLowerCase();
    // Of several attributes of one name the first counts.
    let attributes: Map<string, readonly [number, number]> | undefined;
    let isEmpty = false;
    while (at < length && source.charCodeAt(at) !== GREATER_THAN) {
      const code = source.charCodeAt(at);
      isEmpty = code === SLASH;
      at = isEmpty || isHtmlSpace(code) ? at + 1 : readAttribute(at, (attributes ??= new Map()));
    }
    // A tag that never ends is none.
    if (at >= length) return length;
    const end = at + 1;
    if (isClosing) {
      tree.closeTag(name, start, end);
      return end;
    }
    return open(name, start, end, attributes, isEmpty);
  }

  function open(
    name: string,
    start: number,
    end: number,
    attributes: ReadonlyMap<string, readonly [number, number]> | undefined,
    isEmpty: boolean,
  ): number {
    tree.openTag(name, start);
    if (attributes !== undefined) for (const [attribute, [from, to]] of attributes) tree.attribute(attribute, from, to);
    tree.enterTag(end);
    const isForeign = tree.isForeign();
    const isEnded = isEmpty && (isForeign || habits.selfClosing.has(name));
    if (isEnded || (!isForeign && (VOID_ELEMENTS.has(name) || name === 'image'))) tree.closeTop(start, end);
    if (isEnded || isForeign) return end;
    if (name === 'plaintext') {
      tree.text(end, length, true);
      return length;
    }
    if (!RAW_ELEMENTS.has(name) && !habits.raw.has(name)) return end;
    const closing = endOfRaw(name, end);
    if (closing > end) tree.text(end, closing, !READS_REFERENCES.has(name));
    return closing;
  }

  function readAttribute(start: number, attributes: Map<string, readonly [number, number]>): number {
    let at = start + 1;
    while (at < length && !isNameEnd(source.charCodeAt(at)) && source.charCodeAt(at) !== EQUALS) at++;
    const name = source.slice(start, at).toLowerCase();
    const value = skipSpaces(at);
    if (source.charCodeAt(value) !== EQUALS) {
      if (!attributes.has(name)) attributes.set(name, [at, at]);
      return at;
    }
    at = skipSpaces(value + 1);
    const quote = source[at];
    const isQuoted = quote === '"' || quote === "'";
    const from = isQuoted ? at + 1 : at;
    let to = isQuoted ? source.indexOf(quote, from) : from;
    if (to < 0) return length;
    if (!isQuoted) while (to < length && !isHtmlSpace(source.charCodeAt(to)) && source[to] !== '>') to++;
    if (!attributes.has(name)) attributes.set(name, [from, to]);
    return isQuoted ? to + 1 : to;
  }

  function endOfRaw(name: string, from: number): number {
    for (let here = source.indexOf('</', from); here >= 0; here = source.indexOf('</', here + 2)) {
      const nameEnd = here + 2 + name.length;
      if (source.slice(here + 2, nameEnd).toLowerCase() === name && isNameEnd(source.charCodeAt(nameEnd))) return here;
    }
    return length;
  }

  function skipSpaces(from: number): number {
    let here = from;
    while (here < length && isHtmlSpace(source.charCodeAt(here))) here++;
    return here;
  }

  function after(searched: string, from: number): number {
    const found = source.indexOf(searched, from);
    return found < 0 ? length : found + searched.length;
  }
}

/** White space to HTML, a form feed among it. */
export function isHtmlSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x09 || code === 0x0d || code === 0x0c;
}

function isNameEnd(code: number): boolean {
  return code === GREATER_THAN || code === SLASH || isHtmlSpace(code);
}
