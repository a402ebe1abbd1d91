import { BookFileProblem } from '../problem.ts';
import { scanXml } from './scan-xml.ts';

/** An element of a small XML document. Prefixes are dropped everywhere: books disagree about them, never about names. */
export interface XmlElement {
  readonly name: string;
  /** by local name */
  readonly attributes: ReadonlyMap<string, string>;
  /** elements and texts in document order; comments and processing instructions are left out */
  readonly children: readonly (XmlElement | string)[];
}

/** Far above any real package document; more makes a tree that fills the memory. */
const MOST_NODES = 500_000;

interface GrowingElement extends XmlElement {
  readonly children: (XmlElement | string)[];
}

/**
 * The tree of an XML text, as good as it can be had: what is not closed ends with its parent, closing tags without an
 * opening one are skipped, everything hangs under one nameless root. Document types are skipped and no entity that they
 * declare is expanded, so nothing outside is read and nothing grows. Throws `unpacks_too_large` only.
 */
export function parseXml(text: string): XmlElement {
  const root: GrowingElement = { name: '', attributes: new Map(), children: [] };
  const open: GrowingElement[] = [root];
  let nodes = 0;
  for (const token of scanXml(text)) {
    const parent = open[open.length - 1] ?? root;
    if (++nodes > MOST_NODES) throw new BookFileProblem('unpacks_too_large');
    switch (token.kind) {
      case 'text':
        parent.children.push(token.text);
        break;
      case 'open': {
        const element: GrowingElement = { name: token.name, attributes: token.attributes, children: [] };
        parent.children.push(element);
        if (!token.isEmpty) open.push(element);
        break;
      }
      case 'close': {
        const at = lastOpen(open, token.name);
        if (at > 0) open.length = at;
        break;
      }
    }
  }
  return root;
}

/** Only this far up is looked for what a closing tag closes, so that hostile nesting costs no more than real one. */
const CLOSE_SEARCH_DEPTH = 64;

function lastOpen(open: readonly XmlElement[], name: string): number {
  for (let at = open.length - 1; at > 0 && at >= open.length - CLOSE_SEARCH_DEPTH; at--) {
    if (open[at]?.name === name) return at;
  }
  return -1;
}

/** The element children, all or those of this name. */
export function childElements(element: XmlElement | undefined, name?: string): XmlElement[] {
  const found: XmlElement[] = [];
  for (const child of element?.children ?? []) {
    if (typeof child !== 'string' && (name === undefined || child.name === name)) found.push(child);
  }
  return found;
}

/** The first child of this name, then its first child of the next name, and so on. */
export function elementAt(element: XmlElement | undefined, ...names: readonly string[]): XmlElement | undefined {
  return names.reduce<XmlElement | undefined>((parent, name) => childElements(parent, name)[0], element);
}

/** All text inside an element, at most `maxLength` characters. */
export function textOf(element: XmlElement | undefined, maxLength = 100_000): string {
  let text = '';
  const pending: (XmlElement | string)[] = element === undefined ? [] : [element];
  while (pending.length > 0 && text.length < maxLength) {
    const node = pending.pop();
    if (typeof node === 'string') text += node;
    else if (node !== undefined)
      for (let i = node.children.length - 1; i >= 0; i--) pending.push(node.children[i] ?? '');
  }
  return text.slice(0, maxLength);
}
