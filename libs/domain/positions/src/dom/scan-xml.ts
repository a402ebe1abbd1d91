import { EQUALS, GREATER_THAN, LESS_THAN, SLASH, isBlank, isMarkupSpace } from '../source/markup.ts';
import type { MarkupSink } from '../source/markup.ts';
import { endOfXmlComment, endOfXmlInstruction } from './xml-asides.ts';
import { endOfQualifiedName, endOfXmlName } from './xml-names.ts';
import { XmlNamespaces } from './xml-namespaces.ts';
import type { XmlProlog } from './xml-prolog.ts';

/** Deeper nesting is refused by Chromium. */
const DEEPEST = 5000;
/** Names of attributes up to this many are compared one by one. */
const FEW_ATTRIBUTES = 12;
const REFUSED = -1;

/** The characters XML does not allow. */
const FORBIDDEN = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/;

/**
 * Reads a document as the XML parser of a browser does: names are given whole. False as soon as the parser would refuse it, which is when
 * readers take it for HTML; also where the root has no namespace, as they then do the same.
 */
export function scanXml(source: string, prolog: XmlProlog, sink: MarkupSink): boolean {
  return source.isWellFormed() && !FORBIDDEN.test(source) && new XmlScanner(source, prolog, sink).scan();
}

class XmlScanner {
  private readonly source: string;
  private readonly prolog: XmlProlog;
  private readonly sink: MarkupSink;
  private readonly open: string[] = [];
  private readonly namespaces = new XmlNamespaces();
  private nextAmpersand = -1;
  private nextBrackets = -1;

  constructor(source: string, prolog: XmlProlog, sink: MarkupSink) {
    this.source = source;
    this.prolog = prolog;
    this.sink = sink;
  }

  scan(): boolean {
    const { source } = this;
    let at = this.readOpening(this.prolog.end);
    if (at === REFUSED) return false;
    while (this.open.length > 0) {
      const end = source.indexOf('<', at);
      if (end < 0 || !this.readText(at, end)) return false;
      at = this.readMarkup(end);
      if (at === REFUSED) return false;
    }
    return this.isEnd(at);
  }

  private readText(start: number, end: number): boolean {
    if (end === start) return true;
    if (this.nextBrackets < start) this.nextBrackets = indexOrEnd(this.source, ']]>', start);
    if (this.nextBrackets < end || !this.areReferencesKnown(start, end)) return false;
    this.sink.text(start, end, false);
    return true;
  }

  private readMarkup(start: number): number {
    const { source } = this;
    const next = source.charCodeAt(start + 1);
    if (next === SLASH) return this.readClosing(start);
    if (next === 0x3f) return endOfXmlInstruction(source, start);
    if (next !== 0x21) return this.open.length < DEEPEST ? this.readOpening(start) : REFUSED;
    if (source.startsWith('<!--', start)) return endOfXmlComment(source, start);
    if (!source.startsWith('<![CDATA[', start)) return REFUSED;
    const end = source.indexOf(']]>', start + 9);
    if (end > start + 9) this.sink.text(start + 9, end, true);
    return end < 0 ? REFUSED : end + 3;
  }

  private readClosing(start: number): number {
    const { source, open } = this;
    const name = open.at(-1) ?? '';
    let at = start + 2 + name.length;
    if (!source.startsWith(name, start + 2)) return REFUSED;
    while (isMarkupSpace(source.charCodeAt(at))) at++;
    if (source.charCodeAt(at) !== GREATER_THAN) return REFUSED;
    this.close(name, start, at + 1);
    return at + 1;
  }

  private readOpening(start: number): number {
    const { source, sink } = this;
    let at = endOfQualifiedName(source, start + 1);
    if (at === start + 1) return REFUSED;
    const name = source.slice(start + 1, at);
    sink.openTag(name, start);
    this.namespaces.enter(name);
    const names: string[] = [];
    let known: Set<string> | undefined;
    for (;;) {
      const nameEnd = at;
      while (isMarkupSpace(source.charCodeAt(at))) at++;
      const code = source.charCodeAt(at);
      const isEmpty = code === SLASH && source.charCodeAt(at + 1) === GREATER_THAN;
      if (code === GREATER_THAN || isEmpty) return this.enter(name, start, at + (isEmpty ? 2 : 1), isEmpty);
      const attributeEnd = at === nameEnd ? at : endOfQualifiedName(source, at);
      if (attributeEnd === at) return REFUSED;
      const attribute = source.slice(at, attributeEnd);
      if (names.length >= FEW_ATTRIBUTES) known ??= new Set(names);
      if (known === undefined ? names.includes(attribute) : known.has(attribute)) return REFUSED;
      names.push(attribute);
      known?.add(attribute);
      at = this.readAttribute(attribute, attributeEnd);
      if (at === REFUSED) return REFUSED;
    }
  }

  private readAttribute(name: string, nameEnd: number): number {
    const { source } = this;
    let at = nameEnd;
    while (isMarkupSpace(source.charCodeAt(at))) at++;
    if (source.charCodeAt(at) !== EQUALS) return REFUSED;
    at++;
    while (isMarkupSpace(source.charCodeAt(at))) at++;
    const quote = source.charCodeAt(at);
    if (quote !== 0x22 && quote !== 0x27) return REFUSED;
    const start = at + 1;
    for (at = start; source.charCodeAt(at) !== quote; at++) {
      if (at >= source.length || source.charCodeAt(at) === LESS_THAN) return REFUSED;
    }
    if (!this.areReferencesKnown(start, at)) return REFUSED;
    if (!this.namespaces.attribute(name, source, start, at)) return REFUSED;
    this.sink.attribute(name, start, at);
    return at + 1;
  }

  private enter(name: string, start: number, end: number, isEmpty: boolean): number {
    if (!this.namespaces.areDeclared() || (this.open.length === 0 && !this.namespaces.isNamed())) return REFUSED;
    this.open.push(name);
    this.sink.enterTag(end);
    if (isEmpty) this.close(name, start, end);
    return end;
  }

  private close(name: string, start: number, end: number): void {
    this.open.pop();
    this.namespaces.leave();
    this.sink.closeTag(name, start, end);
  }

  private areReferencesKnown(start: number, end: number): boolean {
    const { source } = this;
    for (let at = start; ; at = this.nextAmpersand + 1) {
      if (this.nextAmpersand < at) this.nextAmpersand = indexOrEnd(source, '&', at);
      if (this.nextAmpersand >= end) return true;
      if (!this.isReferenceKnown(this.nextAmpersand + 1)) return false;
    }
  }

  private isReferenceKnown(at: number): boolean {
    const { source } = this;
    if (source[at] !== '#') {
      const end = endOfXmlName(source, at);
      return source[end] === ';' && this.prolog.textOfEntity(source.slice(at, end)) !== undefined;
    }
    NUMBER.lastIndex = at;
    const [, decimal, hexadecimal = ''] = NUMBER.exec(source) ?? [];
    const value = decimal === undefined ? Number.parseInt(hexadecimal, 16) : Number(decimal);
    return value <= 0x10ffff && (value < 0xd800 || value > 0xdfff) && !FORBIDDEN.test(String.fromCodePoint(value));
  }

  /** Whether nothing but comments and the like follow the root. */
  private isEnd(from: number): boolean {
    const { source } = this;
    for (let at = from; at !== REFUSED;) {
      const next = source.indexOf('<', at);
      if (!isBlank(source, at, next < 0 ? source.length : next)) return false;
      if (next < 0) return true;
      const isComment = source.startsWith('<!--', next);
      if (!isComment && source[next + 1] !== '?') return false;
      at = isComment ? endOfXmlComment(source, next) : endOfXmlInstruction(source, next);
    }
    return false;
  }
}

const NUMBER = /#(?:(\d+)|x([\da-fA-F]+));/y;

function indexOrEnd(source: string, searched: string, from: number): number {
  const found = source.indexOf(searched, from);
  return found < 0 ? source.length : found;
}
