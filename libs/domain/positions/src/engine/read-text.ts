import { AMPERSAND, CARRIAGE_RETURN, LINE_FEED, SPACE, TAB, isAsciiLetter } from '../source/markup.ts';
import { NAMED_REFERENCES } from '../source/named-references.ts';
import { referencedCodePoint } from '../source/references.ts';
import type { RunWriter } from '../columns/runs.ts';

/** crengine looks for the end of a reference's name in this many characters. */
const LONGEST_NAME = 31;
const TAB_WIDTH = 8;

/** How a piece of text is to be read. */
export interface TextManner {
  readonly isPreformatted: boolean;
  readonly isCdata: boolean;
  /** Whether a line feed at the very start is left out, as at the start of `<pre>`. */
  readonly dropsFirstLineFeed: boolean;
}

/**
 * Turns a piece of source into a text node as crengine does: white space collapses within the node, references are expanded by its own
 * rules (an ampersand that starts none swallows the character after it), TABs of preformatted text become spaces.
 * Writes the runs of one text; returns whether all of it is white space.
 */
export function readEngineText(
  source: string,
  start: number,
  end: number,
  manner: TextManner,
  runs: RunWriter,
): boolean {
  const { isPreformatted, isCdata } = manner;
  let isBlank = true;
  let pendingDrop = manner.dropsFirstLineFeed;
  // Spaces since the last other character: only the first of them is kept.
  let spaces = 0;
  let previous = 0;
  let column = 0;
  let at = start;

  runs.startText();
  while (at < end) {
    const code = source.charCodeAt(at);
    if (code > AMPERSAND) at = readOrdinary(at);
    else if (code === AMPERSAND && !isCdata) {
      previous = code;
      at = readReference(at);
    } else {
      if (isPreformatted) readPreformatted(code);
      else if (code === SPACE || code === LINE_FEED || code === CARRIAGE_RETURN || code === TAB) {
        if (spaces === 0) emit(SPACE, at, 1);
        spaces += 1;
      } else {
        spaces = 0;
        emit(code, at, 1);
      }
      at += 1;
    }
  }
  return isBlank;

  /** Reads the characters up to the next one that may be special; most of a book passes here. */
  function readOrdinary(from: number): number {
    let here = from;
    let linear = from;
    for (; here < end; here++) {
      const code = source.charCodeAt(here);
      if (code <= AMPERSAND) break;
      if (code >= 0xd800 && code <= 0xdbff && here + 1 < end) {
        if (here > linear) runs.linear(linear, here - linear);
        runs.pair(here);
        column -= 1;
        here += 1;
        linear = here + 1;
      }
    }
    if (here > linear) runs.linear(linear, here - linear);
    column += here - from;
    previous = AMPERSAND + 1;
    isBlank = false;
    pendingDrop = false;
    spaces = 0;
    return here;
  }

  function readPreformatted(code: number): void {
    if (code === CARRIAGE_RETURN) {
      const isAlone =
        (at === start || previous !== LINE_FEED) && (at === end - 1 || source.charCodeAt(at + 1) !== LINE_FEED);
      if (!isAlone) return;
      emit(LINE_FEED, at, 1);
      previous = LINE_FEED;
      return;
    }
    emit(code, at, 1);
    previous = code;
  }

  /** Reads from an ampersand; returns where ordinary text goes on. */
  function readReference(ampersand: number): number {
    let from = ampersand;
    let value = 0;
    let state: 'start' | 'number' | 'hex' = 'start';
    for (let here = ampersand + 1; here < end; here++) {
      const code = source.charCodeAt(here);
      if (code === AMPERSAND) {
        from = here;
        value = 0;
        state = 'start';
      } else if (isPreformatted && code === CARRIAGE_RETURN) {
        if (previous !== LINE_FEED && (here === end - 1 || source.charCodeAt(here + 1) !== LINE_FEED)) {
          emit(LINE_FEED, here, 1);
          previous = LINE_FEED;
        }
      } else if (isPreformatted && code === LINE_FEED) {
        emit(LINE_FEED, here, 1);
        previous = LINE_FEED;
      } else if (state === 'number' && code === 0x78) state = 'hex';
      else if (state === 'hex' && hexDigit(code) >= 0) value = ((value << 4) | hexDigit(code)) >>> 0;
      else if (state === 'number' && code >= 0x30 && code <= 0x39) {
        value = (value * 10 + code - 0x30) >>> 0;
      } else if (state === 'start' && code === 0x23) state = 'number';
      else if (state === 'start' && isAsciiLetter(code)) return readName(from, here);
      else {
        if (code === 0x3b) {
          if (value !== 0) emit(referencedCodePoint(value), from, here + 1 - from);
          spaces = 0;
        }
        previous = code;
        // The character that ends it goes with it, both halves of it.
        const isPair = code >= 0xd800 && code <= 0xdbff && here + 1 < end;
        return here + (isPair ? 2 : 1);
      }
    }
    return end;
  }

  function readName(ampersand: number, nameStart: number): number {
    let nameEnd = nameStart;
    const limit = Math.min(end, nameStart + LONGEST_NAME);
    while (nameEnd < limit && !endsName(source.charCodeAt(nameEnd))) nameEnd++;
    const isEnded = nameEnd < end && endsName(source.charCodeAt(nameEnd));
    const text = isEnded ? NAMED_REFERENCES.get(source.slice(nameStart, nameEnd)) : undefined;
    if (text === undefined) {
      emit(AMPERSAND, ampersand, 1);
      emit(source.charCodeAt(nameStart), nameStart, 1);
      previous = source.charCodeAt(nameStart);
      return nameStart + 1;
    }
    spaces = 0;
    previous = source.charCodeAt(nameEnd);
    emit(text.codePointAt(0) ?? 0, ampersand, nameEnd + 1 - ampersand, Array.from(text).length);
    return nameEnd + 1;
  }

  /** Writes one character, or the `count` characters of one reference, that came from `units` units of source. */
  function emit(code: number, from: number, units: number, count = 1): void {
    const isWhite = code === SPACE || code === LINE_FEED || code === CARRIAGE_RETURN || code === TAB;
    if (!isWhite) isBlank = false;
    if (isPreformatted && code === TAB) {
      const width = TAB_WIDTH - (column % TAB_WIDTH);
      column += width;
      runs.atom(from, units, width);
    } else {
      if (code === LINE_FEED || code === CARRIAGE_RETURN) column = 0;
      column += count;
      const isDropped = pendingDrop && code === LINE_FEED;
      pendingDrop = false;
      if (!isDropped) runs.atom(from, units, count);
      return;
    }
    pendingDrop = false;
  }
}

function endsName(code: number): boolean {
  return code === 0x3b || code === SPACE || code === 0;
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
