/**
 * What books are taken to be laid out for, in CSS pixels: KOReader's default margins and letters on the smallest of screens. What it is on
 * a device, no one knows here.
 */
const SCREEN_WIDTH = 600;
const SCREEN_HEIGHT = 800;
const PAGE_WIDTH = 580;
const PAGE_HEIGHT = 750;
const LETTER_SIZE = 22;
const PIXELS_OF_UNIT: ReadonlyMap<string, number> = new Map([
  ['px', 1],
  ['em', LETTER_SIZE],
  ['rem', LETTER_SIZE],
  ['in', 96],
  ['cm', 96 / 2.54],
  ['mm', 96 / 25.4],
  ['pt', 96 / 72],
  ['pc', 16],
]);
const DOTS_AN_INCH = 96;
const COLOUR_BITS = 8;

/** Whether a media condition holds for a page of a book, as crengine understands it. */
export function mediaApplies(condition: string): boolean {
  const text = condition.toLowerCase();
  const word = /\s*([a-z_-][\w-]*)?\s*/y;
  for (let at = 0; ;) {
    let isMedium = true;
    let isNegated = false;
    for (;;) {
      word.lastIndex = at;
      const found = word.exec(text)?.[1];
      at = word.lastIndex;
      if (found === undefined) break;
      if (found === 'not') isNegated = true;
      else if (!MEDIA.has(found)) isMedium = false;
    }
    if (isMedium && text[at] === '(') {
      const { holds, end } = readCondition(text, at, ',', featureHolds);
      isMedium = holds;
      at = end;
    }
    if (isMedium !== isNegated) return true;
    if (text[at] !== ',') return false;
    at += 1;
  }
}

/** Words that may stand in front of the features, and what is laid out for. */
const MEDIA = new Set(['only', 'and', 'all', 'screen']);

/**
 * Whether what `@supports` asks for is known to crengine.
 *
 * @param isKnown Whether it knows a property with a value.
 */
export function isSupported(condition: string, isKnown: (property: string, value: string) => boolean): boolean {
  return readCondition(condition, 0, '', (declaration) => {
    const colon = declaration.indexOf(':');
    return colon > 0 && isKnown(declaration.slice(0, colon).trim().toLowerCase(), declaration.slice(colon + 1).trim());
  }).holds;
}

interface Level {
  holds: boolean;
  isNegated: boolean;
  operator: string | undefined;
}

/** Reads what is put together with `and`, `or`, `not` and parentheses, up to the end or to `stop` outside of them. */
function readCondition(
  text: string,
  from: number,
  stop: string,
  check: (feature: string) => boolean,
): { readonly holds: boolean; readonly end: number } {
  const levels: Level[] = [newLevel()];
  const blank = /\s*/y;
  const operator = /(?:and|or|not)(?![\w-])/iy;
  let at = from;
  for (;;) {
    blank.lastIndex = at;
    blank.exec(text);
    at = blank.lastIndex;
    const top = levels.at(-1) ?? newLevel();
    const character = text[at];
    if (character === undefined || (stop !== '' && character === stop)) break;
    operator.lastIndex = at;
    const word = operator.exec(text)?.[0].toLowerCase();
    if (character === '(') {
      levels.push(newLevel());
      at += 1;
    } else if (character === ')') {
      levels.pop();
      const outer = levels.at(-1);
      if (outer === undefined) return { holds: false, end: text.length };
      takeIn(outer, top.holds !== top.isNegated);
      at += 1;
    } else if (word === 'not') {
      top.isNegated = true;
      at += word.length;
    } else if (word !== undefined) {
      if (top.operator !== undefined && top.operator !== word) return { holds: false, end: text.length };
      top.operator = word;
      at += word.length;
    } else {
      const end = text.indexOf(')', at);
      const feature = text.slice(at, end < 0 ? undefined : end);
      top.holds = check(feature.trim());
      at += feature.length;
    }
  }
  const [outermost, ...open] = levels;
  return { holds: open.length === 0 && outermost?.holds !== outermost?.isNegated, end: at };
}

function newLevel(): Level {
  return { holds: true, isNegated: false, operator: undefined };
}

function takeIn(level: Level, holds: boolean): void {
  if (level.operator === undefined) level.holds = holds;
  else if (level.operator === 'and') level.holds &&= holds;
  else level.holds ||= holds;
}

function featureHolds(feature: string): boolean {
  const [, bound, name = '', value] = /^(min-|max-)?([a-z-]+)\s*(?::\s*(.*))?$/s.exec(feature) ?? [];
  switch (name) {
    case 'width':
      return measures(PAGE_WIDTH, bound, value, lengthOf);
    case 'height':
      return measures(PAGE_HEIGHT, bound, value, lengthOf);
    case 'device-width':
      return measures(SCREEN_WIDTH, bound, value, lengthOf);
    case 'device-height':
      return measures(SCREEN_HEIGHT, bound, value, lengthOf);
    case 'aspect-ratio':
      return value !== undefined && measures(thousandths(PAGE_WIDTH, PAGE_HEIGHT), bound, value, ratioOf);
    case 'device-aspect-ratio':
      return value !== undefined && measures(thousandths(SCREEN_WIDTH, SCREEN_HEIGHT), bound, value, ratioOf);
    case 'resolution':
      return measures(DOTS_AN_INCH, bound, value, resolutionOf);
    case 'color':
      return measures(COLOUR_BITS, bound, value, wholeOf);
    case 'grid':
      return bound === undefined && value !== undefined && wholeOf(value) === 0;
    case 'orientation':
      return bound === undefined && /^portrait(?![\w-])/.test(value ?? '');
    case 'scripting':
    case 'update':
    case 'overflow-inline':
      return bound === undefined && value === 'none';
    case 'overflow-block':
      return bound === undefined && value === 'paged';
    default:
      return false;
  }
}

/** Compares what a page has with what is asked; without a value it is asked only whether there is any. */
function measures(
  own: number,
  bound: string | undefined,
  value: string | undefined,
  read: (value: string) => number | undefined,
): boolean {
  if (value === undefined) return bound === undefined;
  const asked = read(value);
  if (asked === undefined) return false;
  return bound === 'min-' ? own >= asked : bound === 'max-' ? own <= asked : own === asked;
}

function lengthOf(value: string): number | undefined {
  const [, count, unit = ''] = /^([\d.]+)([a-z]*)/.exec(value) ?? [];
  const pixels = Number(count) === 0 ? 1 : PIXELS_OF_UNIT.get(unit);
  return count === undefined || pixels === undefined ? undefined : Math.floor(Number(count) * pixels);
}

function ratioOf(value: string): number | undefined {
  const [, width, height = '1'] = /^(\d+)\s*(?:\/\s*(\d+))?/.exec(value) ?? [];
  return width === undefined || Number(width) === 0 ? undefined : thousandths(Number(width), Number(height) || 1);
}

function resolutionOf(value: string): number | undefined {
  const [, count, unit] = /^(\d+)(dpi|dpcm)/.exec(value) ?? [];
  return count === undefined ? undefined : Math.floor(Number(count) * (unit === 'dpi' ? 1 : 2.54));
}

function wholeOf(value: string): number | undefined {
  const whole = /^\d+/.exec(value)?.[0];
  return whole === undefined ? undefined : Number(whole);
}

function thousandths(width: number, height: number): number {
  return Math.floor((1000 * width) / height);
}
