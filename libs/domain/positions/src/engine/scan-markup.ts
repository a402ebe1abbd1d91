import {
  CARRIAGE_RETURN,
  COLON,
  EQUALS,
  GREATER_THAN,
  LINE_FEED,
  QUESTION_MARK,
  SLASH,
  SPACE,
  isAsciiLetter,
  isBlank,
  isMarkupSpace,
} from '../source/markup.ts';
import type { MarkupSink } from '../source/markup.ts';

/** crengine hands text on in pieces of at most this many characters of source. */
const LONGEST_TEXT = 8192;

const MORE_MARKUP = -1;

/** What crengine asks back while it reads: inside `<svg>` names keep their case. */
export interface EngineSink extends MarkupSink {
  keepsCase(): boolean;
}

/**
 * Reads markup the way crengine does, which is neither XML nor HTML: a `>` ends a tag even inside quotes, a name must be followed by a
 * space, `/`, `>`, `?` or `=` (a TAB is an error), processing instructions are elements, a broken tag is skipped up to its `>`.
 */
export function scanEngineMarkup(source: string, sink: EngineSink): void {
  const length = source.length;
  let at = source.indexOf('<') + 1;
  if (at === 0) return;
  let endOfRawText = '';
  let colon = -1;

  while (at < length) {
    const textStart = readMarkup();
    if (textStart !== MORE_MARKUP) at = readText(textStart);
  }

  /** Reads one `<…>` from the character after `<`; returns where text starts, or MORE_MARKUP after it has moved `at`. */
  function readMarkup(): number {
    const first = source.charCodeAt(at);
    if (first === 0x21) {
      if (source.startsWith('!--', at)) return afterString('-->', at + 3);
      if (source.startsWith('![CDATA[', at)) return readCdata(at + 8);
    }
    let nameAt = skipSpaces(at);
    const isClosing = first === SLASH;
    const isInstruction = first === QUESTION_MARK;
    if (isClosing || isInstruction) nameAt += 1;
    const tagStart = at - 1;
    const nameEnd = identifierEnd(nameAt);
    if (nameEnd < 0 || source.charCodeAt(nameEnd) === EQUALS) return afterString('>', nameEnd < 0 ? -nameEnd : nameEnd);
    const name = localName(nameAt, nameEnd);
    if (isClosing) {
      const end = afterString('>', nameEnd);
      sink.closeTag(name, tagStart, end);
      return end;
    }
    const opened = isInstruction ? `?${name}` : name;
    sink.openTag(opened, tagStart);
    const lower = opened.toLowerCase();
    endOfRawText = lower === 'style' || lower === 'script' ? `</${lower}` : '';
    return readAttributes(opened, nameEnd);
  }

  function readAttributes(name: string, from: number): number {
    let here = from;
    for (;;) {
      here = skipSpaces(here);
      if (here >= length) return length;
      const code = source.charCodeAt(here);
      const isEmptyTag = (code === SLASH || code === QUESTION_MARK) && source.charCodeAt(here + 1) === GREATER_THAN;
      if (code === GREATER_THAN || isEmptyTag) {
        const end = here + (isEmptyTag ? 2 : 1);
        sink.enterTag(end);
        if (isEmptyTag) {
          sink.closeTag(name, here, end);
          endOfRawText = '';
        }
        return end;
      }
      const nameEnd = identifierEnd(here);
      if (nameEnd < 0) {
        // crengine drops the next tag's `<` and the character after it, and goes on as if inside that tag.
        const next = source.indexOf('<', -nameEnd);
        sink.enterTag(next < 0 ? length : next);
        if (next < 0) return length;
        at = next + 2;
        return MORE_MARKUP;
      }
      const attribute = localName(here, nameEnd);
      here = skipSpaces(nameEnd);
      if (source.charCodeAt(here) !== EQUALS) {
        sink.attribute(attribute, here, here);
        continue;
      }
      here = readValue(attribute, skipSpaces(here + 1));
    }
  }

  function readValue(attribute: string, from: number): number {
    const quote = source.charCodeAt(from);
    const isQuoted = quote === 0x22 || quote === 0x27;
    const start = isQuoted ? from + 1 : from;
    let end = start;
    for (; end < length; end++) {
      const code = source.charCodeAt(end);
      if (code === GREATER_THAN || (isQuoted ? code === quote : isMarkupSpace(code))) break;
    }
    sink.attribute(attribute, start, end);
    return isQuoted && source.charCodeAt(end) === quote ? end + 1 : end;
  }

  function readCdata(start: number): number {
    const found = source.indexOf(']]>', start);
    if (found >= 0) {
      sendText(start, found, true);
      return found + 3;
    }
    if (!isBlank(source, start, length)) sendText(start, length, true);
    return length;
  }

  /** Reads text up to the next tag; returns the offset after that tag's `<`. */
  function readText(start: number): number {
    const end = endOfRawText ? endOfRaw(start, endOfRawText) : source.indexOf('<', start);
    endOfRawText = '';
    if (end < 0) {
      if (!isBlank(source, start, length)) sendText(start, length, false);
      return length;
    }
    if (end > start) sendText(start, end, false);
    return end + 1;
  }

  function endOfRaw(start: number, closing: string): number {
    for (let from = start; ;) {
      const found = source.indexOf('</', from);
      if (found < 0) return -1;
      if (source.substr(found, closing.length).toLowerCase() === closing) return found;
      from = found + 2;
    }
  }

  function sendText(start: number, end: number, isCdata: boolean): void {
    let from = start;
    // Most texts are short in UTF-16 units, and so in characters.
    while (end - from >= LONGEST_TEXT) {
      const limit = afterCharacters(source, from, end, LONGEST_TEXT);
      if (limit < 0) break;
      const split = splitPoint(source, from, limit);
      sink.text(from, split, isCdata);
      from = split;
    }
    if (end > from) sink.text(from, end, isCdata);
  }

  function skipSpaces(from: number): number {
    let here = from;
    while (here < length && isMarkupSpace(source.charCodeAt(here))) here++;
    return here;
  }

  function afterString(searched: string, from: number): number {
    const found = source.indexOf(searched, from);
    return found < 0 ? length : found + searched.length;
  }

  /** End of the identifier at `from`, or minus the offset where reading it failed (at least 1, as no tag starts at 0). */
  function identifierEnd(from: number): number {
    if (!isAsciiLetter(source.charCodeAt(from))) return -from;
    let here = from + 1;
    colon = -1;
    for (; here < length; here++) {
      const code = source.charCodeAt(here);
      if (code === COLON) {
        if (colon >= 0) return -here;
        colon = here;
      } else if (!isIdentifierPart(code)) break;
    }
    return colon !== here - 1 && endsIdentifier(here) ? here : -here;
  }

  function endsIdentifier(here: number): boolean {
    if (here >= length) return true;
    const code = source.charCodeAt(here);
    return (
      code === SPACE ||
      code === SLASH ||
      code === GREATER_THAN ||
      code === QUESTION_MARK ||
      code === EQUALS ||
      code === 0 ||
      code === CARRIAGE_RETURN ||
      code === LINE_FEED
    );
  }

  /** The name just found by `identifierEnd`, without its prefix. */
  function localName(start: number, end: number): string {
    const name = source.slice(colon >= start ? colon + 1 : start, end);
    return sink.keepsCase() ? name : name.toLowerCase();
  }
}

function isIdentifierPart(code: number): boolean {
  return isAsciiLetter(code) || (code >= 0x30 && code <= 0x39) || code === 0x2d || code === 0x5f || code === 0x2e;
}

/** Offset after `count` characters (code points), or -1 when fewer are left before `end`. */
function afterCharacters(source: string, start: number, end: number, count: number): number {
  let at = start;
  for (let left = count; left > 0; left--) {
    if (at >= end) return -1;
    at += isHighSurrogate(source.charCodeAt(at)) ? 2 : 1;
  }
  return at;
}

/** Where a text that is too long is cut: after the last space or line end, or at the limit when there is none. */
function splitPoint(source: string, start: number, limit: number): number {
  for (let at = limit - 1; at >= start; at--) {
    const code = source.charCodeAt(at);
    if (code === SPACE) return at + 1;
    const next = at + 1 < limit ? source.charCodeAt(at + 1) : 0;
    if (code === CARRIAGE_RETURN && next !== LINE_FEED) return at + 1;
    if (code === LINE_FEED && next !== CARRIAGE_RETURN) return at + 1;
  }
  return limit;
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}
