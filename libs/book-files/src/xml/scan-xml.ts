import { decodeEntities } from './entities.ts';

export type XmlToken =
  | {
      readonly kind: 'open';
      readonly name: string;
      readonly attributes: ReadonlyMap<string, string>;
      readonly isEmpty: boolean;
    }
  | { readonly kind: 'close'; readonly name: string }
  | { readonly kind: 'text'; readonly text: string };

const NO_ATTRIBUTES: ReadonlyMap<string, string> = new Map();

/** A tag longer than this is taken for text: no book has one, and a hostile one must not cost quadratic time. */
const LONGEST_TAG = 256 * 1024;

const TAG_START = /[A-Za-z_:\u00C0-\uFFFD]/;

// Sticky, one step each: a search for the whole attribute would cost quadratic time on a hostile tag.
const BEFORE_NAME = /[\s=/>"'<]*/y;
const NAME = /[^\s=/>"'<]+/y;
const EQUALS = /\s*=\s*/y;
const VALUE = /"([^"]*)"?|'([^']*)'?|([^\s"'>]*)/y;

/**
 * The tags and texts of an XML or sloppy HTML text, in order, in time linear in its length. Names and attributes lose
 * their prefixes; comments, processing instructions and document types are skipped. Never throws.
 */
export function* scanXml(text: string): Generator<XmlToken> {
  let at = 0;
  while (at < text.length) {
    const tag = text.indexOf('<', at);
    if (tag !== at) {
      const words = text.slice(at, tag < 0 ? text.length : tag);
      yield { kind: 'text', text: decodeEntities(words) };
      if (tag < 0) return;
    }
    if (text.startsWith('<!--', tag)) {
      at = endOf(text, '-->', tag + 4);
    } else if (text.startsWith('<![CDATA[', tag)) {
      const end = text.indexOf(']]>', tag);
      yield { kind: 'text', text: text.slice(tag + 9, end < 0 ? text.length : end) };
      at = end < 0 ? text.length : end + 3;
    } else if (text.startsWith('<?', tag)) {
      at = endOf(text, '?>', tag + 2);
    } else if (text.startsWith('<!', tag)) {
      at = endOfDeclaration(text, tag + 2);
    } else {
      const end = isTagStart(text, tag) ? endOfTag(text, tag + 1) : -1;
      // A "<" that starts no tag is one that somebody forgot to escape.
      if (end < 0) yield { kind: 'text', text: '<' };
      else yield tagOf(text.slice(tag + 1, end));
      at = end < 0 ? tag + 1 : end + 1;
    }
  }
}

function endOf(text: string, mark: string, from: number): number {
  const end = text.indexOf(mark, from);
  return end < 0 ? text.length : end + mark.length;
}

/** After the ">" of a declaration whose internal subset, in brackets, may hold quoted ">" and "]". */
function endOfDeclaration(text: string, from: number): number {
  const interesting = /["'[\]>]|<!--/g;
  interesting.lastIndex = from;
  let depth = 0;
  for (let match = interesting.exec(text); match !== null; match = interesting.exec(text)) {
    const mark = match[0];
    if (mark === '[') depth++;
    else if (mark === ']') depth--;
    else if (mark === '<!--') interesting.lastIndex = endOf(text, '-->', interesting.lastIndex);
    else if (mark !== '>') interesting.lastIndex = endOf(text, mark, interesting.lastIndex);
    else if (depth <= 0) return interesting.lastIndex;
  }
  return text.length;
}

function isTagStart(text: string, tag: number): boolean {
  const first = text[tag + 1] ?? '';
  return TAG_START.test(first === '/' ? (text[tag + 2] ?? '') : first);
}

/** The ">" that ends a tag, quoted ones skipped, or -1 when another tag starts before it. */
function endOfTag(text: string, from: number): number {
  const limit = Math.min(text.length, from + LONGEST_TAG);
  let quote = '';
  let isValueNext = false;
  for (let at = from; at < limit; at++) {
    const character = text[at] ?? '';
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if (character === '>') return at;
    else if (character === '<') return -1;
    else if (isValueNext && (character === '"' || character === "'")) quote = character;
    if (character === '=') isValueNext = true;
    else if (!isSpace(character)) isValueNext = false;
  }
  return -1;
}

function isSpace(character: string): boolean {
  return character === ' ' || character === '\n' || character === '\t' || character === '\r';
}

function tagOf(inside: string): XmlToken {
  if (inside.startsWith('/')) return { kind: 'close', name: localName(inside.slice(1).trim()) };
  const isEmpty = inside.endsWith('/');
  const nameEnd = inside.search(/[\s/]/);
  const name = localName(nameEnd < 0 ? inside : inside.slice(0, nameEnd));
  const attributes = nameEnd < 0 ? NO_ATTRIBUTES : attributesOf(inside.slice(nameEnd));
  return { kind: 'open', name, attributes, isEmpty };
}

function attributesOf(text: string): ReadonlyMap<string, string> {
  if (!text.includes('=')) return NO_ATTRIBUTES;
  const attributes = new Map<string, string>();
  let at = 0;
  const step = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match !== null) at = pattern.lastIndex;
    return match;
  };
  for (;;) {
    step(BEFORE_NAME);
    const name = step(NAME)?.[0];
    if (name === undefined) return attributes;
    const value = step(EQUALS) === null ? '' : valueOf(step(VALUE));
    const key = localName(name);
    if (!name.startsWith('xmlns') && !attributes.has(key)) attributes.set(key, decodeEntities(value));
  }
}

function valueOf(match: RegExpExecArray | null): string {
  return match?.[1] ?? match?.[2] ?? match?.[3] ?? '';
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
