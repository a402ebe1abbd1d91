import { DOMParser, type Document, type Element, type Node } from '@xmldom/xmldom';
import * as foliate from 'foliate-js/epubcfi.js';
import { parseHtml } from './html-dom.ts';

/** A place in a DOM: a node, and characters into its text or children into an element. */
export interface DomPoint {
  readonly node: Node;
  readonly offset: number;
}

/**
 * A document read by another parser, of XML or of HTML, whose CFIs are resolved by foliate-js: what a web reader would make of the CFIs
 * we write. A document that should be XML and that parser does not take is not read at all.
 */
export class IndependentDom {
  /** Whether there is a tree at all. */
  readonly isRead: boolean;
  private readonly document: Document | undefined;
  private readonly texts: Node[] = [];
  private readonly places = new Map<Node, number>();
  /** Texts KOReader leaves out of what it reports: annotations, and what its own style sheet hides. */
  private readonly leftOut = new Set<Node>();

  constructor(source: string, isHtml = false) {
    this.document = isHtml ? parseHtml(source) : parse(source);
    this.isRead = this.document?.documentElement !== undefined && this.document.documentElement !== null;
    if (this.document?.documentElement) this.collectTexts(this.document.documentElement);
  }

  /** Resolves the part of a point CFI behind the `!`; undefined when it leads nowhere. */
  resolve(cfi: string): DomPoint | undefined {
    if (this.document === undefined) return undefined;
    const parsed = foliate.parse(cfi);
    const parts = parsed.slice(1);
    if (parts.length === 0) return undefined;
    let found: DomPoint | undefined;
    const range = {
      setStart: (node: Node, offset = 0) => (found = { node, offset }),
      setEnd: () => undefined,
      setStartBefore: (node: Node) => (found = { node, offset: 0 }),
      setStartAfter: (node: Node) => (found = { node, offset: 0 }),
      setEndBefore: () => undefined,
      setEndAfter: () => undefined,
    };
    // foliate-js asks the document only for its root, for elements by id, and for a range.
    const facade = { documentElement: this.document.documentElement, createRange: () => range };
    try {
      foliate.toRange(facade, parts);
    } catch {
      return undefined;
    }
    return found === undefined || (found.node as Node | undefined) === undefined ? undefined : found;
  }

  /** The text between two points, as it is in the DOM. */
  textBetween(start: DomPoint, end: DomPoint): string {
    const first = this.textIndex(start);
    const last = this.textIndex(end);
    const from = this.texts[first] === start.node ? start.offset : 0;
    const pieces: string[] = [];
    for (let index = first; index <= last && index < this.texts.length; index++) {
      const node = this.texts[index];
      if (node === undefined || (this.leftOut.has(node) && node !== start.node)) continue;
      const value = node.nodeValue ?? '';
      if (node === end.node) pieces.push(value.slice(index === first ? from : 0, end.offset));
      else if (index < last || last !== first)
        pieces.push(index === last ? '' : value.slice(index === first ? from : 0));
    }
    return pieces.join('');
  }

  /** At most `count` characters in front of a point. */
  textBefore(point: DomPoint, count: number): string {
    const at = this.textIndex(point);
    let found = this.texts[at] === point.node ? (point.node.nodeValue ?? '').slice(0, point.offset) : '';
    for (let index = at - 1; index >= 0 && found.length < count; index--) found = this.readText(index) + found;
    return found.slice(-count);
  }

  /** At most `count` characters behind a point. */
  textAfter(point: DomPoint, count: number): string {
    const at = this.textIndex(point);
    let found = this.texts[at] === point.node ? (point.node.nodeValue ?? '').slice(point.offset) : '';
    const next = this.texts[at] === point.node ? at + 1 : at;
    for (let index = next; index < this.texts.length && found.length < count; index++) {
      found += this.readText(index);
    }
    return found.slice(0, count);
  }

  private readText(index: number): string {
    const node = this.texts[index];
    return node === undefined || this.leftOut.has(node) ? '' : (node.nodeValue ?? '');
  }

  /** Index of a point's text, or of the first one behind an element. */
  private textIndex({ node }: DomPoint): number {
    return this.places.get(node) ?? this.texts.length;
  }

  private collectTexts(root: Node, isLeftOut = false): void {
    this.places.set(root, this.texts.length);
    for (let child = root.firstChild; child !== null; child = child.nextSibling) {
      if (child.nodeType === 3 || child.nodeType === 4) {
        this.places.set(child, this.texts.length);
        this.texts.push(child);
        if (isLeftOut) this.leftOut.add(child);
      } else if (child.nodeType === 1) this.collectTexts(child, isLeftOut || isHidden(child as Element));
    }
  }
}

/** Annotations of ruby, the numbers of printed pages, and what an author hides without a style sheet. */
function isHidden(element: Element): boolean {
  const { nodeName } = element;
  if (nodeName === 'rt' || nodeName === 'rp' || element.hasAttribute('hidden')) return true;
  return nodeName === 'span' && element.getAttribute('epub:type') === 'pagebreak';
}

function parse(source: string): Document | undefined {
  try {
    const onError = (level: string, message: string): void => {
      if (level !== 'warning') throw new Error(message);
    };
    return new DOMParser({ onError }).parseFromString(source, 'application/xhtml+xml');
  } catch {
    return undefined;
  }
}
