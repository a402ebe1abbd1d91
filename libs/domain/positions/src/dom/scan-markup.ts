import { EQUALS, GREATER_THAN, LESS_THAN, SLASH, isMarkupSpace } from '../source/markup.ts';
import { HtmlTree } from './html-tree.ts';
import type { MarkupSink } from '../source/markup.ts';

/** XML for books as they should be; HTML for those no XML parser would take. */
export type Dialect = 'xml' | 'html';

const VOID_ELEMENTS = new Set(
  'area base br col embed hr img input link meta param source track wbr basefont bgsound frame keygen'.split(' '),
);
const RAW_ELEMENTS = new Set(['script', 'style', 'textarea', 'title', 'xmp', 'noembed', 'iframe']);

/**
 * Reads markup as a parser of XML does, or of HTML: names are given whole, in HTML in lower case. Never fails; the answer says whether
 * the markup is well-formed XML as far as its tags, attributes and ampersands go.
 */
export function scanDocumentMarkup(source: string, dialect: Dialect, sink: MarkupSink): boolean {
  if (dialect === 'xml') return scanTags(source, dialect, sink);
  const tree = new HtmlTree(sink);
  scanTags(source, dialect, tree);
  tree.finish(source.length);
  return false;
}

function scanTags(source: string, dialect: Dialect, sink: MarkupSink): boolean {
  const isHtml = dialect === 'html';
  const length = source.length;
  const open: string[] = [];
  const prefixes = { used: new Set<string>(), declared: new Set(['xml', 'xmlns']) };
  let foreignDepth = 0;
  let isWellFormed = true;
  let at = 0;

  while (at < length) {
    const found = source.indexOf('<', at);
    const textEnd = found < 0 ? length : found;
    if (textEnd > at) sink.text(at, textEnd, false);
    if (found < 0) break;
    at = readMarkup(found);
  }
  const isDeclared = Array.from(prefixes.used).every((prefix) => prefixes.declared.has(prefix));
  return isWellFormed && isDeclared && open.length === 0;

  function readMarkup(start: number): number {
    const code = source.charCodeAt(start + 1);
    if (code === 0x21) return readDeclaration(start);
    if (code === 0x3f) return after(isHtml ? '>' : '?>', start + 2);
    if (code === SLASH) return readClosing(start);
    if (!isNameStart(code)) {
      isWellFormed = false;
      sink.text(start, start + 1, false);
      return start + 1;
    }
    return readOpening(start);
  }

  function readDeclaration(start: number): number {
    if (source.startsWith('<!--', start)) return after('-->', start + 4);
    if (source.startsWith('<![CDATA[', start) && !isHtml) {
      const end = source.indexOf(']]>', start + 9);
      if (end < 0) isWellFormed = false;
      const textEnd = end < 0 ? length : end;
      if (textEnd > start + 9) sink.text(start + 9, textEnd, true);
      return end < 0 ? length : end + 3;
    }
    const subset = source.indexOf('[', start);
    const end = after('>', start + 2);
    // A document type may bring declarations of its own, in brackets.
    return subset < 0 || subset > end || isHtml ? end : after('>', after(']', subset + 1));
  }

  function readClosing(start: number): number {
    const nameEnd = endOfName(start + 2);
    const name = nameAt(start + 2, nameEnd);
    const end = after('>', nameEnd);
    if (isHtml) {
      if (name === 'svg' || name === 'math') foreignDepth = Math.max(0, foreignDepth - 1);
      sink.closeTag(name, start, end);
      return end;
    }
    const depth = open.lastIndexOf(name);
    if (depth !== open.length - 1 || depth < 0) isWellFormed = false;
    if (depth >= 0) while (open.length > depth) sink.closeTag(open.pop() ?? name, start, end);
    return end;
  }

  function readOpening(start: number): number {
    const nameEnd = endOfName(start + 1);
    const name = nameAt(start + 1, nameEnd);
    notePrefix(name);
    sink.openTag(name, start);
    let here = nameEnd;
    for (;;) {
      while (here < length && isMarkupSpace(source.charCodeAt(here))) here++;
      if (here >= length) {
        isWellFormed = false;
        return length;
      }
      const code = source.charCodeAt(here);
      if (code === GREATER_THAN) return enter(name, start, here + 1, isHtml && VOID_ELEMENTS.has(name));
      if (code === SLASH && source.charCodeAt(here + 1) === GREATER_THAN) {
        return enter(name, start, here + 2, !isHtml || VOID_ELEMENTS.has(name) || isForeign(name));
      }
      here = code === SLASH ? here + 1 : readAttribute(here);
    }
  }

  function enter(name: string, start: number, end: number, isEmpty: boolean): number {
    sink.enterTag(end);
    if (isEmpty) sink.closeTag(name, start, end);
    else if (!isHtml) open.push(name);
    else if (name === 'svg' || name === 'math') foreignDepth += 1;
    if (isEmpty || !isHtml || !RAW_ELEMENTS.has(name)) return end;
    const closing = endOfRaw(name, end);
    if (closing > end) sink.text(end, closing, false);
    return closing;
  }

  function readAttribute(start: number): number {
    const nameEnd = endOfName(start);
    let here = nameEnd === start ? start + 1 : nameEnd;
    if (nameEnd === start) isWellFormed = false;
    while (here < length && isMarkupSpace(source.charCodeAt(here))) here++;
    if (source.charCodeAt(here) !== EQUALS) {
      isWellFormed = false;
      sink.attribute(nameAt(start, nameEnd), here, here);
      return here;
    }
    here++;
    while (here < length && isMarkupSpace(source.charCodeAt(here))) here++;
    notePrefix(nameAt(start, nameEnd));
    const quote = source[here];
    if (quote === '"' || quote === "'") {
      const end = source.indexOf(quote, here + 1);
      const valueEnd = end < 0 ? length : end;
      const tag = source.indexOf('<', here + 1);
      if (tag >= 0 && tag < valueEnd) isWellFormed = false;
      sink.attribute(nameAt(start, nameEnd), here + 1, valueEnd);
      return Math.min(length, valueEnd + 1);
    }
    isWellFormed = false;
    const valueStart = here;
    while (here < length && !isMarkupSpace(source.charCodeAt(here)) && source.charCodeAt(here) !== GREATER_THAN) here++;
    sink.attribute(nameAt(start, nameEnd), valueStart, here);
    return here;
  }

  /** A parser of XML refuses prefixes that are declared nowhere. */
  function notePrefix(name: string): void {
    const colon = name.indexOf(':');
    if (colon < 0) return;
    const prefix = name.slice(0, colon);
    if (prefix === 'xmlns') prefixes.declared.add(name.slice(colon + 1));
    else prefixes.used.add(prefix);
  }

  function endOfName(start: number): number {
    let here = start;
    for (; here < length; here++) {
      const code = source.charCodeAt(here);
      if (isMarkupSpace(code) || code === GREATER_THAN || code === SLASH || code === EQUALS || code === LESS_THAN)
        break;
    }
    return here;
  }

  function endOfRaw(name: string, from: number): number {
    const closing = `</${name}`;
    for (let here = source.indexOf('</', from); here >= 0; here = source.indexOf('</', here + 2)) {
      if (source.slice(here, here + closing.length).toLowerCase() === closing) return here;
    }
    return length;
  }

  function isForeign(name: string): boolean {
    return foreignDepth > 0 || name === 'svg' || name === 'math';
  }

  function nameAt(start: number, end: number): string {
    const name = source.slice(start, end);
    return isHtml ? name.toLowerCase() : name;
  }

  function after(searched: string, from: number): number {
    const found = source.indexOf(searched, from);
    if (found < 0) isWellFormed = false;
    return found < 0 ? length : found + searched.length;
  }
}

function isNameStart(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code === 0x5f || code === 0x3a || code >= 0x80
  );
}
